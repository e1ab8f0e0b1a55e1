-- Who does not want texts from which of our numbers, per workspace. The row stays when somebody opts in again: its time
-- is what a keyword that arrives late is compared with.
CREATE TABLE opt_outs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    -- Null: the platform number.
    phone_number_id uuid REFERENCES workspace_phone_numbers (id),
    -- As the carrier writes it.
    counterpart text NOT NULL CHECK (counterpart <> ''),
    state text NOT NULL CHECK (state IN ('opted_out', 'opted_in')),
    -- Who said so: the customer's own word, the carrier's refusal (21610), or an admin.
    source text NOT NULL CHECK (source IN ('keyword', 'carrier', 'admin')),
    -- When it was said, not when it was stored.
    changed_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT opt_outs_thread_key UNIQUE NULLS NOT DISTINCT (workspace_id, phone_number_id, counterpart)
);
CREATE INDEX opt_outs_recent_idx ON opt_outs (workspace_id, changed_at DESC, id DESC) WHERE state = 'opted_out';
ALTER TABLE opt_outs ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON opt_outs TO switchboard_app
    USING (workspace_id = current_workspace_id()) WITH CHECK (workspace_id = current_workspace_id());
CREATE POLICY system ON opt_outs TO switchboard_system USING (true) WITH CHECK (true);

-- Answers that a customer's keyword asks for. Written with the text that asks, so that none is forgotten and none is
-- given twice; sent by work-inbox.
CREATE TABLE automatic_replies (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    phone_number_id uuid REFERENCES workspace_phone_numbers (id),
    counterpart text NOT NULL CHECK (counterpart <> ''),
    kind text NOT NULL CHECK (kind IN ('opt_out_confirmation', 'opt_in_confirmation', 'help')),
    -- The carrier's id of the text that asks.
    asked_by text NOT NULL UNIQUE,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'skipped')),
    message_id uuid REFERENCES conversation_messages (id),
    queued_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((state = 'sent') = (message_id IS NOT NULL))
);
CREATE INDEX automatic_replies_waiting_idx ON automatic_replies (queued_at) WHERE state = 'waiting';
ALTER TABLE automatic_replies ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON automatic_replies TO switchboard_app
    USING (workspace_id = current_workspace_id()) WITH CHECK (workspace_id = current_workspace_id());
CREATE POLICY system ON automatic_replies TO switchboard_system USING (true) WITH CHECK (true);

-- Notes what a customer's keyword (stop, start, yes) says. Gives the new state, or null when nothing changed. What was
-- said before the stored change says nothing any more. The carrier's own times, which what we never got comes with,
-- have whole seconds: within that second "stop" wins.
CREATE FUNCTION change_consent(
    p_workspace_id uuid, p_phone_number_id uuid, p_counterpart text, p_keyword text, p_said_at timestamptz
) RETURNS text
    LANGUAGE plpgsql
    AS $$
DECLARE
    v_state text := CASE p_keyword WHEN 'stop' THEN 'opted_out' ELSE 'opted_in' END;
    v_known opt_outs%ROWTYPE;
BEGIN
    SELECT * INTO v_known FROM opt_outs WHERE workspace_id = p_workspace_id AND counterpart = p_counterpart
        AND phone_number_id IS NOT DISTINCT FROM p_phone_number_id FOR UPDATE;
    IF NOT FOUND THEN
        -- "Yes" is an everyday word; it means consent only from somebody who has opted out.
        IF p_keyword = 'yes' THEN
            RETURN NULL;
        END IF;
        INSERT INTO opt_outs (workspace_id, phone_number_id, counterpart, state, source, changed_at)
            VALUES (p_workspace_id, p_phone_number_id, p_counterpart, v_state, 'keyword', p_said_at)
            ON CONFLICT ON CONSTRAINT opt_outs_thread_key DO NOTHING;
        IF FOUND THEN
            RETURN nullif(v_state, 'opted_in');
        END IF;
        SELECT * INTO STRICT v_known FROM opt_outs WHERE workspace_id = p_workspace_id AND counterpart = p_counterpart
            AND phone_number_id IS NOT DISTINCT FROM p_phone_number_id FOR UPDATE;
    END IF;

    IF p_said_at < (CASE WHEN p_keyword = 'stop' AND p_said_at = date_trunc('second', p_said_at)
            THEN date_trunc('second', v_known.changed_at) ELSE v_known.changed_at END) THEN
        RETURN NULL;
    END IF;
    UPDATE opt_outs SET state = v_state, source = CASE state WHEN v_state THEN source ELSE 'keyword' END,
            changed_at = greatest(changed_at, p_said_at), updated_at = now()
        WHERE id = v_known.id;
    RETURN nullif(v_state, v_known.state);
END
$$;
GRANT EXECUTE ON FUNCTION change_consent(uuid, uuid, text, text, timestamptz) TO switchboard_app, switchboard_system;

