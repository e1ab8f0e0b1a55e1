-- What everything costs and earns, per unit, from a time on. The sweep adds a row when the configuration says something new:
-- what was charged before keeps its old rate. These are the defaults of config/business.json.
CREATE TABLE rates (
    -- What is charged for: a segment of a text, a message of WhatsApp, a mail, a begun minute of a call, a month of a
    -- number, a month of a 10DLC campaign.
    service text NOT NULL CHECK (service IN ('sms', 'whatsapp', 'email', 'voice', 'number', 'registration')),
    -- Empty where there is none.
    direction text NOT NULL DEFAULT '' CHECK (direction IN ('', 'inbound', 'outbound')),
    valid_from timestamptz NOT NULL,
    cost_micros bigint NOT NULL CHECK (cost_micros >= 0),
    revenue_micros bigint NOT NULL CHECK (revenue_micros >= 0),
    PRIMARY KEY (service, direction, valid_from)
);
ALTER TABLE rates ENABLE ROW LEVEL SECURITY;
CREATE POLICY system ON rates TO switchboard_system USING (true) WITH CHECK (true);
INSERT INTO rates (service, direction, valid_from, cost_micros, revenue_micros) VALUES
    ('sms', 'inbound', '-infinity', 0, 0),
    ('sms', 'outbound', '-infinity', 7900, 20000),
    ('whatsapp', 'inbound', '-infinity', 0, 0),
    ('whatsapp', 'outbound', '-infinity', 5000, 20000),
    ('email', 'inbound', '-infinity', 0, 0),
    ('email', 'outbound', '-infinity', 100, 0),
    ('voice', 'inbound', '-infinity', 8500, 20000),
    ('voice', 'outbound', '-infinity', 9000, 20000),
    ('number', '', '-infinity', 1000000, 5000000),
    ('registration', '', '-infinity', 10000000, 0);

-- The ledger: one row for everything that the carrier charges for. Its id is the id of what it is for (the message, the
-- call), or is made from it (the month of a number), so that nothing can be counted twice. No foreign keys: the rows come
-- from triggers on rows that have them, and each would cost every message another look.
CREATE TABLE carrier_charges (
    id uuid PRIMARY KEY,
    -- Null: the platform's own, such as the campaign.
    workspace_id uuid,
    service text NOT NULL CHECK (service IN ('sms', 'whatsapp', 'email', 'voice', 'number', 'registration')),
    direction text CHECK (direction IN ('inbound', 'outbound')),
    -- Null: the platform number.
    phone_number_id uuid,
    -- The department of the number at that time.
    number_type text,
    -- What became of it; null for a month.
    outcome text,
    error_code text,
    occurred_at timestamptz NOT NULL,
    -- Segments, minutes, or one.
    units integer NOT NULL CHECK (units >= 0),
    -- By our rates.
    estimated_micros bigint NOT NULL,
    -- By the carrier's word.
    final_micros bigint,
    state text NOT NULL GENERATED ALWAYS AS (CASE WHEN final_micros IS NULL THEN 'estimated' ELSE 'final' END) STORED,
    -- What the workspace is charged for it.
    revenue_micros bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 80);
CREATE INDEX carrier_charges_workspace_idx ON carrier_charges (workspace_id, occurred_at, id);
CREATE INDEX carrier_charges_errors_idx ON carrier_charges (workspace_id, occurred_at) INCLUDE (error_code)
    WHERE error_code IS NOT NULL;
CREATE INDEX carrier_charges_numbers_idx ON carrier_charges (workspace_id, phone_number_id, occurred_at)
    WHERE service IN ('number', 'registration');
-- For what concerns all workspaces: charges come nearly in the order of time.
CREATE INDEX carrier_charges_time_idx ON carrier_charges USING brin (occurred_at);
ALTER TABLE carrier_charges ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON carrier_charges FOR SELECT TO switchboard_app USING (workspace_id = current_workspace_id());
CREATE POLICY system ON carrier_charges TO switchboard_system USING (true) WITH CHECK (true);

