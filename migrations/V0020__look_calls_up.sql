-- Calls are looked up at the carrier, as texts are: to settle one whose answer was lost, for the end of one whose callbacks
-- were, and for the price.
ALTER TABLE calls
    ADD COLUMN carrier_looked_at timestamptz,
    -- Looks that found no answer to the question that is open.
    ADD COLUMN carrier_looks integer NOT NULL DEFAULT 0;
CREATE INDEX calls_unsettled_idx ON calls (created_at)
    WHERE direction = 'outbound' AND state IN ('pending', 'unknown') AND carrier_sid IS NULL;
CREATE INDEX calls_unpriced_idx ON calls (created_at) WHERE carrier_sid IS NOT NULL AND cost_micros IS NULL;

-- When the carrier is asked again to delete a recording that it need not keep any more.
ALTER TABLE call_recordings ADD COLUMN carrier_delete_due_at timestamptz;
CREATE INDEX call_recordings_carrier_idx ON call_recordings (created_at)
    WHERE state IN ('stored', 'deleted') AND carrier_deleted_at IS NULL;
CREATE INDEX call_recordings_age_idx ON call_recordings (created_at) WHERE state = 'stored';

-- How far a call of ours has come, from everything that was said about it, and a code that tells states of one name apart.
-- A customer has heard the text only if the carrier came for it. A member who hung up ends the call: after a talk, or
-- before the customer was called; in between the customer's own phone decides.
CREATE FUNCTION outbound_call_outcome(p_call_id uuid, p_is_answered boolean, OUT state text, OUT error_code text)
    LANGUAGE plpgsql STABLE
    AS $$
#variable_conflict use_column
DECLARE
    v_kind text;
    v_is_spoken boolean;
    v_is_accepted boolean;
    v_has_member_ended boolean;
BEGIN
    SELECT c.kind INTO STRICT v_kind FROM calls c WHERE c.id = p_call_id;
    SELECT e.facts ->> 'state', e.facts ->> 'errorCode' INTO state, error_code FROM call_events e
        WHERE e.call_id = p_call_id AND e.facts ? 'state'
        ORDER BY call_state_rank(e.facts ->> 'state') DESC, e.id LIMIT 1;
    SELECT coalesce(bool_or((e.facts ->> 'spoken')::boolean), false),
            coalesce(bool_or((e.facts ->> 'accepted')::boolean), false),
            coalesce(bool_or((e.facts ->> 'memberEnded')::boolean), false)
        INTO v_is_spoken, v_is_accepted, v_has_member_ended
        FROM call_events e WHERE e.call_id = p_call_id;

    IF v_kind = 'spoken' AND state = 'completed' AND NOT v_is_spoken THEN
        state := 'failed';
        error_code := 'not_spoken';
    ELSIF v_has_member_ended AND call_state_rank(coalesce(state, 'pending')) <= call_state_rank('answered') THEN
        IF p_is_answered THEN
            state := 'completed';
        ELSIF NOT v_is_accepted THEN
            state := 'canceled';
            error_code := 'member_declined';
        END IF;
    END IF;
    state := coalesce(state, 'pending');
END
$$;

-- As in V0019; what a call of ours has come to is decided above.
CREATE OR REPLACE FUNCTION call_outcome(p_call_id uuid, OUT state text, OUT answered_by text, OUT answered_at timestamptz,
    OUT ended_at timestamptz, OUT duration_seconds integer, OUT cost_micros bigint)
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
    -- Several callbacks tell of one leg.
    SELECT coalesce(sum(leg.cost), 0) INTO cost_micros
        FROM (SELECT max((e.facts ->> 'costMicros')::bigint) AS cost FROM call_events e
            WHERE e.call_id = p_call_id AND e.facts ? 'costMicros' GROUP BY e.facts ->> 'leg') AS leg;

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

-- As in V0019, with the code of a call of ours.
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
            duration_seconds = coalesce(v_outcome.duration_seconds, duration_seconds),
            estimated_cost_micros = greatest(estimated_cost_micros, v_outcome.cost_micros), updated_at = now()
        WHERE id = p_call_id;
    UPDATE conversation_messages SET status = v_state, error_code = v_code,
            error_message = CASE WHEN v_state = v_call.state THEN error_message END,
            body = coalesce(v_said, body),
            estimated_cost_micros = greatest(estimated_cost_micros, v_outcome.cost_micros), updated_at = now()
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
