-- A status that comes before its message is known by that sid is kept with what it means, and applied when the sid is
-- stored.
ALTER TABLE message_events
    ADD COLUMN moves_to text,
    ADD COLUMN error_message text;
CREATE INDEX message_events_early_idx ON message_events (carrier_sid) WHERE message_id IS NULL;

-- Texts that had no owner are tried again by the sweep.
ALTER TABLE unroutable_events
    ADD COLUMN tried_at timestamptz,
    ADD COLUMN replayed_at timestamptz;
CREATE INDEX unroutable_events_open_idx ON unroutable_events (received_at) WHERE kind = 'message' AND replayed_at IS NULL;

-- Whoever stores a sid and whoever looks for it in vain wait for each other, so that one of them sees the other's row.
CREATE FUNCTION lock_carrier_sid(p_carrier_sid text) RETURNS void
    LANGUAGE sql
    AS $$ SELECT pg_advisory_xact_lock(hashtextextended('carrier_sid ' || p_carrier_sid, 0)) $$;

-- As in V0004; a status of an unknown message keeps what it would do.
CREATE OR REPLACE FUNCTION record_message_status(
    p_message_id uuid, p_carrier_sid text, p_status text, p_raw_status text, p_error_code text, p_error_message text,
    p_payload jsonb
) RETURNS TABLE (outcome text, workspace_id uuid, message_id uuid)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
#variable_conflict use_column
DECLARE
    v_message conversation_messages%ROWTYPE;
BEGIN
    FOR v_round IN 1..2 LOOP
        SELECT * INTO v_message FROM conversation_messages m
            WHERE (m.id = p_message_id AND (m.carrier_sid IS NULL OR m.carrier_sid = p_carrier_sid))
                OR m.carrier_sid = p_carrier_sid
            ORDER BY m.carrier_sid = p_carrier_sid DESC NULLS LAST
            LIMIT 1
            FOR UPDATE;
        EXIT WHEN FOUND OR v_round = 2 OR p_carrier_sid IS NULL;
        PERFORM lock_carrier_sid(p_carrier_sid);
    END LOOP;

    INSERT INTO message_events (workspace_id, message_id, carrier_sid, status, error_code, payload, moves_to, error_message)
        VALUES (v_message.workspace_id, v_message.id, p_carrier_sid, p_raw_status, p_error_code, p_payload, p_status,
            p_error_message);

    IF v_message.id IS NULL THEN
        RETURN QUERY SELECT 'unknown_message'::text, NULL::uuid, NULL::uuid;
    ELSIF v_message.direction <> 'outbound' OR p_status IS NULL
            OR message_status_rank(v_message.status) >= message_status_rank(p_status) THEN
        RETURN QUERY SELECT 'unchanged'::text, v_message.workspace_id, v_message.id;
    ELSE
        UPDATE conversation_messages m SET
                status = p_status,
                carrier_sid = coalesce(m.carrier_sid, p_carrier_sid),
                error_code = coalesce(p_error_code, m.error_code),
                error_message = coalesce(p_error_message, m.error_message),
                sent_at = CASE WHEN p_status IN ('sent', 'delivered') THEN coalesce(m.sent_at, now()) ELSE m.sent_at END,
                delivered_at = CASE WHEN p_status = 'delivered' THEN now() ELSE m.delivered_at END,
                updated_at = now()
            WHERE m.id = v_message.id;
        RETURN QUERY SELECT 'moved'::text, v_message.workspace_id, v_message.id;
    END IF;
END
$$;

-- Of the statuses that came early the one that is furthest counts, of two ends the first.
CREATE FUNCTION apply_early_statuses() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    v_event message_events%ROWTYPE;
BEGIN
    PERFORM lock_carrier_sid(NEW.carrier_sid);
    SELECT * INTO v_event FROM message_events
        WHERE carrier_sid = NEW.carrier_sid AND message_id IS NULL AND moves_to IS NOT NULL
        ORDER BY message_status_rank(moves_to) DESC, id LIMIT 1;
    UPDATE message_events SET message_id = NEW.id, workspace_id = NEW.workspace_id
        WHERE carrier_sid = NEW.carrier_sid AND message_id IS NULL;
    IF v_event.id IS NOT NULL AND message_status_rank(v_event.moves_to) > message_status_rank(NEW.status) THEN
        NEW.status := v_event.moves_to;
        NEW.error_code := coalesce(v_event.error_code, NEW.error_code);
        NEW.error_message := coalesce(v_event.error_message, NEW.error_message);
        IF v_event.moves_to IN ('sent', 'delivered') THEN
            NEW.sent_at := coalesce(NEW.sent_at, v_event.received_at);
        END IF;
        IF v_event.moves_to = 'delivered' THEN
            NEW.delivered_at := v_event.received_at;
        END IF;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER apply_early_statuses BEFORE UPDATE OF carrier_sid ON conversation_messages FOR EACH ROW
    WHEN (OLD.carrier_sid IS NULL AND NEW.carrier_sid IS NOT NULL AND NEW.direction = 'outbound')
    EXECUTE FUNCTION apply_early_statuses();
