-- What a message or call is expected to cost follows the rates of its time, wherever it is shown: the estimate is kept on
-- its own row, by a trigger, and the ledger takes it from there. Before, the row had what the configuration said.

-- What never left costs nothing. What waits for its time will. The rate is looked up here and not by `unit_cost` below,
-- because every message passes by.
CREATE FUNCTION estimate_message() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    NEW.estimated_cost_micros := CASE WHEN NEW.status IN ('failed', 'canceled') THEN 0
        ELSE CASE NEW.channel WHEN 'sms' THEN NEW.segments ELSE 1 END * coalesce((SELECT r.cost_micros FROM rates r
            WHERE r.service = NEW.channel AND r.direction = NEW.direction AND r.valid_from <= NEW.created_at
            ORDER BY r.valid_from DESC LIMIT 1), 0) END;
    RETURN NEW;
END
$$;
CREATE TRIGGER estimate_message_insert BEFORE INSERT ON conversation_messages FOR EACH ROW
    WHEN (NEW.channel <> 'voice') EXECUTE FUNCTION estimate_message();
CREATE TRIGGER estimate_message_update BEFORE UPDATE OF status, segments, created_at ON conversation_messages FOR EACH ROW
    WHEN (NEW.channel <> 'voice'
        AND (OLD.status IN ('failed', 'canceled'), OLD.segments, OLD.created_at)
            IS DISTINCT FROM (NEW.status IN ('failed', 'canceled'), NEW.segments, NEW.created_at))
    EXECUTE FUNCTION estimate_message();

-- As in V0021, with the estimate of the row.
CREATE OR REPLACE FUNCTION charge_message() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    v_revenue bigint;
    v_outcome text := message_outcome(NEW.status);
    v_units integer := CASE NEW.channel WHEN 'sms' THEN NEW.segments ELSE 1 END;
    -- What never left costs nothing, whatever was expected.
    v_charged boolean := v_outcome NOT IN ('failed', 'canceled', 'scheduled');
BEGIN
    SELECT r.revenue_micros INTO v_revenue FROM rates r
        WHERE r.service = NEW.channel AND r.direction = NEW.direction AND r.valid_from <= NEW.created_at
        ORDER BY r.valid_from DESC LIMIT 1;
    INSERT INTO carrier_charges AS c (id, workspace_id, service, direction, phone_number_id, number_type, outcome,
            error_code, occurred_at, units, estimated_micros, final_micros, revenue_micros)
        VALUES (NEW.id, NEW.workspace_id, NEW.channel, NEW.direction, NEW.phone_number_id, NEW.number_type, v_outcome,
            NEW.error_code, NEW.created_at, v_units,
            CASE WHEN v_charged THEN NEW.estimated_cost_micros ELSE 0 END, NEW.cost_micros,
            CASE WHEN v_charged THEN v_units * coalesce(v_revenue, 0) ELSE 0 END)
        ON CONFLICT (id) DO UPDATE SET
            phone_number_id = excluded.phone_number_id, number_type = excluded.number_type, outcome = excluded.outcome,
            error_code = excluded.error_code, occurred_at = excluded.occurred_at, units = excluded.units,
            estimated_micros = excluded.estimated_micros, final_micros = excluded.final_micros,
            revenue_micros = excluded.revenue_micros, updated_at = now();
    RETURN NULL;
END
$$;

-- What a unit of something costs at a time, in micro-dollars.
CREATE FUNCTION unit_cost(p_service text, p_direction text, p_at timestamptz) RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    RETURN coalesce((SELECT r.cost_micros FROM rates r
        WHERE r.service = p_service AND r.direction = p_direction AND r.valid_from <= p_at
        ORDER BY r.valid_from DESC LIMIT 1), 0);
END
$$;
GRANT EXECUTE ON FUNCTION unit_cost(text, text, timestamptz) TO switchboard_app, switchboard_system;

-- The legs of a call whose end was told of, and what they cost. Several callbacks tell of one leg. Those of an earlier
-- version say what it costs instead of how long it took.
CREATE FUNCTION told_legs(p_call_id uuid, p_at timestamptz, OUT legs bigint, OUT cost_micros bigint)
    LANGUAGE sql STABLE
    AS $$
    SELECT count(*), coalesce(sum(leg.cost), 0)::bigint
    FROM (SELECT max(coalesce(ceil((e.facts ->> 'legSeconds')::integer / 60.0)::bigint
                * unit_cost('voice', e.facts ->> 'legDirection', p_at), (e.facts ->> 'costMicros')::bigint)) AS cost
        FROM call_events e
        WHERE e.call_id = p_call_id AND (e.facts ? 'legSeconds' OR e.facts ? 'costMicros')
        GROUP BY e.facts ->> 'leg') AS leg
    $$;

