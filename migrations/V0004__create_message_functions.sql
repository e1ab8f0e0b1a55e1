-- The webhooks' work in one round trip each. They run with the owner's rights because the workspace is what they find
-- out; they are the only statements that a webhook function runs. Functions, not one statement of CTEs: each statement
-- below sees what others committed a moment ago, which is what makes simultaneous deliveries come out right.

-- How far a message has come. A status may only be replaced by one of a higher rank.
CREATE FUNCTION message_status_rank(p_status text) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT CASE p_status
        WHEN 'pending' THEN 0
        WHEN 'unknown' THEN 1
        WHEN 'queued' THEN 2
        WHEN 'sending' THEN 3
        WHEN 'sent' THEN 4
        ELSE 5
    END
    $$;
GRANT EXECUTE ON FUNCTION message_status_rank(text) TO switchboard_app, switchboard_system;

-- Finds or makes the contact and the conversation of one counterpart. Selecting first keeps the usual case free of
-- writes; the second select sees the row of whoever was faster.
CREATE FUNCTION open_conversation(
    p_workspace_id uuid, p_channel text, p_phone_number_id uuid, p_our_number text, p_counterpart text
) RETURNS uuid
    LANGUAGE plpgsql
    AS $$
DECLARE
    v_contact_id uuid;
    v_conversation_id uuid;
BEGIN
    SELECT id INTO v_conversation_id FROM conversations
        WHERE workspace_id = p_workspace_id AND channel = p_channel AND counterpart = p_counterpart
            AND phone_number_id IS NOT DISTINCT FROM p_phone_number_id;
    IF FOUND THEN
        RETURN v_conversation_id;
    END IF;

    IF p_counterpart <> '' THEN
        INSERT INTO contacts (workspace_id, phone_number) VALUES (p_workspace_id, p_counterpart)
            ON CONFLICT (workspace_id, phone_number) DO NOTHING;
        SELECT id INTO STRICT v_contact_id FROM contacts
            WHERE workspace_id = p_workspace_id AND phone_number = p_counterpart;
    END IF;

    INSERT INTO conversations (workspace_id, channel, phone_number_id, our_number, counterpart, contact_id)
        VALUES (p_workspace_id, p_channel, p_phone_number_id, p_our_number, p_counterpart, v_contact_id)
        ON CONFLICT ON CONSTRAINT conversations_thread_key DO NOTHING;
    SELECT id INTO STRICT v_conversation_id FROM conversations
        WHERE workspace_id = p_workspace_id AND channel = p_channel AND counterpart = p_counterpart
            AND phone_number_id IS NOT DISTINCT FROM p_phone_number_id;

    IF v_contact_id IS NOT NULL THEN
        INSERT INTO conversation_participants (workspace_id, conversation_id, contact_id)
            VALUES (p_workspace_id, v_conversation_id, v_contact_id)
            ON CONFLICT (conversation_id, contact_id, user_id) DO NOTHING;
    END IF;
    RETURN v_conversation_id;
END
$$;
GRANT EXECUTE ON FUNCTION open_conversation(uuid, text, uuid, text, text) TO switchboard_app, switchboard_system;

-- Stores one verified inbound message. Safe for any number of simultaneous copies: the carrier's sid is unique, and
-- counters move only with the insert that won.
--
-- A number owned by a workspace (active or suspended) decides the workspace. The platform number belongs to nobody: a
-- message to it goes to the workspace that has a thread with this sender there, if there is exactly one; with two it
-- would be a guess, and a wrong guess shows one tenant's message to another.
CREATE FUNCTION receive_message(
    p_carrier_sid text, p_channel text, p_from text, p_to text, p_body text, p_media jsonb, p_segments integer,
    p_platform_number text, p_payload jsonb
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
    IF FOUND THEN
        RETURN QUERY SELECT 'duplicate'::text, v_workspace_id, v_conversation_id, v_message_id;
        RETURN;
    END IF;

    v_conversation_id := open_conversation(v_workspace_id, p_channel, v_phone_number_id, p_to, p_from);

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
GRANT EXECUTE ON FUNCTION receive_message(text, text, text, text, text, jsonb, integer, text, jsonb)
    TO switchboard_app, switchboard_system;

-- Stores one verified status callback and moves the message forward, never back. The message is found by our own id
-- (which our callback URL carries, so that a callback can settle a send whose answer was lost) or by the carrier's sid.
CREATE FUNCTION record_message_status(
    p_message_id uuid, p_carrier_sid text, p_status text, p_raw_status text, p_error_code text, p_error_message text,
    p_payload jsonb
) RETURNS TABLE (outcome text, workspace_id uuid, message_id uuid)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
#variable_conflict use_column
DECLARE
    v_message conversation_messages%ROWTYPE;
BEGIN
    SELECT * INTO v_message FROM conversation_messages m
        WHERE (m.id = p_message_id AND (m.carrier_sid IS NULL OR m.carrier_sid = p_carrier_sid))
            OR m.carrier_sid = p_carrier_sid
        ORDER BY m.carrier_sid = p_carrier_sid DESC NULLS LAST
        LIMIT 1
        FOR UPDATE;

    INSERT INTO message_events (workspace_id, message_id, carrier_sid, status, error_code, payload)
        VALUES (v_message.workspace_id, v_message.id, p_carrier_sid, p_raw_status, p_error_code, p_payload);

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
GRANT EXECUTE ON FUNCTION record_message_status(uuid, text, text, text, text, text, jsonb)
    TO switchboard_app, switchboard_system;
