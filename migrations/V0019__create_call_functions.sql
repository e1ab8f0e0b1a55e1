-- What a callback means, beside how it came (shared/src/db/call_events.rs, CallFacts): a call is settled from all of them,
-- so that neither their order nor their number matters.
ALTER TABLE call_events ADD COLUMN facts jsonb NOT NULL DEFAULT '{}';
-- When it was counted as unread; null while it is not.
ALTER TABLE calls ADD COLUMN counted_at timestamptz;
ALTER TABLE conversations ADD COLUMN read_at timestamptz;

-- Makes the recordings that the callbacks of a call tell of, with their transcriptions.
CREATE FUNCTION settle_recordings(p_call_id uuid) RETURNS void
    LANGUAGE sql
    AS $$
    INSERT INTO call_recordings (workspace_id, call_id, kind, carrier_sid, source_url, duration_seconds, transcription_state)
        SELECT DISTINCT ON (recording ->> 'sid') e.workspace_id, e.call_id, recording ->> 'kind', recording ->> 'sid',
            recording ->> 'url', (recording ->> 'seconds')::integer,
            CASE WHEN (recording ->> 'transcribe')::boolean THEN 'pending' ELSE 'none' END
        FROM call_events e, jsonb_extract_path(e.facts, 'recording') AS recording
        WHERE e.call_id = p_call_id AND recording IS NOT NULL
        ORDER BY recording ->> 'sid', recording ->> 'seconds' IS NULL, e.id
        ON CONFLICT (carrier_sid) DO NOTHING;

    -- A transcription that was made stays; one that failed may still come.
    UPDATE call_recordings r SET transcription_state = said.state, transcription = said.text,
            transcription_sid = coalesce(said.sid, r.transcription_sid), updated_at = now()
        FROM (SELECT DISTINCT ON (transcription ->> 'recordingSid') transcription ->> 'recordingSid' AS recording_sid,
                transcription ->> 'state' AS state, transcription ->> 'text' AS text, transcription ->> 'sid' AS sid
            FROM call_events e, jsonb_extract_path(e.facts, 'transcription') AS transcription
            WHERE e.call_id = p_call_id AND transcription IS NOT NULL
            ORDER BY transcription ->> 'recordingSid', transcription ->> 'state' <> 'done', e.id) AS said
        WHERE r.call_id = p_call_id AND r.carrier_sid = said.recording_sid AND r.transcription_state <> 'done'
            AND r.transcription_state <> said.state;
    $$;

-- The state of a call, from everything that was said about it. A round is one ringing of somebody: whoever answered in a
-- round that came to nothing (put the phone down when the whisper came, for instance) has not answered.
CREATE FUNCTION call_outcome(p_call_id uuid, OUT state text, OUT answered_by text, OUT answered_at timestamptz,
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
        SELECT e.facts ->> 'state' INTO state FROM call_events e
            WHERE e.call_id = p_call_id AND e.facts ? 'state'
            ORDER BY call_state_rank(e.facts ->> 'state') DESC, e.id LIMIT 1;
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

-- A missed call and a voicemail are news, once. When a callback that comes late says that the call was answered after all,
-- it is taken back, unless somebody has read meanwhile.
CREATE FUNCTION count_call_as_unread(p_call calls, p_state text) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    v_is_news boolean := p_call.direction = 'inbound' AND p_state IN ('missed', 'voicemail');
BEGIN
    IF v_is_news AND p_call.counted_at IS NULL THEN
        UPDATE conversations SET unread_count = unread_count + 1, last_message_at = greatest(last_message_at, now()),
                status = CASE WHEN status = 'spam' THEN 'spam' ELSE 'open' END, updated_at = now()
            WHERE id = p_call.conversation_id;
        UPDATE calls SET counted_at = clock_timestamp() WHERE id = p_call.id;
    ELSIF NOT v_is_news AND p_call.counted_at IS NOT NULL THEN
        UPDATE conversations SET unread_count = greatest(unread_count - 1, 0), updated_at = now()
            WHERE id = p_call.conversation_id AND (read_at IS NULL OR read_at < p_call.counted_at);
        UPDATE calls SET counted_at = NULL WHERE id = p_call.id;
    END IF;
END
$$;

-- Brings a call, its entry and its conversation to where its callbacks say it is. Under the lock of the call's row.
CREATE FUNCTION settle_call(p_call_id uuid) RETURNS text
    LANGUAGE plpgsql
    AS $$
DECLARE
    v_call calls%ROWTYPE;
    v_outcome record;
    v_state text;
    v_said text;
BEGIN
    SELECT * INTO STRICT v_call FROM calls WHERE id = p_call_id FOR UPDATE;
    PERFORM settle_recordings(p_call_id);
    SELECT * INTO STRICT v_outcome FROM call_outcome(p_call_id);
    SELECT string_agg(transcription, E'\n' ORDER BY created_at, id) INTO v_said
        FROM call_recordings WHERE call_id = p_call_id AND kind = 'voicemail' AND transcription <> '';
    v_state := CASE WHEN call_state_rank(v_outcome.state) > call_state_rank(v_call.state) THEN v_outcome.state
        ELSE v_call.state END;

    -- Who was thought to have answered may not have, unless it is too late for that.
    UPDATE calls SET state = v_state,
            answered_by = CASE v_state WHEN v_outcome.state THEN v_outcome.answered_by ELSE answered_by END,
            answered_at = CASE v_state WHEN v_outcome.state THEN v_outcome.answered_at ELSE answered_at END,
            ended_at = coalesce(v_outcome.ended_at, ended_at),
            duration_seconds = coalesce(v_outcome.duration_seconds, duration_seconds),
            estimated_cost_micros = greatest(estimated_cost_micros, v_outcome.cost_micros), updated_at = now()
        WHERE id = p_call_id;
    UPDATE conversation_messages SET status = v_state, body = coalesce(v_said, body),
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

-- What the list of conversations shows of a call.
CREATE FUNCTION call_snippet(p_direction text, p_state text, p_said text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN left(coalesce(nullif(p_said, ''), CASE p_state WHEN 'missed' THEN '[missed call]' WHEN 'voicemail' THEN '[voicemail]'
        ELSE '[call]' END), 160);

-- The numbers of a workspace with their call flows, for the steps of a call: a menu leads from one to another.
CREATE FUNCTION call_flows(p_workspace_id uuid) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('id', n.id, 'phoneNumber', n.phone_number, 'numberType', n.number_type,
            'status', n.status, 'voice', n.voice) ORDER BY n.provisioned_at, n.id), '[]')
    FROM workspace_phone_numbers n WHERE n.workspace_id = p_workspace_id AND n.status <> 'released'
    $$;