-- Each begun minute of each leg: a forwarded call and a click-to-call have two, of which the second goes out. A leg of
-- which nobody told is as long as the call. Until the call has taken any time it costs what was expected when it was placed.
CREATE FUNCTION estimate_call() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    v_told record;
    v_minutes bigint := ceil(coalesce(NEW.billed_seconds, NEW.duration_seconds, 0) / 60.0);
    v_has_second_leg boolean := NEW.kind = 'click_to_call' OR (NEW.direction = 'inbound' AND NEW.answered_by LIKE '+%');
BEGIN
    SELECT * INTO STRICT v_told FROM told_legs(NEW.id, NEW.started_at);
    IF v_told.legs = 0 AND v_minutes = 0 AND call_result(NEW.state, NEW.direction) = 'open'
            AND (TG_OP = 'INSERT' OR coalesce(OLD.billed_seconds, OLD.duration_seconds, 0) = 0) THEN
        RETURN NEW;
    END IF;
    NEW.estimated_cost_micros := v_told.cost_micros
        + CASE WHEN v_told.legs = 0 THEN v_minutes * unit_cost('voice', NEW.direction, NEW.started_at) ELSE 0 END
        + CASE WHEN v_has_second_leg AND v_told.legs < 2 THEN v_minutes * unit_cost('voice', 'outbound', NEW.started_at)
            ELSE 0 END;
    RETURN NEW;
END
$$;
CREATE TRIGGER estimate_call BEFORE INSERT OR UPDATE OF state, kind, answered_by, billed_seconds, duration_seconds, started_at
    ON calls FOR EACH ROW EXECUTE FUNCTION estimate_call();

-- As in V0021, with the estimate of the row, which is that of the call's entry as well.
CREATE OR REPLACE FUNCTION charge_call() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    v_revenue bigint;
    v_minutes integer := ceil(coalesce(NEW.billed_seconds, NEW.duration_seconds, 0) / 60.0)::integer;
BEGIN
    SELECT r.revenue_micros INTO v_revenue FROM rates r
        WHERE r.service = 'voice' AND r.direction = NEW.direction AND r.valid_from <= NEW.started_at
        ORDER BY r.valid_from DESC LIMIT 1;
    INSERT INTO carrier_charges AS c (id, workspace_id, service, direction, phone_number_id, number_type, outcome,
            error_code, occurred_at, units, estimated_micros, final_micros, revenue_micros)
        VALUES (NEW.id, NEW.workspace_id, 'voice', NEW.direction, NEW.phone_number_id, NEW.number_type,
            call_result(NEW.state, NEW.direction), NEW.error_code, NEW.started_at, v_minutes,
            NEW.estimated_cost_micros, NEW.cost_micros, v_minutes * coalesce(v_revenue, 0))
        ON CONFLICT (id) DO UPDATE SET
            phone_number_id = excluded.phone_number_id, number_type = excluded.number_type, outcome = excluded.outcome,
            error_code = excluded.error_code, occurred_at = excluded.occurred_at, units = excluded.units,
            estimated_micros = excluded.estimated_micros, final_micros = excluded.final_micros,
            revenue_micros = excluded.revenue_micros, updated_at = now();
    UPDATE conversation_messages SET estimated_cost_micros = NEW.estimated_cost_micros, updated_at = now()
        WHERE id = NEW.message_id AND estimated_cost_micros <> NEW.estimated_cost_micros;
    RETURN NULL;
END
$$;
DROP TRIGGER charge_call_update ON calls;
CREATE TRIGGER charge_call_update AFTER UPDATE ON calls FOR EACH ROW
    WHEN ((call_result(OLD.state, OLD.direction), OLD.error_code, OLD.started_at, OLD.billed_seconds,
            OLD.duration_seconds, OLD.answered_by, OLD.estimated_cost_micros, OLD.cost_micros, OLD.phone_number_id,
            OLD.number_type)
        IS DISTINCT FROM (call_result(NEW.state, NEW.direction), NEW.error_code, NEW.started_at, NEW.billed_seconds,
            NEW.duration_seconds, NEW.answered_by, NEW.estimated_cost_micros, NEW.cost_micros, NEW.phone_number_id,
            NEW.number_type))
    EXECUTE FUNCTION charge_call();

-- As in V0020, without the costs.
DROP FUNCTION call_outcome(uuid);
CREATE FUNCTION call_outcome(p_call_id uuid, OUT state text, OUT answered_by text, OUT answered_at timestamptz,
    OUT ended_at timestamptz, OUT duration_seconds integer)
    LANGUAGE plpgsql STABLE
    AS $$
#variable_conflict use_column
DECLARE
    v_is_inbound boolean;
    v_failed_round integer;