-- Every change of the ledger, as a difference. Events only ever add rows here, so that no two of them wait for each other;
-- `compact_usage` moves the rows into the sums below. What a reader adds up is always the sums and these together.
CREATE TABLE usage_changes (
    workspace_id uuid NOT NULL,
    -- Begin of the quarter of an hour. All time zones of today are apart from UTC by whole quarters.
    slot timestamptz NOT NULL,
    phone_number_id uuid,
    number_type text,
    service text NOT NULL,
    direction text,
    outcome text,
    events bigint NOT NULL,
    units bigint NOT NULL,
    -- The carrier's price where it is known, else our estimate.
    cost_micros bigint NOT NULL,
    -- The part of it that is an estimate.
    estimated_micros bigint NOT NULL,
    revenue_micros bigint NOT NULL
);
CREATE INDEX usage_changes_workspace_idx ON usage_changes (workspace_id, slot);

-- The sums of a UTC day, with everything that tells events apart.
CREATE TABLE usage_daily (
    workspace_id uuid NOT NULL,
    day date NOT NULL,
    phone_number_id uuid,
    number_type text,
    service text NOT NULL,
    direction text,
    outcome text,
    events bigint NOT NULL,
    units bigint NOT NULL,
    cost_micros bigint NOT NULL,
    estimated_micros bigint NOT NULL,
    revenue_micros bigint NOT NULL,
    CONSTRAINT usage_daily_key UNIQUE NULLS NOT DISTINCT
        (workspace_id, day, phone_number_id, number_type, service, direction, outcome)
);
CREATE INDEX usage_daily_day_idx ON usage_daily (day);

-- The sums of an hour (grain 60) and of a quarter of an hour (grain 15), from which the days of every time zone are put
-- together. One row per department and service, with a column for each direction and outcome: few rows are what makes a
-- quarter's worth of hours quick to read, and so does that the counts are small integers.
CREATE TABLE usage_slots (
    workspace_id uuid NOT NULL,
    grain smallint NOT NULL CHECK (grain IN (15, 60)),
    slot timestamptz NOT NULL,
    number_type text,
    service text NOT NULL,
    inbound integer NOT NULL,
    outbound integer NOT NULL,
    open integer NOT NULL,
    sent integer NOT NULL,
    delivered integer NOT NULL,
    undelivered integer NOT NULL,
    failed integer NOT NULL,
    canceled integer NOT NULL,
    answered integer NOT NULL,
    missed integer NOT NULL,
    voicemail integer NOT NULL,
    units integer NOT NULL,
    cost_micros bigint NOT NULL,
    estimated_micros bigint NOT NULL,
    revenue_micros bigint NOT NULL,
    CONSTRAINT usage_slots_key UNIQUE NULLS NOT DISTINCT (workspace_id, grain, slot, number_type, service)
);

-- How long customers waited for the first answer of a person: one row per answer that ended a wait.
CREATE TABLE first_answers (
    message_id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL,
    answered_at timestamptz NOT NULL,
    seconds integer NOT NULL CHECK (seconds >= 0),
    -- Waits that are alike within a tenth share a bucket: floor(ln(seconds) / ln(1.1)).
    bucket smallint NOT NULL
);
CREATE INDEX first_answers_workspace_idx ON first_answers (workspace_id, answered_at) INCLUDE (bucket);
-- As `usage_changes` and `usage_daily` for them.
CREATE TABLE answer_changes (
    workspace_id uuid NOT NULL,
    day date NOT NULL,
    bucket smallint NOT NULL
);
CREATE INDEX answer_changes_workspace_idx ON answer_changes (workspace_id, day);
CREATE TABLE answers_daily (
    workspace_id uuid NOT NULL,
    day date NOT NULL,
    bucket smallint NOT NULL,
    answers bigint NOT NULL,
    PRIMARY KEY (workspace_id, day, bucket)
);

