-- How long things are kept (docs/decisions/0020). What is deleted leaves its price: the ledger and the sums have no part in it.

-- In days; null: as the configuration says. Within two weeks prices are settled and webhooks that waited in a queue arrive.
ALTER TABLE workspaces
    ADD COLUMN message_retention_days integer CHECK (message_retention_days BETWEEN 14 AND 3650),
    ADD COLUMN media_retention_days integer CHECK (media_retention_days BETWEEN 1 AND 3650),
    ADD COLUMN recording_retention_days integer CHECK (recording_retention_days BETWEEN 1 AND 3650);

-- Messages and calls that were deleted after their time, by the carrier's id: a webhook is genuine however late it comes
-- again, and the sweep fetches what the carrier lists and nobody here knows. Nothing of them is in here.
CREATE TABLE expired_messages (
    carrier_sid text PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    conversation_id uuid NOT NULL REFERENCES conversations (id),
    message_id uuid NOT NULL,
    call_id uuid,
    created_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE expired_messages ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON expired_messages TO switchboard_app
    USING (workspace_id = current_workspace_id()) WITH CHECK (workspace_id = current_workspace_id());
CREATE POLICY system ON expired_messages TO switchboard_system USING (true) WITH CHECK (true);

-- What is deleted because its time is over belongs to no erasure.
ALTER TABLE deletion_tasks ALTER COLUMN erasure_id DROP NOT NULL;
ALTER TABLE deletion_tasks DROP CONSTRAINT deletion_tasks_kind_check;
ALTER TABLE deletion_tasks ADD CONSTRAINT deletion_tasks_kind_check CHECK (kind IN
    ('object', 'carrier_message', 'carrier_media', 'carrier_call', 'carrier_recording', 'carrier_transcription'));

CREATE INDEX conversation_messages_age_idx ON conversation_messages (workspace_id, created_at);
CREATE INDEX conversation_messages_media_age_idx ON conversation_messages (workspace_id, created_at)
    WHERE media <> '[]' AND NOT media @> '[{"state": "deleted"}]';
DROP INDEX call_recordings_age_idx;
CREATE INDEX call_recordings_age_idx ON call_recordings (workspace_id, created_at) WHERE state = 'stored';
CREATE INDEX message_events_age_idx ON message_events (received_at);
CREATE INDEX call_events_age_idx ON call_events (received_at) WHERE payload <> '{}';
CREATE INDEX unroutable_events_age_idx ON unroutable_events (received_at) WHERE payload <> '{}';
CREATE INDEX deletion_tasks_finished_idx ON deletion_tasks (finished_at) WHERE erasure_id IS NULL;
CREATE INDEX automatic_replies_message_idx ON automatic_replies (message_id) WHERE message_id IS NOT NULL;

-- Whether something is still to happen with a message: it waits for its time, nobody knows yet whether it went out, its call
-- goes on, or somebody is still to be told of it.
CREATE FUNCTION is_unsettled(p_message conversation_messages) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
    SELECT p_message.status = 'scheduled' OR is_under_way(p_message)
        OR EXISTS (SELECT FROM outbound_events e JOIN webhook_deliveries d ON d.event_id = e.id
            WHERE e.message_id = p_message.id AND d.state = 'pending')
    $$;

-- Conversations without some of their messages: what the inbox shows is about those that are left.
CREATE FUNCTION forget_in_conversations(p_message_ids uuid[]) RETURNS void
    LANGUAGE sql
    AS $$
    UPDATE conversations c SET message_count = greatest(c.message_count - gone.messages, 0),
            unread_count = (SELECT count(*) FROM (SELECT FROM conversation_messages m
                WHERE m.conversation_id = c.id AND m.direction = 'inbound' AND m.id <> ALL (p_message_ids)
                LIMIT c.unread_count) AS unread),
            snippet = CASE WHEN newest.created_at >= gone.newest THEN c.snippet ELSE coalesce(newest.snippet, '') END,
            updated_at = now()
        FROM (SELECT conversation_id, count(*)::integer AS messages, max(created_at) AS newest
            FROM conversation_messages WHERE id = ANY (p_message_ids) GROUP BY conversation_id) AS gone
        LEFT JOIN LATERAL (SELECT m.created_at, CASE WHEN m.channel = 'voice' THEN call_snippet(m.direction, m.status, m.body)
                ELSE left(CASE WHEN m.body = '' AND m.media <> '[]' THEN '[media]' ELSE m.body END, 160) END AS snippet
            FROM conversation_messages m
            WHERE m.conversation_id = gone.conversation_id AND m.id <> ALL (p_message_ids)
            ORDER BY m.created_at DESC, m.id DESC LIMIT 1) AS newest ON true
        WHERE c.id = gone.conversation_id;
    $$;

-- Deletes messages with everything that hangs on them. Under their lock and their conversations'. What lies elsewhere is
-- noted in the same transaction, so that nothing is left that nobody knows of.
CREATE FUNCTION delete_messages(p_message_ids uuid[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    v_calls uuid[] := ARRAY(SELECT id FROM calls WHERE message_id = ANY (p_message_ids));
    v_sids text[];
BEGIN
    PERFORM delete_files(NULL, p_message_ids);
    PERFORM delete_recordings(NULL, v_calls);
    PERFORM delete_at_carrier(NULL, p_message_ids, v_calls);
    INSERT INTO deletion_tasks (workspace_id, kind, target, due_at)
        SELECT workspace_id, 'carrier_recording', carrier_sid, now() FROM call_recordings
        WHERE call_id = ANY (v_calls) AND carrier_deleted_at IS NULL
        ON CONFLICT (kind, target) DO NOTHING;
    WITH known AS (
        INSERT INTO expired_messages (carrier_sid, workspace_id, conversation_id, message_id, call_id)
            SELECT coalesce(m.carrier_sid, c.carrier_sid), m.workspace_id, m.conversation_id, m.id, c.id
            FROM conversation_messages m LEFT JOIN calls c ON c.message_id = m.id
            WHERE m.id = ANY (p_message_ids) AND coalesce(m.carrier_sid, c.carrier_sid) IS NOT NULL
            ON CONFLICT (carrier_sid) DO NOTHING RETURNING carrier_sid
    ) SELECT array_agg(carrier_sid) INTO v_sids FROM known;

    PERFORM forget_in_conversations(p_message_ids);
    -- The key still keeps the request from being carried out twice.
    UPDATE idempotency_keys SET message_id = NULL, response_status = 404, response_body = jsonb_build_object(
            'title', 'Not Found', 'status', 404, 'code', 'message_not_found', 'detail', 'the message was deleted after its time')
        WHERE message_id = ANY (p_message_ids);
    UPDATE unroutable_events SET payload = '{}', from_number = NULL, to_number = NULL, replayed_at = coalesce(replayed_at, now())
        WHERE kind IN ('message', 'call') AND event_key = ANY (v_sids) AND payload <> '{}';
    DELETE FROM automatic_replies WHERE message_id = ANY (p_message_ids)
        OR (asked_by = ANY (v_sids) AND state = 'skipped');
    DELETE FROM webhook_deliveries d USING outbound_events e WHERE d.event_id = e.id AND e.message_id = ANY (p_message_ids);
    DELETE FROM outbound_events WHERE message_id = ANY (p_message_ids);
    DELETE FROM message_events WHERE message_id = ANY (p_message_ids);
    DELETE FROM message_media WHERE message_id = ANY (p_message_ids);
    DELETE FROM call_events WHERE call_id = ANY (v_calls);
    DELETE FROM call_recordings WHERE call_id = ANY (v_calls);
    DELETE FROM calls WHERE id = ANY (v_calls);
    DELETE FROM conversation_messages WHERE id = ANY (p_message_ids);
END
$$;

-- Deletes messages and calls whose time is over, the oldest of each workspace first; gives how many.
CREATE FUNCTION expire_messages(p_now timestamptz, p_default_days integer, p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    -- The index gives the oldest; what holds one back is asked of those only, until there are enough.
    v_found uuid[] := ARRAY(SELECT (due.message).id FROM workspaces w
        CROSS JOIN LATERAL (SELECT m AS message FROM conversation_messages m
            WHERE m.workspace_id = w.id AND m.status <> 'scheduled'
                AND m.created_at < p_now - make_interval(days => coalesce(w.message_retention_days, p_default_days))
            ORDER BY m.created_at LIMIT p_limit * 5) AS due
        WHERE coalesce(w.message_retention_days, p_default_days) IS NOT NULL AND NOT is_unsettled(due.message)
        LIMIT p_limit);
    v_messages uuid[];
BEGIN
    PERFORM lock_conversations(ARRAY(SELECT DISTINCT conversation_id FROM conversation_messages WHERE id = ANY (v_found)));
    v_messages := ARRAY(SELECT m.id FROM conversation_messages m
        WHERE m.id = ANY (v_found) AND NOT is_unsettled(m) ORDER BY m.id FOR UPDATE);
    PERFORM delete_messages(v_messages);
    RETURN cardinality(v_messages);
END
$$;
GRANT EXECUTE ON FUNCTION expire_messages(timestamptz, integer, integer) TO switchboard_system;

-- Deletes the pictures and files of messages whose time is over; gives of how many messages. The texts stay, and that there
-- was a file.
CREATE FUNCTION expire_media(p_now timestamptz, p_default_days integer, p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    v_found uuid[] := ARRAY(SELECT (due.message).id FROM workspaces w
        CROSS JOIN LATERAL (SELECT m AS message FROM conversation_messages m
            WHERE m.workspace_id = w.id AND m.media <> '[]' AND NOT m.media @> '[{"state": "deleted"}]'
                AND m.status <> 'scheduled'
                AND m.created_at < p_now - make_interval(days => coalesce(w.media_retention_days, p_default_days))
            ORDER BY m.created_at LIMIT p_limit * 5) AS due
        WHERE coalesce(w.media_retention_days, p_default_days) IS NOT NULL AND NOT is_unsettled(due.message)
            AND NOT EXISTS (SELECT FROM message_media f WHERE f.message_id = (due.message).id AND f.state = 'pending')
        LIMIT p_limit);
    v_messages uuid[] := ARRAY(SELECT m.id FROM conversation_messages m
        WHERE m.id = ANY (v_found) AND NOT is_unsettled(m) ORDER BY m.id FOR UPDATE);
BEGIN
    PERFORM delete_files(NULL, v_messages);
    INSERT INTO deletion_tasks (workspace_id, kind, target, due_at)
        SELECT workspace_id, 'carrier_media', carrier_sid, now() FROM conversation_messages
        WHERE id = ANY (v_messages) AND carrier_sid IS NOT NULL AND channel IN ('sms', 'whatsapp')
        ON CONFLICT (kind, target) DO NOTHING;
    UPDATE conversation_messages m SET updated_at = now(), media = (
            SELECT jsonb_agg(jsonb_build_object('url', '', 'contentType', medium -> 'contentType', 'state', 'deleted') ORDER BY at)
            FROM jsonb_array_elements(m.media) WITH ORDINALITY AS media (medium, at))
        WHERE m.id = ANY (v_messages);
    RETURN cardinality(v_messages);
END
$$;
GRANT EXECUTE ON FUNCTION expire_media(timestamptz, integer, integer) TO switchboard_system;

-- Deletes webhooks as they came, once their time is over; gives how many. What a callback means for its call stays, because a
-- call is settled from all of them, and so does the key of a webhook that had no owner: the same once more is nothing new.
CREATE FUNCTION expire_raw_events(p_before timestamptz, p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    v_events integer;
    v_count integer;
BEGIN
    DELETE FROM message_events WHERE id IN (
        SELECT id FROM message_events WHERE received_at < p_before ORDER BY received_at LIMIT p_limit FOR UPDATE SKIP LOCKED);
    GET DIAGNOSTICS v_events = ROW_COUNT;
    -- Of a call that never came.
    DELETE FROM call_events WHERE id IN (
        SELECT id FROM call_events WHERE received_at < p_before AND payload <> '{}' AND call_id IS NULL
        ORDER BY received_at LIMIT p_limit FOR UPDATE SKIP LOCKED);
    GET DIAGNOSTICS v_count = ROW_COUNT;
    v_events := greatest(v_events, v_count);
    UPDATE call_events SET payload = '{}', facts = facts - 'transcription' WHERE id IN (
        SELECT id FROM call_events WHERE received_at < p_before AND payload <> '{}'
        ORDER BY received_at LIMIT p_limit FOR UPDATE SKIP LOCKED);
    GET DIAGNOSTICS v_count = ROW_COUNT;
    v_events := greatest(v_events, v_count);
    UPDATE unroutable_events SET payload = '{}', from_number = NULL, to_number = NULL, replayed_at = coalesce(replayed_at, now())
        WHERE id IN (
            SELECT id FROM unroutable_events WHERE received_at < p_before AND payload <> '{}'
            ORDER BY received_at LIMIT p_limit FOR UPDATE SKIP LOCKED);
    GET DIAGNOSTICS v_count = ROW_COUNT;
    v_events := greatest(v_events, v_count);
    -- And what was noted of deletions that are made.
    DELETE FROM deletion_tasks WHERE id IN (
        SELECT id FROM deletion_tasks WHERE finished_at < p_before AND erasure_id IS NULL
        ORDER BY finished_at LIMIT p_limit FOR UPDATE SKIP LOCKED);
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN greatest(v_events, v_count);
END
$$;
GRANT EXECUTE ON FUNCTION expire_raw_events(timestamptz, integer) TO switchboard_system;

-- As in V0009; one that was deleted after its time is known as well.
CREATE OR REPLACE FUNCTION receive_message(
    p_carrier_sid text, p_channel text, p_from text, p_to text, p_body text, p_media jsonb, p_segments integer,
    p_platform_number text, p_payload jsonb, p_match_key text DEFAULT NULL
) RETURNS TABLE (outcome text, workspace_id uuid, conversation_id uuid, message_id uuid)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
#variable_conflict use_column
DECLARE
    v_workspace_id uuid;
    v_phone_number_id uuid;
    v_number_type text;
    v_owners uuid[];
    v_reason text := 'unknown_number';
    v_conversation_id uuid;
    v_message_id uuid;
BEGIN
    SELECT n.workspace_id, n.id, n.number_type INTO v_workspace_id, v_phone_number_id, v_number_type
        FROM workspace_phone_numbers n WHERE n.phone_number = p_to AND n.status <> 'released';

    IF NOT FOUND AND p_to = p_platform_number THEN
        SELECT array_agg(DISTINCT c.workspace_id) INTO v_owners FROM conversations c
            JOIN workspaces w ON w.id = c.workspace_id AND w.deleted_at IS NULL
            WHERE c.channel = p_channel AND c.our_number = p_to AND c.counterpart = p_from AND c.phone_number_id IS NULL;
        IF cardinality(v_owners) = 1 THEN
            v_workspace_id := v_owners[1];
        ELSIF cardinality(v_owners) > 1 THEN
            v_reason := 'ambiguous_platform_reply';
        ELSE
            v_reason := 'unknown_platform_sender';
        END IF;
    END IF;

    IF v_workspace_id IS NULL THEN
        INSERT INTO unroutable_events (kind, event_key, reason, from_number, to_number, payload)
            VALUES ('message', p_carrier_sid, v_reason, p_from, p_to, p_payload)
            ON CONFLICT (kind, event_key) DO NOTHING;
        RETURN QUERY SELECT 'unroutable'::text, NULL::uuid, NULL::uuid, NULL::uuid;
        RETURN;
    END IF;

    SELECT m.id, m.conversation_id INTO v_message_id, v_conversation_id
        FROM conversation_messages m WHERE m.carrier_sid = p_carrier_sid;
    -- After it: a message is deleted in the transaction that notes it there.
    IF NOT FOUND THEN
        SELECT e.message_id, e.conversation_id INTO v_message_id, v_conversation_id
            FROM expired_messages e WHERE e.carrier_sid = p_carrier_sid;
    END IF;
    IF FOUND THEN
        RETURN QUERY SELECT 'duplicate'::text, v_workspace_id, v_conversation_id, v_message_id;
        RETURN;
    END IF;

    v_conversation_id := open_conversation(v_workspace_id, p_channel, v_phone_number_id, p_to, p_from, p_match_key);

    INSERT INTO conversation_messages (workspace_id, conversation_id, phone_number_id, number_type, direction, channel,
            body, media, from_number, to_number, status, carrier_sid, segments)
        VALUES (v_workspace_id, v_conversation_id, v_phone_number_id, v_number_type, 'inbound', p_channel,
            p_body, p_media, p_from, p_to, 'received', p_carrier_sid, p_segments)
        ON CONFLICT (carrier_sid) DO NOTHING
        RETURNING id INTO v_message_id;
    IF v_message_id IS NULL THEN
        SELECT m.id INTO STRICT v_message_id FROM conversation_messages m WHERE m.carrier_sid = p_carrier_sid;
        RETURN QUERY SELECT 'duplicate'::text, v_workspace_id, v_conversation_id, v_message_id;
        RETURN;
    END IF;

    -- A new text reopens a thread that staff had put away; spam stays spam.
    UPDATE conversations c SET
            unread_count = c.unread_count + 1,
            message_count = c.message_count + 1,
            snippet = left(CASE WHEN p_body = '' AND p_media <> '[]' THEN '[media]' ELSE p_body END, 160),
            last_message_at = greatest(c.last_message_at, now()),
            status = CASE WHEN c.status = 'spam' THEN 'spam' ELSE 'open' END,
            updated_at = now()
        WHERE c.id = v_conversation_id;
    RETURN QUERY SELECT 'stored'::text, v_workspace_id, v_conversation_id, v_message_id;
END
$$;

-- As in V0019; the same.
CREATE OR REPLACE FUNCTION receive_call(
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
        SELECT e.call_id INTO v_call_id FROM expired_messages e WHERE e.carrier_sid = p_carrier_sid;
        IF FOUND THEN
            RETURN QUERY SELECT 'duplicate'::text, v_workspace_id, v_call_id, v_phone_number_id, call_flows(v_workspace_id);
            RETURN;
        END IF;
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

-- As in V0027, but so many messages at a time that the request is answered: the rest is the sweep's.
CREATE OR REPLACE FUNCTION erase_conversations(p_erasure_id uuid) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    v_most constant integer := 10000;
    v_messages uuid[] := ARRAY(SELECT m.id FROM conversation_messages m JOIN conversations c ON c.id = m.conversation_id
        WHERE c.erasure_id = p_erasure_id AND erased_party() NOT IN (m.from_number, m.to_number) AND NOT is_under_way(m)
        ORDER BY m.id LIMIT v_most);
    v_calls uuid[];
BEGIN
    IF cardinality(v_messages) < v_most THEN
        v_messages := ARRAY(SELECT m.id FROM conversation_messages m JOIN conversations c ON c.id = m.conversation_id
            WHERE c.erasure_id = p_erasure_id AND NOT is_under_way(m) ORDER BY m.id);
    END IF;
    v_calls := ARRAY(SELECT id FROM calls WHERE message_id = ANY (v_messages));
    PERFORM delete_files(p_erasure_id, v_messages);
    PERFORM delete_recordings(p_erasure_id, v_calls);
    PERFORM delete_at_carrier(p_erasure_id, v_messages, v_calls);

    UPDATE call_recordings SET source_url = '', transcription = NULL, transcription_state = 'none', transcription_sid = NULL
        WHERE call_id = ANY (v_calls) AND (source_url <> '' OR transcription_state <> 'none' OR transcription_sid IS NOT NULL);
    -- The number that answered a call from outside is the workspace's own.
    UPDATE call_events e SET payload = '{}', facts = e.facts - 'transcription' - 'recording'
            - CASE c.direction WHEN 'outbound' THEN 'number' ELSE '' END
        FROM calls c
        WHERE e.call_id = ANY (v_calls) AND c.id = e.call_id AND (e.payload <> '{}'
            OR e.facts ?| ARRAY['transcription', 'recording', CASE c.direction WHEN 'outbound' THEN 'number' ELSE '' END]);
    UPDATE calls SET
            from_number = CASE direction WHEN 'inbound' THEN erased_party() ELSE from_number END,
            to_number = CASE direction WHEN 'outbound' THEN erased_party() ELSE to_number END,
            answered_by = CASE WHEN answered_by = to_number THEN erased_party() ELSE answered_by END,
            error_message = NULL, updated_at = now()
        WHERE id = ANY (v_calls)
            AND (erased_party() NOT IN (from_number, to_number) OR error_message IS NOT NULL);

    UPDATE message_events SET payload = '{}', error_message = NULL
        WHERE message_id = ANY (v_messages) AND (payload <> '{}' OR error_message IS NOT NULL);
    UPDATE outbound_events SET change = change - 'error_message'
        WHERE message_id = ANY (v_messages) AND change ? 'error_message';
    -- The key still keeps the request from being carried out twice.
    UPDATE idempotency_keys SET response_status = 404, response_body = jsonb_build_object('title', 'Not Found',
            'status', 404, 'code', 'message_not_found', 'detail', 'the message was erased')
        WHERE message_id = ANY (v_messages) AND response_body IS NOT NULL AND response_body ->> 'code' IS DISTINCT FROM 'message_not_found';
    UPDATE conversation_messages SET body = '', subject = NULL, media = '[]', error_message = NULL,
            from_number = CASE direction WHEN 'inbound' THEN erased_party() ELSE from_number END,
            to_number = CASE direction WHEN 'outbound' THEN erased_party() ELSE to_number END,
            status = CASE status WHEN 'scheduled' THEN 'canceled' ELSE status END, updated_at = now()
        WHERE id = ANY (v_messages) AND (body <> '' OR subject IS NOT NULL OR media <> '[]' OR error_message IS NOT NULL
            OR status = 'scheduled' OR erased_party() NOT IN (from_number, to_number));
    UPDATE conversations SET counterpart = erased_party() || '-' || id, snippet = '', contact_id = NULL, unread_count = 0,
            status = 'closed', updated_at = now()
        WHERE erasure_id = p_erasure_id AND (counterpart NOT LIKE 'erased-%' OR snippet <> '' OR unread_count > 0);
END
$$;

-- As in V0027; what is left is looked at again soon, because it is under way, or because there is more than one pass takes.
CREATE OR REPLACE FUNCTION continue_erasures(p_now timestamptz, p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    v_erasure contact_erasures%ROWTYPE;
    v_count integer := 0;
BEGIN
    FOR v_erasure IN SELECT * FROM contact_erasures WHERE state = 'pending' AND due_at <= p_now
        ORDER BY due_at LIMIT p_limit FOR UPDATE SKIP LOCKED
    LOOP
        PERFORM lock_conversations(ARRAY(SELECT id FROM conversations WHERE erasure_id = v_erasure.id));
        PERFORM erase_conversations(v_erasure.id);
        IF EXISTS (SELECT FROM conversation_messages m JOIN conversations c ON c.id = m.conversation_id
                WHERE c.erasure_id = v_erasure.id AND erased_party() NOT IN (m.from_number, m.to_number)) THEN
            UPDATE contact_erasures SET due_at = p_now + interval '2 minutes', updated_at = now() WHERE id = v_erasure.id;
        ELSIF EXISTS (SELECT FROM deletion_tasks WHERE erasure_id = v_erasure.id AND finished_at IS NULL) THEN
            UPDATE contact_erasures SET due_at = p_now + interval '1 hour', updated_at = now() WHERE id = v_erasure.id;
        ELSE
            UPDATE contact_erasures SET state = 'done', finished_at = p_now, updated_at = now() WHERE id = v_erasure.id;
            v_count := v_count + 1;
        END IF;
    END LOOP;
    RETURN v_count;
END
$$;