-- Stores one inbound call, once, however often and however simultaneously the carrier asks. Whose it is is decided as for
-- texts (receive_message), with one difference: whoever was texted from the platform number may call it back.
CREATE FUNCTION receive_call(
    p_carrier_sid text, p_from text, p_to text, p_match_key text, p_platform_number text, p_payload jsonb,
    p_received_at timestamptz
) RETURNS TABLE (outcome text, workspace_id uuid, call_id uuid, phone_number_id uuid, flows jsonb)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
#variable_conflict use_column
DECLARE
    v_at timestamptz := least(p_received_at, now());
    v_workspace_id uuid;
    v_phone_number_id uuid;
    v_number_type text;
    v_owners uuid[];
    v_reason text := 'unknown_number';
    v_outcome text := 'duplicate';
    v_conversation_id uuid;
    v_message_id uuid;
    v_call_id uuid;
BEGIN
    SELECT n.workspace_id, n.id, n.number_type INTO v_workspace_id, v_phone_number_id, v_number_type
        FROM workspace_phone_numbers n WHERE n.phone_number = p_to AND n.status <> 'released';
    IF NOT FOUND AND p_to = p_platform_number THEN
        SELECT array_agg(DISTINCT c.workspace_id) INTO v_owners FROM conversations c
            JOIN workspaces w ON w.id = c.workspace_id AND w.deleted_at IS NULL
            WHERE c.our_number = p_to AND c.counterpart = p_from AND c.phone_number_id IS NULL
                AND c.channel IN ('sms', 'voice');
        IF cardinality(v_owners) = 1 THEN
            v_workspace_id := v_owners[1];
        ELSE
            v_reason := CASE WHEN cardinality(v_owners) > 1 THEN 'ambiguous_platform_reply'
                ELSE 'unknown_platform_sender' END;
        END IF;
    END IF;
    IF v_workspace_id IS NULL THEN
        INSERT INTO unroutable_events (kind, event_key, reason, from_number, to_number, payload)
            VALUES ('call', p_carrier_sid, v_reason, p_from, p_to, p_payload)
            ON CONFLICT (kind, event_key) DO NOTHING;
        RETURN QUERY SELECT 'unroutable'::text, NULL::uuid, NULL::uuid, NULL::uuid, '[]'::jsonb;
        RETURN;
    END IF;

    -- Whoever stores the call and whoever looks for it in vain wait for each other.
    PERFORM lock_carrier_sid(p_carrier_sid);
    SELECT c.id INTO v_call_id FROM calls c WHERE c.carrier_sid = p_carrier_sid;
    IF NOT FOUND THEN
        v_conversation_id := open_conversation(v_workspace_id, 'voice', v_phone_number_id, p_to, p_from, p_match_key);
        INSERT INTO conversation_messages (workspace_id, conversation_id, phone_number_id, number_type, direction, channel,
                from_number, to_number, status, carrier_sid, segments, created_at)
            VALUES (v_workspace_id, v_conversation_id, v_phone_number_id, v_number_type, 'inbound', 'voice',
                p_from, p_to, 'ringing', p_carrier_sid, 0, v_at)
            RETURNING id INTO v_message_id;
        INSERT INTO calls (workspace_id, conversation_id, message_id, phone_number_id, number_type, kind, direction,
                from_number, to_number, carrier_sid, state, started_at)
            VALUES (v_workspace_id, v_conversation_id, v_message_id, v_phone_number_id, v_number_type, 'inbound', 'inbound',
                p_from, p_to, p_carrier_sid, 'ringing', v_at)
            RETURNING id INTO v_call_id;
        UPDATE conversations c SET message_count = c.message_count + 1,
                last_message_at = greatest(c.last_message_at, v_at), updated_at = now()
            WHERE c.id = v_conversation_id;
        v_outcome := 'stored';
    END IF;
    INSERT INTO call_events (workspace_id, call_id, carrier_sid, kind, status, payload, received_at)
        VALUES (v_workspace_id, v_call_id, p_carrier_sid, 'request', p_payload ->> 'CallStatus', p_payload, v_at);
    IF v_outcome = 'stored' THEN
        UPDATE call_events e SET call_id = v_call_id, workspace_id = v_workspace_id
            WHERE e.carrier_sid = p_carrier_sid AND e.call_id IS NULL;
        PERFORM settle_call(v_call_id);
    END IF;
    RETURN QUERY SELECT v_outcome, v_workspace_id, v_call_id, v_phone_number_id, call_flows(v_workspace_id);