ALTER TABLE usage_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_daily ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_slots ENABLE ROW LEVEL SECURITY;
ALTER TABLE first_answers ENABLE ROW LEVEL SECURITY;
ALTER TABLE answer_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE answers_daily ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON usage_changes FOR SELECT TO switchboard_app USING (workspace_id = current_workspace_id());
CREATE POLICY tenant ON usage_daily FOR SELECT TO switchboard_app USING (workspace_id = current_workspace_id());
CREATE POLICY tenant ON usage_slots FOR SELECT TO switchboard_app USING (workspace_id = current_workspace_id());
CREATE POLICY tenant ON first_answers FOR SELECT TO switchboard_app USING (workspace_id = current_workspace_id());
CREATE POLICY tenant ON answer_changes FOR SELECT TO switchboard_app USING (workspace_id = current_workspace_id());
CREATE POLICY tenant ON answers_daily FOR SELECT TO switchboard_app USING (workspace_id = current_workspace_id());
CREATE POLICY system ON usage_changes TO switchboard_system USING (true) WITH CHECK (true);
CREATE POLICY system ON usage_daily TO switchboard_system USING (true) WITH CHECK (true);
CREATE POLICY system ON usage_slots TO switchboard_system USING (true) WITH CHECK (true);
CREATE POLICY system ON first_answers TO switchboard_system USING (true) WITH CHECK (true);
CREATE POLICY system ON answer_changes TO switchboard_system USING (true) WITH CHECK (true);
CREATE POLICY system ON answers_daily TO switchboard_system USING (true) WITH CHECK (true);
-- Only the triggers and `compact_usage` below write these; they run with the owner's rights.
REVOKE INSERT, UPDATE ON carrier_charges, usage_changes, usage_daily, usage_slots, first_answers, answer_changes,
    answers_daily FROM switchboard_app, switchboard_system;

