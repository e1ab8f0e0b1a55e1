-- As in V0011, but a "yes" of somebody who has not opted out is kept as well. It changes nothing then; a "stop" that was said
-- before it and that comes after it, from the queue or from the carrier's list, says nothing any more.
CREATE OR REPLACE FUNCTION change_consent(
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

-- As in V0020, but a member who hangs up on a customer does not end the call yet: the customer's leg does, a moment later, and
-- says how long they talked, which those who are told that a call is over (V0026) want to know. Were that news lost, the sweep
-- asks the carrier as for any call that is open.
CREATE OR REPLACE FUNCTION outbound_call_outcome(p_call_id uuid, p_is_answered boolean, OUT state text, OUT error_code text)
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
    ELSIF v_has_member_ended AND NOT p_is_answered AND NOT v_is_accepted
            AND call_state_rank(coalesce(state, 'pending')) <= call_state_rank('answered') THEN
        state := 'canceled';
        error_code := 'member_declined';
    END IF;
    state := coalesce(state, 'pending');
END
$$;

-- As in V0024, with the same change to when it ended.
CREATE OR REPLACE FUNCTION call_outcome(p_call_id uuid, OUT state text, OUT answered_by text, OUT answered_at timestamptz,
    OUT ended_at timestamptz, OUT duration_seconds integer)
    LANGUAGE plpgsql STABLE
    AS $$
#variable_conflict use_column
DECLARE
    v_is_inbound boolean;
    v_failed_round integer;
    v_leg_ended_at timestamptz;
BEGIN
    SELECT c.direction = 'inbound' INTO STRICT v_is_inbound FROM calls c WHERE c.id = p_call_id;
    SELECT min(e.received_at) FILTER (WHERE (e.facts ->> 'ended')::boolean),
            min(e.received_at) FILTER (WHERE (e.facts ->> 'ended')::boolean AND NOT e.facts ? 'memberEnded'),
            max((e.facts ->> 'seconds')::integer) FILTER (WHERE (e.facts ->> 'ended')::boolean),
            coalesce(max((e.facts ->> 'round')::integer) FILTER (WHERE NOT (e.facts ->> 'answered')::boolean), -1)
        INTO ended_at, v_leg_ended_at, duration_seconds, v_failed_round
        FROM call_events e WHERE e.call_id = p_call_id;
    SELECT e.received_at, e.facts ->> 'number' INTO answered_at, answered_by
        FROM call_events e
        WHERE e.call_id = p_call_id AND (e.facts ->> 'answered')::boolean
            AND (e.facts ->> 'round')::integer > v_failed_round
        ORDER BY (e.facts ->> 'round')::integer DESC, e.facts ->> 'number' IS NULL, e.id LIMIT 1;

    IF NOT v_is_inbound THEN
        SELECT o.state INTO state FROM outbound_call_outcome(p_call_id, answered_at IS NOT NULL) o;
        IF answered_at IS NOT NULL THEN
            ended_at := v_leg_ended_at;
        END IF;
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