END
$$;
GRANT EXECUTE ON FUNCTION receive_call(text, text, text, text, text, jsonb, timestamptz)
    TO switchboard_app, switchboard_system;

-- Stores one callback or step of a call and brings the call to where it says. The call is found by our own id, which the
-- URLs of outbound calls carry, or by the sid of its first leg; what comes before its call waits for it.
CREATE FUNCTION record_call_event(
    p_call_id uuid, p_carrier_sid text, p_kind text, p_status text, p_facts jsonb, p_payload jsonb,
    p_received_at timestamptz
) RETURNS TABLE (outcome text, workspace_id uuid, call_id uuid, state text, flows jsonb)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
#variable_conflict use_column
DECLARE
    v_call calls%ROWTYPE;
    v_state text;
BEGIN
    FOR v_round IN 1..2 LOOP
        SELECT * INTO v_call FROM calls c
            WHERE (c.id = p_call_id AND (c.carrier_sid IS NULL OR p_carrier_sid IS NULL OR c.carrier_sid = p_carrier_sid))
                OR c.carrier_sid = p_carrier_sid
            ORDER BY c.carrier_sid = p_carrier_sid DESC NULLS LAST
            LIMIT 1
            FOR UPDATE;
        EXIT WHEN FOUND OR v_round = 2 OR p_carrier_sid IS NULL;
        PERFORM lock_carrier_sid(p_carrier_sid);
    END LOOP;

    INSERT INTO call_events (workspace_id, call_id, carrier_sid, kind, status, facts, payload, received_at)
        VALUES (v_call.workspace_id, v_call.id, p_carrier_sid, p_kind, p_status, p_facts, p_payload,
            least(p_received_at, now()));
    IF v_call.id IS NULL THEN
        RETURN QUERY SELECT 'unknown_call'::text, NULL::uuid, NULL::uuid, NULL::text, '[]'::jsonb;
        RETURN;
    END IF;

    IF v_call.carrier_sid IS NULL AND p_carrier_sid IS NOT NULL THEN
        UPDATE calls c SET carrier_sid = p_carrier_sid WHERE c.id = v_call.id;
    END IF;
    v_state := settle_call(v_call.id);
    RETURN QUERY SELECT CASE WHEN v_state = v_call.state THEN 'unchanged' ELSE 'moved' END, v_call.workspace_id, v_call.id,
        v_state, CASE WHEN p_kind IN ('gather', 'dial', 'record', 'whisper') THEN call_flows(v_call.workspace_id)
            ELSE '[]' END;
END
$$;
GRANT EXECUTE ON FUNCTION record_call_event(uuid, text, text, text, jsonb, jsonb, timestamptz)
    TO switchboard_app, switchboard_system;

-- Which of these numbers anybody here owns. It tells a workspace about others no more than calling the number would.
CREATE FUNCTION find_owned_numbers(p_numbers text[]) RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT phone_number FROM workspace_phone_numbers WHERE phone_number = ANY (p_numbers) AND status <> 'released' $$;
GRANT EXECUTE ON FUNCTION find_owned_numbers(text[]) TO switchboard_app;