-- What the status of a message says about it in the end. The states before the carrier has sent it are one.
CREATE FUNCTION message_outcome(p_status text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT CASE p_status
        WHEN 'pending' THEN 'open' WHEN 'unknown' THEN 'open' WHEN 'queued' THEN 'open' WHEN 'sending' THEN 'open'
        ELSE p_status
    END
    $$;

-- Triggers ask it in their conditions, with the rights of whoever writes.
GRANT EXECUTE ON FUNCTION message_outcome(text) TO switchboard_app, switchboard_system;

-- The ledger follows the messages by triggers, because a message is stored and moved by several ways (webhook, inbox
-- queue, back-fill, replay, send, look-up), and none of them may forget its charge. Calls are charged by their own table.
CREATE FUNCTION charge_message() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    v_rate rates%ROWTYPE;
    v_outcome text := message_outcome(NEW.status);
    v_units integer := CASE NEW.channel WHEN 'sms' THEN NEW.segments ELSE 1 END;
    -- What never left costs nothing, whatever was expected.
    v_charged boolean := v_outcome NOT IN ('failed', 'canceled', 'scheduled');
BEGIN
    SELECT * INTO v_rate FROM rates r
        WHERE r.service = NEW.channel AND r.direction = NEW.direction AND r.valid_from <= NEW.created_at
        ORDER BY r.valid_from DESC LIMIT 1;
    INSERT INTO carrier_charges AS c (id, workspace_id, service, direction, phone_number_id, number_type, outcome,
            error_code, occurred_at, units, estimated_micros, final_micros, revenue_micros)
        VALUES (NEW.id, NEW.workspace_id, NEW.channel, NEW.direction, NEW.phone_number_id, NEW.number_type, v_outcome,
            NEW.error_code, NEW.created_at, v_units,
            CASE WHEN v_charged THEN v_units * coalesce(v_rate.cost_micros, 0) ELSE 0 END, NEW.cost_micros,
            CASE WHEN v_charged THEN v_units * coalesce(v_rate.revenue_micros, 0) ELSE 0 END)
        ON CONFLICT (id) DO UPDATE SET
            phone_number_id = excluded.phone_number_id, number_type = excluded.number_type, outcome = excluded.outcome,
            error_code = excluded.error_code, occurred_at = excluded.occurred_at, units = excluded.units,
            estimated_micros = excluded.estimated_micros, final_micros = excluded.final_micros,
            revenue_micros = excluded.revenue_micros, updated_at = now();
    RETURN NULL;
END
$$;
CREATE TRIGGER charge_message_insert AFTER INSERT ON conversation_messages FOR EACH ROW
    WHEN (NEW.channel <> 'voice') EXECUTE FUNCTION charge_message();
CREATE TRIGGER charge_message_update AFTER UPDATE ON conversation_messages FOR EACH ROW
    WHEN (NEW.channel <> 'voice'
        AND (message_outcome(OLD.status), OLD.error_code, OLD.created_at, OLD.segments, OLD.cost_micros,
                OLD.phone_number_id, OLD.number_type)
            IS DISTINCT FROM (message_outcome(NEW.status), NEW.error_code, NEW.created_at, NEW.segments, NEW.cost_micros,
                NEW.phone_number_id, NEW.number_type))
    EXECUTE FUNCTION charge_message();

-- What a call has come to. Who hangs up while it rings was not answered.
CREATE FUNCTION call_result(p_state text, p_direction text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT CASE
        WHEN p_state = 'completed' THEN 'answered'
        WHEN p_state IN ('voicemail', 'failed') THEN p_state
        WHEN p_state IN ('missed', 'busy', 'no_answer') THEN 'missed'
        WHEN p_state = 'canceled' THEN CASE p_direction WHEN 'inbound' THEN 'missed' ELSE 'canceled' END
        ELSE 'open'
    END
    $$;

GRANT EXECUTE ON FUNCTION call_result(text, text) TO switchboard_app, switchboard_system;

-- Each begun minute of each leg: a forwarded call and a click-to-call have two, of which the second goes out.
CREATE FUNCTION charge_call() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    v_rate rates%ROWTYPE;
    v_second_leg bigint := 0;
    v_minutes integer := ceil(coalesce(NEW.billed_seconds, NEW.duration_seconds, 0) / 60.0)::integer;
BEGIN
    SELECT * INTO v_rate FROM rates r
        WHERE r.service = 'voice' AND r.direction = NEW.direction AND r.valid_from <= NEW.started_at
        ORDER BY r.valid_from DESC LIMIT 1;
    IF NEW.kind = 'click_to_call' OR (NEW.direction = 'inbound' AND NEW.answered_by LIKE '+%') THEN
        SELECT r.cost_micros INTO v_second_leg FROM rates r
            WHERE r.service = 'voice' AND r.direction = 'outbound' AND r.valid_from <= NEW.started_at
            ORDER BY r.valid_from DESC LIMIT 1;
    END IF;
    INSERT INTO carrier_charges AS c (id, workspace_id, service, direction, phone_number_id, number_type, outcome,
            error_code, occurred_at, units, estimated_micros, final_micros, revenue_micros)
        VALUES (NEW.id, NEW.workspace_id, 'voice', NEW.direction, NEW.phone_number_id, NEW.number_type,
            call_result(NEW.state, NEW.direction), NEW.error_code, NEW.started_at, v_minutes,
            v_minutes * (coalesce(v_rate.cost_micros, 0) + coalesce(v_second_leg, 0)), NEW.cost_micros,
            v_minutes * coalesce(v_rate.revenue_micros, 0))
        ON CONFLICT (id) DO UPDATE SET
            phone_number_id = excluded.phone_number_id, number_type = excluded.number_type, outcome = excluded.outcome,
            error_code = excluded.error_code, occurred_at = excluded.occurred_at, units = excluded.units,
            estimated_micros = excluded.estimated_micros, final_micros = excluded.final_micros,
            revenue_micros = excluded.revenue_micros, updated_at = now();
    RETURN NULL;
END
$$;
CREATE TRIGGER charge_call_insert AFTER INSERT ON calls FOR EACH ROW EXECUTE FUNCTION charge_call();
CREATE TRIGGER charge_call_update AFTER UPDATE ON calls FOR EACH ROW
    WHEN ((call_result(OLD.state, OLD.direction), OLD.error_code, OLD.started_at, OLD.billed_seconds,
            OLD.duration_seconds, OLD.answered_by, OLD.cost_micros, OLD.phone_number_id, OLD.number_type)
        IS DISTINCT FROM (call_result(NEW.state, NEW.direction), NEW.error_code, NEW.started_at, NEW.billed_seconds,
            NEW.duration_seconds, NEW.answered_by, NEW.cost_micros, NEW.phone_number_id, NEW.number_type))
    EXECUTE FUNCTION charge_call();

-- The sums follow the ledger: what a charge was is taken out, what it is now is put in.
CREATE FUNCTION note_usage() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO usage_changes (workspace_id, slot, phone_number_id, number_type, service, direction, outcome, events,
                units, cost_micros, estimated_micros, revenue_micros)
            VALUES (OLD.workspace_id, date_bin('15 minutes', OLD.occurred_at, 'epoch'), OLD.phone_number_id,
                OLD.number_type, OLD.service, OLD.direction, OLD.outcome, -1, -OLD.units,
                -coalesce(OLD.final_micros, OLD.estimated_micros),
                CASE WHEN OLD.final_micros IS NULL THEN -OLD.estimated_micros ELSE 0 END, -OLD.revenue_micros);
    END IF;
    INSERT INTO usage_changes (workspace_id, slot, phone_number_id, number_type, service, direction, outcome, events, units,
            cost_micros, estimated_micros, revenue_micros)
        VALUES (NEW.workspace_id, date_bin('15 minutes', NEW.occurred_at, 'epoch'), NEW.phone_number_id, NEW.number_type,
            NEW.service, NEW.direction, NEW.outcome, 1, NEW.units, coalesce(NEW.final_micros, NEW.estimated_micros),
            CASE WHEN NEW.final_micros IS NULL THEN NEW.estimated_micros ELSE 0 END, NEW.revenue_micros);
    RETURN NULL;
END
$$;
CREATE TRIGGER note_usage_insert AFTER INSERT ON carrier_charges FOR EACH ROW
    WHEN (NEW.workspace_id IS NOT NULL) EXECUTE FUNCTION note_usage();
CREATE TRIGGER note_usage_update AFTER UPDATE ON carrier_charges FOR EACH ROW
    WHEN (NEW.workspace_id IS NOT NULL
        AND (OLD.phone_number_id, OLD.number_type, OLD.outcome, OLD.occurred_at, OLD.units, OLD.estimated_micros,
                OLD.final_micros, OLD.revenue_micros)
            IS DISTINCT FROM (NEW.phone_number_id, NEW.number_type, NEW.outcome, NEW.occurred_at, NEW.units,
                NEW.estimated_micros, NEW.final_micros, NEW.revenue_micros))
    EXECUTE FUNCTION note_usage();

-- The wait that a message of staff ends: since the customer's first message after our last one. What answers itself
-- (keywords) is nobody's answer.
CREATE FUNCTION note_first_answer() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    v_at timestamptz := CASE TG_OP WHEN 'INSERT' THEN NEW.created_at ELSE now() END;
    v_asked_at timestamptz;
    v_seconds integer;
    v_bucket smallint;
BEGIN
    SELECT min(m.created_at) INTO v_asked_at FROM conversation_messages m
        WHERE m.conversation_id = NEW.conversation_id AND m.direction = 'inbound' AND m.created_at <= v_at
            AND m.created_at > coalesce((
                SELECT o.created_at FROM conversation_messages o
                WHERE o.conversation_id = NEW.conversation_id AND o.direction = 'outbound' AND o.id <> NEW.id
                    AND o.sent_by LIKE 'user\_%' AND o.status NOT IN ('scheduled', 'canceled') AND o.created_at <= v_at
                ORDER BY o.created_at DESC, o.id DESC LIMIT 1), '-infinity');
    IF v_asked_at IS NULL THEN
        RETURN NULL;
    END IF;
    v_seconds := extract(epoch FROM v_at - v_asked_at)::integer;
    v_bucket := floor(ln(greatest(v_seconds, 1)) / ln(1.1))::smallint;
    INSERT INTO first_answers (message_id, workspace_id, answered_at, seconds, bucket)
        VALUES (NEW.id, NEW.workspace_id, v_at, v_seconds, v_bucket)
        ON CONFLICT (message_id) DO NOTHING;
    IF FOUND THEN
        INSERT INTO answer_changes (workspace_id, day, bucket)
            VALUES (NEW.workspace_id, (v_at AT TIME ZONE 'UTC')::date, v_bucket);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER note_first_answer_insert AFTER INSERT ON conversation_messages FOR EACH ROW
    WHEN (NEW.direction = 'outbound' AND NEW.channel <> 'voice' AND NEW.sent_by LIKE 'user\_%' AND NEW.status <> 'scheduled')
    EXECUTE FUNCTION note_first_answer();
CREATE TRIGGER note_first_answer_update AFTER UPDATE OF status ON conversation_messages FOR EACH ROW
    WHEN (NEW.direction = 'outbound' AND NEW.channel <> 'voice' AND NEW.sent_by LIKE 'user\_%'
        AND OLD.status = 'scheduled' AND NEW.status NOT IN ('scheduled', 'canceled', 'failed'))
    EXECUTE FUNCTION note_first_answer();

-- Hours and quarters of the changes that are not in the sums yet, in the form of `usage_slots`.
CREATE VIEW usage_slot_changes WITH (security_invoker = true) AS
    SELECT workspace_id, g.grain, date_bin(make_interval(mins => g.grain), slot, 'epoch') AS slot, number_type, service,
        CASE WHEN direction = 'inbound' THEN events::integer ELSE 0 END AS inbound,
        CASE WHEN direction = 'outbound' THEN events::integer ELSE 0 END AS outbound,
        CASE WHEN outcome IN ('open', 'scheduled') THEN events::integer ELSE 0 END AS open,
        CASE WHEN outcome = 'sent' THEN events::integer ELSE 0 END AS sent,
        CASE WHEN outcome = 'delivered' THEN events::integer ELSE 0 END AS delivered,
        CASE WHEN outcome = 'undelivered' THEN events::integer ELSE 0 END AS undelivered,
        CASE WHEN outcome = 'failed' THEN events::integer ELSE 0 END AS failed,
        CASE WHEN outcome = 'canceled' THEN events::integer ELSE 0 END AS canceled,
        CASE WHEN outcome = 'answered' THEN events::integer ELSE 0 END AS answered,
        CASE WHEN outcome = 'missed' THEN events::integer ELSE 0 END AS missed,
        CASE WHEN outcome = 'voicemail' THEN events::integer ELSE 0 END AS voicemail,
        units::integer AS units, cost_micros, estimated_micros, revenue_micros
    FROM usage_changes CROSS JOIN (VALUES (15::smallint), (60::smallint)) AS g (grain);

-- What a reader adds up: exact at every moment, because both parts are read in one statement.
CREATE VIEW usage_by_slot WITH (security_invoker = true) AS
    SELECT workspace_id, grain, slot, number_type, service, inbound, outbound, open, sent, delivered, undelivered, failed,
        canceled, answered, missed, voicemail, units, cost_micros, estimated_micros, revenue_micros
    FROM usage_slots
    UNION ALL
    SELECT workspace_id, grain, slot, number_type, service, inbound, outbound, open, sent, delivered, undelivered, failed,
        canceled, answered, missed, voicemail, units, cost_micros, estimated_micros, revenue_micros
    FROM usage_slot_changes;
CREATE VIEW usage_by_day WITH (security_invoker = true) AS
    SELECT workspace_id, day, phone_number_id, number_type, service, direction, outcome, events, units, cost_micros,
        estimated_micros, revenue_micros
    FROM usage_daily
    UNION ALL
    SELECT workspace_id, (slot AT TIME ZONE 'UTC')::date, phone_number_id, number_type, service, direction, outcome, events,
        units, cost_micros, estimated_micros, revenue_micros
    FROM usage_changes;

-- Moves changes into the sums; gives how many. One at a time: whoever comes second has nothing to do. Nobody else writes
-- the sums, so no event ever waits for it.
CREATE FUNCTION compact_usage(p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    v_changes integer;
    v_answers integer;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended('compact_usage', 0)) THEN
        RETURN 0;
    END IF;

    WITH taken AS (
        DELETE FROM usage_changes WHERE ctid = ANY (ARRAY(SELECT ctid FROM usage_changes LIMIT p_limit)) RETURNING *
    ), daily AS (
        INSERT INTO usage_daily AS d (workspace_id, day, phone_number_id, number_type, service, direction, outcome, events,
                units, cost_micros, estimated_micros, revenue_micros)
            SELECT workspace_id, (slot AT TIME ZONE 'UTC')::date, phone_number_id, number_type, service, direction, outcome,
                sum(events), sum(units), sum(cost_micros), sum(estimated_micros), sum(revenue_micros)
            FROM taken GROUP BY 1, 2, 3, 4, 5, 6, 7
            ON CONFLICT ON CONSTRAINT usage_daily_key DO UPDATE SET
                events = d.events + excluded.events, units = d.units + excluded.units,
                cost_micros = d.cost_micros + excluded.cost_micros,
                estimated_micros = d.estimated_micros + excluded.estimated_micros,
                revenue_micros = d.revenue_micros + excluded.revenue_micros
    ), slots AS (
        INSERT INTO usage_slots AS s (workspace_id, grain, slot, number_type, service, inbound, outbound, open, sent,
                delivered, undelivered, failed, canceled, answered, missed, voicemail, units, cost_micros,
                estimated_micros, revenue_micros)
            SELECT workspace_id, grain, date_bin(make_interval(mins => grain), slot, 'epoch'), number_type, service,
                coalesce(sum(events) FILTER (WHERE direction = 'inbound'), 0),
                coalesce(sum(events) FILTER (WHERE direction = 'outbound'), 0),
                coalesce(sum(events) FILTER (WHERE outcome IN ('open', 'scheduled')), 0),
                coalesce(sum(events) FILTER (WHERE outcome = 'sent'), 0),
                coalesce(sum(events) FILTER (WHERE outcome = 'delivered'), 0),
                coalesce(sum(events) FILTER (WHERE outcome = 'undelivered'), 0),
                coalesce(sum(events) FILTER (WHERE outcome = 'failed'), 0),
                coalesce(sum(events) FILTER (WHERE outcome = 'canceled'), 0),
                coalesce(sum(events) FILTER (WHERE outcome = 'answered'), 0),
                coalesce(sum(events) FILTER (WHERE outcome = 'missed'), 0),
                coalesce(sum(events) FILTER (WHERE outcome = 'voicemail'), 0),
                sum(units), sum(cost_micros), sum(estimated_micros), sum(revenue_micros)
            FROM taken CROSS JOIN (VALUES (15::smallint), (60::smallint)) AS g (grain) GROUP BY 1, 2, 3, 4, 5
            -- Rows that are read together lie together.
            ORDER BY 1, 2, 3
            ON CONFLICT ON CONSTRAINT usage_slots_key DO UPDATE SET
                inbound = s.inbound + excluded.inbound, outbound = s.outbound + excluded.outbound,
                open = s.open + excluded.open, sent = s.sent + excluded.sent,
                delivered = s.delivered + excluded.delivered, undelivered = s.undelivered + excluded.undelivered,
                failed = s.failed + excluded.failed, canceled = s.canceled + excluded.canceled,
                answered = s.answered + excluded.answered, missed = s.missed + excluded.missed,
                voicemail = s.voicemail + excluded.voicemail, units = s.units + excluded.units,
                cost_micros = s.cost_micros + excluded.cost_micros,
                estimated_micros = s.estimated_micros + excluded.estimated_micros,
                revenue_micros = s.revenue_micros + excluded.revenue_micros
    )
    SELECT count(*) INTO v_changes FROM taken;

    WITH taken AS (
        DELETE FROM answer_changes WHERE ctid = ANY (ARRAY(SELECT ctid FROM answer_changes LIMIT p_limit)) RETURNING *
    ), daily AS (
        INSERT INTO answers_daily AS d (workspace_id, day, bucket, answers)
            SELECT workspace_id, day, bucket, count(*) FROM taken GROUP BY 1, 2, 3
            ON CONFLICT (workspace_id, day, bucket) DO UPDATE SET answers = d.answers + excluded.answers
    )
    SELECT count(*) INTO v_answers FROM taken;
    RETURN greatest(v_changes, v_answers);
END
$$;
GRANT EXECUTE ON FUNCTION compact_usage(integer) TO switchboard_system;

-- The months of numbers. The carrier takes a month's money when it sells a number and again each month, until it has taken
-- the number back, also when we have released it before. A workspace pays for each number beyond its first that it can
-- use; which one is the first goes by their age.
CREATE FUNCTION accrue_number_months(p_now timestamptz) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    v_added integer;
BEGIN
    INSERT INTO carrier_charges (id, workspace_id, service, phone_number_id, number_type, occurred_at, units,
            estimated_micros, revenue_micros)
        SELECT md5('number ' || n.id || ' ' || m.month)::uuid, n.workspace_id, 'number', n.id, n.number_type, m.starts, 1,
            rate.cost_micros,
            CASE WHEN n.released_at <= m.starts OR (n.status = 'suspended' AND n.suspended_at <= m.starts) THEN 0
                WHEN EXISTS (SELECT FROM workspace_phone_numbers o
                    WHERE o.workspace_id = n.workspace_id AND (o.provisioned_at, o.id) < (n.provisioned_at, n.id)
                        AND (o.released_at IS NULL OR o.released_at > m.starts)
                        AND NOT (o.status = 'suspended' AND o.suspended_at <= m.starts)) THEN rate.revenue_micros
                ELSE 0 END
        FROM workspace_phone_numbers n
        LEFT JOIN carrier_releases r ON r.phone_number_id = n.id
        CROSS JOIN LATERAL (
            SELECT month, (n.provisioned_at AT TIME ZONE 'UTC' + make_interval(months => month)) AT TIME ZONE 'UTC' AS starts
            FROM generate_series(0, (extract(year FROM age(p_now, n.provisioned_at)) * 12
                + extract(month FROM age(p_now, n.provisioned_at)))::integer + 1) AS month) AS m
        CROSS JOIN LATERAL (
            SELECT cost_micros, revenue_micros FROM rates
            WHERE service = 'number' AND valid_from <= m.starts ORDER BY valid_from DESC LIMIT 1) AS rate
        WHERE m.starts <= p_now AND (r.finished_at IS NULL OR m.starts < r.finished_at)
            AND (r.phone_number_id IS NOT NULL OR n.released_at IS NULL OR m.starts < n.released_at)
        ON CONFLICT (id) DO NOTHING;
    GET DIAGNOSTICS v_added = ROW_COUNT;

    -- A campaign costs by the month as well, from its first number on. It is the platform's.
    INSERT INTO carrier_charges (id, service, occurred_at, units, estimated_micros, revenue_micros)
        SELECT md5('campaign ' || c.campaign_id || ' ' || month)::uuid, 'registration', m.starts, 1, rate.cost_micros, 0
        FROM (SELECT campaign_id, min(provisioned_at) AS since FROM workspace_phone_numbers
            WHERE campaign_id IS NOT NULL GROUP BY campaign_id) AS c
        CROSS JOIN LATERAL (
            SELECT month, (c.since AT TIME ZONE 'UTC' + make_interval(months => month)) AT TIME ZONE 'UTC' AS starts
            FROM generate_series(0, (extract(year FROM age(p_now, c.since)) * 12
                + extract(month FROM age(p_now, c.since)))::integer + 1) AS month) AS m
        CROSS JOIN LATERAL (
            SELECT cost_micros FROM rates
            WHERE service = 'registration' AND valid_from <= m.starts ORDER BY valid_from DESC LIMIT 1) AS rate
        WHERE m.starts <= p_now
        ON CONFLICT (id) DO NOTHING;
    RETURN v_added;
END
$$;
GRANT EXECUTE ON FUNCTION accrue_number_months(timestamptz) TO switchboard_system;

GRANT SELECT ON usage_by_slot, usage_by_day, usage_slot_changes TO switchboard_app, switchboard_system;

-- What was stored before the ledger existed.
INSERT INTO carrier_charges (id, workspace_id, service, direction, phone_number_id, number_type, outcome, error_code,
        occurred_at, units, estimated_micros, final_micros, revenue_micros)
    SELECT m.id, m.workspace_id, m.channel, m.direction, m.phone_number_id, m.number_type, message_outcome(m.status),
        m.error_code, m.created_at, u.units, u.charged * u.units * coalesce(r.cost_micros, 0), m.cost_micros,
        u.charged * u.units * coalesce(r.revenue_micros, 0)
    FROM conversation_messages m
    LEFT JOIN rates r ON r.service = m.channel AND r.direction = m.direction
    CROSS JOIN LATERAL (SELECT CASE m.channel WHEN 'sms' THEN m.segments ELSE 1 END AS units,
        (m.status NOT IN ('failed', 'canceled', 'scheduled'))::integer AS charged) AS u
    WHERE m.channel <> 'voice';
CREATE TRIGGER charge_stored_calls AFTER UPDATE ON calls FOR EACH ROW EXECUTE FUNCTION charge_call();
UPDATE calls SET state = state;
DROP TRIGGER charge_stored_calls ON calls;
SELECT accrue_number_months(now());