BEGIN
    SELECT c.direction = 'inbound' INTO STRICT v_is_inbound FROM calls c WHERE c.id = p_call_id;
    SELECT min(e.received_at) FILTER (WHERE (e.facts ->> 'ended')::boolean),
            max((e.facts ->> 'seconds')::integer) FILTER (WHERE (e.facts ->> 'ended')::boolean),
            coalesce(max((e.facts ->> 'round')::integer) FILTER (WHERE NOT (e.facts ->> 'answered')::boolean), -1)
        INTO ended_at, duration_seconds, v_failed_round
        FROM call_events e WHERE e.call_id = p_call_id;
    SELECT e.received_at, e.facts ->> 'number' INTO answered_at, answered_by
        FROM call_events e
        WHERE e.call_id = p_call_id AND (e.facts ->> 'answered')::boolean
            AND (e.facts ->> 'round')::integer > v_failed_round
        ORDER BY (e.facts ->> 'round')::integer DESC, e.facts ->> 'number' IS NULL, e.id LIMIT 1;

    IF NOT v_is_inbound THEN
        SELECT o.state INTO state FROM outbound_call_outcome(p_call_id, answered_at IS NOT NULL) o;
    ELSIF EXISTS (SELECT FROM call_recordings r WHERE r.call_id = p_call_id AND r.kind = 'voicemail') THEN
        state := 'voicemail';
        answered_by := 'voicemail';
    ELSIF ended_at IS NULL THEN
        state := CASE WHEN answered_at IS NULL THEN 'ringing' ELSE 'answered' END;
    ELSE
        state := CASE WHEN answered_at IS NULL THEN 'missed' ELSE 'completed' END;
    END IF;
END
$$;

-- The same: the estimate is no part of what callbacks say any more.
CREATE OR REPLACE FUNCTION settle_call(p_call_id uuid) RETURNS text
    LANGUAGE plpgsql
    AS $$
DECLARE
    v_call calls%ROWTYPE;
    v_outcome record;
    v_state text;
    v_said text;
    v_code text := NULL;
BEGIN
    SELECT * INTO STRICT v_call FROM calls WHERE id = p_call_id FOR UPDATE;
    PERFORM settle_recordings(p_call_id);
    SELECT * INTO STRICT v_outcome FROM call_outcome(p_call_id);
    SELECT string_agg(transcription, E'\n' ORDER BY created_at, id) INTO v_said
        FROM call_recordings WHERE call_id = p_call_id AND kind = 'voicemail' AND transcription <> '';
    v_state := CASE WHEN call_state_rank(v_outcome.state) > call_state_rank(v_call.state) THEN v_outcome.state
        ELSE v_call.state END;

    IF v_call.direction = 'outbound' THEN
        SELECT CASE WHEN v_state = v_call.state THEN v_call.error_code WHEN v_state = o.state THEN o.error_code END
            INTO v_code FROM outbound_call_outcome(p_call_id, v_outcome.answered_at IS NOT NULL) o;
        IF v_state IN ('answered', 'completed') AND v_outcome.answered_by IS NULL THEN
            v_outcome.answered_by := v_call.to_number;
        END IF;
    END IF;
    -- Who was thought to have answered may not have, unless it is too late for that.
    UPDATE calls SET state = v_state, error_code = v_code,
            error_message = CASE WHEN v_state = v_call.state THEN error_message END,
            answered_by = CASE v_state WHEN v_outcome.state THEN v_outcome.answered_by ELSE answered_by END,
            answered_at = CASE v_state WHEN v_outcome.state THEN v_outcome.answered_at ELSE answered_at END,
            ended_at = coalesce(v_outcome.ended_at, ended_at),
            duration_seconds = coalesce(v_outcome.duration_seconds, duration_seconds), updated_at = now()
        WHERE id = p_call_id;
    UPDATE conversation_messages SET status = v_state, error_code = v_code,
            error_message = CASE WHEN v_state = v_call.state THEN error_message END,
            body = coalesce(v_said, body), updated_at = now()
        WHERE id = v_call.message_id;
    PERFORM count_call_as_unread(v_call, v_state);
    UPDATE conversations SET snippet = call_snippet(v_call.direction, v_state, v_said)
        WHERE id = v_call.conversation_id AND v_call.kind <> 'spoken' AND NOT EXISTS (
            SELECT FROM conversation_messages other JOIN conversation_messages own ON own.id = v_call.message_id
            WHERE other.conversation_id = own.conversation_id
                AND (other.created_at, other.id) > (own.created_at, own.id));
    RETURN v_state;
END
$$;

-- The same for what is stored. The ledger has it already, but for what waits for its time.
UPDATE conversation_messages m SET estimated_cost_micros = c.estimated_micros
    FROM carrier_charges c
    WHERE c.id = m.id AND m.channel <> 'voice' AND m.status <> 'scheduled' AND m.estimated_cost_micros <> c.estimated_micros;
UPDATE calls SET state = state;

-- Days are read from `usage_slots` and `usage_changes` themselves now (shared/src/db/usage.rs); these stay for functions of an
-- earlier version.
COMMENT ON VIEW usage_by_slot IS 'To be dropped when no function of before V0024 runs any more.';
COMMENT ON VIEW usage_slot_changes IS 'To be dropped when no function of before V0024 runs any more.';