-- Stores one verified inbound message (receive_message) and, in the same transaction and round trip, what its keyword
-- means and the answer that it asks for. `p_received_at` is when we or the carrier got it: a moment ago, or
-- earlier for what waited in a queue or was found in the carrier's list.
CREATE FUNCTION ingest_message(
    p_carrier_sid text, p_channel text, p_from text, p_to text, p_body text, p_media jsonb, p_segments integer,
    p_platform_number text, p_payload jsonb, p_match_key text, p_keyword text, p_received_at timestamptz
) RETURNS TABLE (outcome text, workspace_id uuid, conversation_id uuid, message_id uuid, reply_id uuid)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
#variable_conflict use_column
DECLARE
    v_at timestamptz := least(p_received_at, now());
    v_kept_before boolean := EXISTS (
        SELECT FROM unroutable_events e WHERE e.kind = 'message' AND e.event_key = p_carrier_sid);
    v_stored record;
    v_thread record;
    v_kind text;
    v_reply_id uuid;
BEGIN
    SELECT * INTO STRICT v_stored FROM receive_message(p_carrier_sid, p_channel, p_from, p_to, p_body, p_media,
        p_segments, p_platform_number, p_payload, p_match_key);

    IF v_stored.outcome = 'stored' AND v_at < now() - interval '10 seconds' THEN
        -- It belongs where it was written; that it is news keeps the conversation on top.
        UPDATE conversation_messages m SET created_at = v_at WHERE m.id = v_stored.message_id;
        UPDATE conversations c SET snippet = newest.snippet
            FROM (SELECT left(CASE WHEN m.body = '' AND m.media <> '[]' THEN '[media]' ELSE m.body END, 160) AS snippet
                FROM conversation_messages m WHERE m.conversation_id = v_stored.conversation_id
                ORDER BY m.created_at DESC, m.id DESC LIMIT 1) AS newest
            WHERE c.id = v_stored.conversation_id;
    END IF;

    IF p_keyword IS NOT NULL AND p_from <> ''
            AND (v_stored.outcome = 'stored' OR (v_stored.outcome = 'unroutable' AND NOT v_kept_before)) THEN
        -- A text to an own number is about that number; one to the platform number about every workspace that has a
        -- thread with this customer there, whether or not the text could be given to one of them.
        FOR v_thread IN
            SELECT m.workspace_id, m.phone_number_id FROM conversation_messages m
                WHERE m.id = v_stored.message_id AND m.phone_number_id IS NOT NULL
            UNION ALL
            (SELECT c.workspace_id, NULL FROM conversations c
                WHERE p_to = p_platform_number AND c.our_number = p_to AND c.counterpart = p_from
                    AND c.phone_number_id IS NULL
                GROUP BY c.workspace_id ORDER BY min(c.created_at), c.workspace_id)
        LOOP
            IF p_keyword = 'help' THEN
                v_kind := 'help';
            ELSE
                v_kind := CASE change_consent(v_thread.workspace_id, v_thread.phone_number_id, p_from, p_keyword, v_at)
                    WHEN 'opted_out' THEN 'opt_out_confirmation' WHEN 'opted_in' THEN 'opt_in_confirmation' END;
            END IF;
            -- One text is answered once, and not when nobody remembers it any more.
            IF v_kind IS NOT NULL AND v_reply_id IS NULL AND p_channel = 'sms' AND v_at > now() - interval '1 day' THEN
                INSERT INTO automatic_replies (workspace_id, phone_number_id, counterpart, kind, asked_by)
                    VALUES (v_thread.workspace_id, v_thread.phone_number_id, p_from, v_kind, p_carrier_sid)
                    ON CONFLICT (asked_by) DO NOTHING
                    RETURNING id INTO v_reply_id;
            END IF;
        END LOOP;
    END IF;
    RETURN QUERY SELECT v_stored.outcome, v_stored.workspace_id, v_stored.conversation_id, v_stored.message_id, v_reply_id;
END
$$;
GRANT EXECUTE ON FUNCTION ingest_message(text, text, text, text, text, jsonb, integer, text, jsonb, text, text, timestamptz)
    TO switchboard_app, switchboard_system;

-- Whatever learns it (the answer to a send, a callback, a look-up): a refusal because of an opt-out is an opt-out.
CREATE FUNCTION note_carrier_opt_out() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    INSERT INTO opt_outs (workspace_id, phone_number_id, counterpart, state, source)
        VALUES (NEW.workspace_id, NEW.phone_number_id, NEW.to_number, 'opted_out', 'carrier')
        ON CONFLICT ON CONSTRAINT opt_outs_thread_key DO UPDATE
            SET state = 'opted_out', source = 'carrier', changed_at = now(), updated_at = now()
            WHERE opt_outs.state <> 'opted_out';
    RETURN NULL;
END
$$;
CREATE TRIGGER note_carrier_opt_out AFTER INSERT OR UPDATE OF error_code ON conversation_messages FOR EACH ROW
    WHEN (NEW.direction = 'outbound' AND NEW.error_code IN ('21610', 'message_blocked_by_number'))
    EXECUTE FUNCTION note_carrier_opt_out();
