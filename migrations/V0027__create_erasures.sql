-- Forgetting a person (docs/decisions/0018).

-- One row per contact that was erased. What the rows say goes in the transaction of the request; the files and the
-- carrier's copies are tasks, and the sweep looks again, because something may have been on its way.
CREATE TABLE contact_erasures (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    contact_id uuid NOT NULL UNIQUE REFERENCES contacts (id),
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done')),
    requested_by text NOT NULL,
    -- When the rows are looked at again.
    due_at timestamptz NOT NULL DEFAULT now() + interval '2 minutes',
    finished_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((state = 'done') = (finished_at IS NOT NULL))
);
CREATE INDEX contact_erasures_due_idx ON contact_erasures (due_at) WHERE state = 'pending';

-- What is to be deleted outside of Postgres.
CREATE TABLE deletion_tasks (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    erasure_id uuid NOT NULL REFERENCES contact_erasures (id),
    kind text NOT NULL CHECK (kind IN ('object', 'carrier_message', 'carrier_call', 'carrier_transcription')),
    -- Key in the bucket, or the carrier's id.
    target text NOT NULL,
    due_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    failure_code text,
    finished_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (kind, target)
);
CREATE INDEX deletion_tasks_due_idx ON deletion_tasks (due_at) WHERE finished_at IS NULL;
CREATE INDEX deletion_tasks_erasure_idx ON deletion_tasks (erasure_id);

ALTER TABLE contact_erasures ENABLE ROW LEVEL SECURITY;
ALTER TABLE deletion_tasks ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON contact_erasures TO switchboard_app
    USING (workspace_id = current_workspace_id()) WITH CHECK (workspace_id = current_workspace_id());
CREATE POLICY tenant ON deletion_tasks TO switchboard_app
    USING (workspace_id = current_workspace_id()) WITH CHECK (workspace_id = current_workspace_id());
CREATE POLICY system ON contact_erasures TO switchboard_system USING (true) WITH CHECK (true);
CREATE POLICY system ON deletion_tasks TO switchboard_system USING (true) WITH CHECK (true);

ALTER TABLE contacts ADD COLUMN erased_at timestamptz;
ALTER TABLE conversations ADD COLUMN erasure_id uuid REFERENCES contact_erasures (id);
CREATE INDEX conversations_erasure_idx ON conversations (erasure_id) WHERE erasure_id IS NOT NULL;
CREATE INDEX idempotency_keys_message_idx ON idempotency_keys (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX message_events_message_idx ON message_events (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX outbound_media_idx ON conversation_messages USING gin (media jsonb_path_ops)
    WHERE direction = 'outbound' AND media <> '[]';
CREATE INDEX unroutable_events_from_idx ON unroutable_events (from_number);
CREATE INDEX unroutable_events_to_idx ON unroutable_events (to_number);
CREATE INDEX unroutable_events_sid_idx ON unroutable_events ((coalesce(payload ->> 'MessageSid', payload ->> 'CallSid')));
ALTER TABLE message_media DROP CONSTRAINT message_media_state_check;
ALTER TABLE message_media ADD CONSTRAINT message_media_state_check
    CHECK (state IN ('pending', 'stored', 'failed', 'deleted'));

-- What stands where a number stood.
CREATE FUNCTION erased_party() RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT 'erased' $$;

-- Whether the carrier is still to be asked what became of a message, by its numbers and its text, or its call goes on.
-- Without them it could never be found out, nor which copy the carrier is to delete.
CREATE FUNCTION is_under_way(p_message conversation_messages) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
    SELECT CASE p_message.channel
        WHEN 'sms' THEN p_message.direction = 'outbound' AND p_message.status IN ('pending', 'unknown')
            AND p_message.carrier_sid IS NULL
        WHEN 'voice' THEN EXISTS (SELECT FROM calls WHERE message_id = p_message.id
            AND call_state_rank(state) <= call_state_rank('answered'))
        ELSE false
    END
    $$;

-- In the order in which everybody else locks them: a callback its call, and a message whose time has come itself, before
-- the conversation.
CREATE FUNCTION lock_conversations(p_conversation_ids uuid[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM FROM calls WHERE conversation_id = ANY (p_conversation_ids) ORDER BY id FOR UPDATE;
    PERFORM FROM conversation_messages WHERE conversation_id = ANY (p_conversation_ids) AND status = 'scheduled'
        ORDER BY id FOR UPDATE;
    PERFORM FROM conversations WHERE id = ANY (p_conversation_ids) ORDER BY id FOR UPDATE;
END
$$;

-- Notes what of some messages lies in the bucket. A file that is being copied at this moment is there a moment later.
CREATE FUNCTION delete_files(p_erasure_id uuid, p_message_ids uuid[]) RETURNS void
    LANGUAGE sql
    AS $$
    INSERT INTO deletion_tasks (workspace_id, erasure_id, kind, target, due_at)
        SELECT m.workspace_id, p_erasure_id, 'object',
            coalesce(m.object_key, format('media/%s/%s/%s', m.workspace_id, m.message_id, m.id)),
            CASE m.state WHEN 'stored' THEN now() ELSE now() + interval '10 minutes' END
        FROM message_media m WHERE m.message_id = ANY (p_message_ids) AND m.state IN ('pending', 'stored')
        ON CONFLICT (kind, target) DO NOTHING;
    -- What members uploaded: unless it was sent to somebody else as well.
    INSERT INTO deletion_tasks (workspace_id, erasure_id, kind, target, due_at)
        SELECT DISTINCT m.workspace_id, p_erasure_id, 'object',
            substring(medium ->> 'url' FROM 'media/' || m.workspace_id || '/uploads/[^?]+'), now()
        FROM conversation_messages m, jsonb_array_elements(m.media) AS medium
        WHERE m.id = ANY (p_message_ids) AND m.direction = 'outbound'
            AND medium ->> 'url' LIKE '%/media/' || m.workspace_id || '/uploads/%'
            AND NOT EXISTS (SELECT FROM conversation_messages o
                WHERE o.workspace_id = m.workspace_id AND o.direction = 'outbound' AND o.media <> '[]'
                    AND o.id <> ALL (p_message_ids) AND o.media @> jsonb_build_array(jsonb_build_object('url', medium -> 'url')))
        ON CONFLICT (kind, target) DO NOTHING;
    UPDATE message_media SET state = 'deleted', object_key = NULL, source_url = '', leased_until = NULL, updated_at = now()
        WHERE message_id = ANY (p_message_ids) AND (state <> 'deleted' OR source_url <> '');
    $$;

-- The same for the recordings of some calls. That the carrier forgets them is the work of the sweep as it is.
CREATE FUNCTION delete_recordings(p_erasure_id uuid, p_call_ids uuid[]) RETURNS void
    LANGUAGE sql
    AS $$
    INSERT INTO deletion_tasks (workspace_id, erasure_id, kind, target, due_at)
        SELECT r.workspace_id, p_erasure_id, 'object',
            coalesce(r.object_key, format('media/%s/%s/%s', r.workspace_id, c.message_id, r.id)),
            CASE r.state WHEN 'stored' THEN now() ELSE now() + interval '10 minutes' END
        FROM call_recordings r JOIN calls c ON c.id = r.call_id
        WHERE r.call_id = ANY (p_call_ids) AND r.state IN ('pending', 'stored')
        ON CONFLICT (kind, target) DO NOTHING;
    UPDATE call_recordings SET state = 'deleted', object_key = NULL, leased_until = NULL, delete_at = NULL,
            carrier_delete_due_at = NULL, updated_at = now()
        WHERE call_id = ANY (p_call_ids) AND state <> 'deleted';
    $$;

-- Notes what the carrier has of some messages and calls. It is asked after the night in which its charges are compared with
-- ours.
CREATE FUNCTION delete_at_carrier(p_erasure_id uuid, p_message_ids uuid[], p_call_ids uuid[]) RETURNS void
    LANGUAGE sql
    AS $$
    INSERT INTO deletion_tasks (workspace_id, erasure_id, kind, target, due_at)
        SELECT workspace_id, p_erasure_id, 'carrier_message', carrier_sid, greatest(now(), created_at + interval '8 days')
            FROM conversation_messages
            WHERE id = ANY (p_message_ids) AND carrier_sid IS NOT NULL AND channel IN ('sms', 'whatsapp')
        UNION ALL
        SELECT workspace_id, p_erasure_id, 'carrier_call', carrier_sid, greatest(now(), created_at + interval '8 days')
            FROM calls WHERE id = ANY (p_call_ids) AND carrier_sid IS NOT NULL
        UNION ALL
        -- The other legs, of which the customer's may be one.
        SELECT DISTINCT e.workspace_id, p_erasure_id, 'carrier_call', e.facts ->> 'leg',
                greatest(now(), c.created_at + interval '8 days')
            FROM call_events e JOIN calls c ON c.id = e.call_id
            WHERE e.call_id = ANY (p_call_ids) AND e.facts ->> 'leg' <> c.carrier_sid
        UNION ALL
        SELECT workspace_id, p_erasure_id, 'carrier_transcription', transcription_sid, now()
            FROM call_recordings WHERE call_id = ANY (p_call_ids) AND transcription_sid IS NOT NULL
        ON CONFLICT (kind, target) DO NOTHING;
    $$;

-- Takes out of the conversations of an erasure whatever is about the person. Ids, states, times, segments and prices stay:
-- the charges and the figures are about the workspace. A second time it finds what has come since.
CREATE FUNCTION erase_conversations(p_erasure_id uuid) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    v_messages uuid[] := ARRAY(SELECT m.id FROM conversation_messages m JOIN conversations c ON c.id = m.conversation_id
        WHERE c.erasure_id = p_erasure_id AND NOT is_under_way(m) ORDER BY m.id);
    v_calls uuid[] := ARRAY(SELECT id FROM calls WHERE message_id = ANY (v_messages));
BEGIN
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

-- Everybody who was merged into a contact, and the contact; none when it is no contact of the workspace, or was merged.
CREATE FUNCTION contacts_of_person(p_workspace_id uuid, p_contact_id uuid) RETURNS uuid[]
    LANGUAGE sql STABLE
    AS $$
    WITH RECURSIVE person AS (
        SELECT id FROM contacts WHERE id = p_contact_id AND workspace_id = p_workspace_id AND merged_into IS NULL
        UNION SELECT c.id FROM contacts c JOIN person p ON c.merged_into = p.id
    ) SELECT coalesce(array_agg(id ORDER BY id), '{}') FROM person
    $$;
CREATE INDEX contacts_merged_into_idx ON contacts (merged_into) WHERE merged_into IS NOT NULL;

-- Webhooks about a person that found no owner at first, or nobody to belong to. They are not tried again. One to a number
-- that is another workspace's by now, or to the platform number from somebody whom another workspace knows as well, may be
-- theirs, and stays.
CREATE FUNCTION erase_strays(p_erasure_id uuid, p_numbers text[], p_sids text[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    v_workspace_id uuid := (SELECT workspace_id FROM contact_erasures WHERE id = p_erasure_id);
    v_ours text[] := ARRAY(
        SELECT n.phone_number FROM workspace_phone_numbers n
        WHERE n.workspace_id = v_workspace_id AND NOT EXISTS (SELECT FROM workspace_phone_numbers o
            WHERE o.phone_number = n.phone_number AND o.workspace_id <> v_workspace_id AND o.status <> 'released')
        UNION
        SELECT c.our_number FROM conversations c
        WHERE c.erasure_id = p_erasure_id AND c.phone_number_id IS NULL AND NOT EXISTS (SELECT FROM conversations o
            WHERE o.phone_number_id IS NULL AND o.channel IN ('sms', 'whatsapp', 'voice') AND o.our_number = c.our_number
                AND o.counterpart = ANY (p_numbers) AND o.workspace_id <> v_workspace_id));
BEGIN
    UPDATE unroutable_events SET payload = '{}', from_number = NULL, to_number = NULL, replayed_at = coalesce(replayed_at, now())
        WHERE (kind IN ('message', 'call') AND event_key = ANY (p_sids))
            OR coalesce(payload ->> 'MessageSid', payload ->> 'CallSid') = ANY (p_sids)
            OR (from_number = ANY (p_numbers) AND to_number = ANY (v_ours))
            OR (to_number = ANY (p_numbers) AND from_number = ANY (v_ours));
    UPDATE message_events SET payload = '{}', error_message = NULL WHERE carrier_sid = ANY (p_sids) AND payload <> '{}';
END
$$;

-- Erases a contact of the transaction's workspace, with everybody who was merged into it: true when it begins now, false
-- when it was asked for before, null when there is no such contact. An opt-out stays with its number: the law wants it
-- kept, and a hash of a number is a number.
CREATE FUNCTION erase_contact(p_contact_id uuid, p_requested_by text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    v_workspace_id uuid := current_workspace_id();
    v_contacts uuid[] := contacts_of_person(v_workspace_id, p_contact_id);
    v_conversations uuid[];
    v_numbers text[];
    v_sids text[];
    v_id uuid;
BEGIN
    -- The contacts and then their numbers, as for a merge, and again when one was faster: a text that arrives waits for the
    -- numbers, or has made its conversation by then.
    LOOP
        PERFORM FROM contacts WHERE id = ANY (v_contacts) ORDER BY id FOR NO KEY UPDATE;
        PERFORM FROM contact_phone_numbers WHERE contact_id = ANY (v_contacts) ORDER BY id FOR UPDATE;
        EXIT WHEN v_contacts = contacts_of_person(v_workspace_id, p_contact_id);
        v_contacts := contacts_of_person(v_workspace_id, p_contact_id);
    END LOOP;
    IF v_contacts = '{}' THEN
        RETURN NULL;
    END IF;
    INSERT INTO contact_erasures (workspace_id, contact_id, requested_by)
        VALUES (v_workspace_id, p_contact_id, p_requested_by)
        ON CONFLICT (contact_id) DO NOTHING RETURNING id INTO v_id;
    IF v_id IS NULL THEN
        RETURN false;
    END IF;

    v_conversations := ARRAY(SELECT id FROM conversations
        WHERE workspace_id = v_workspace_id AND contact_id = ANY (v_contacts));
    PERFORM lock_conversations(v_conversations);
    UPDATE conversations SET erasure_id = v_id WHERE id = ANY (v_conversations);
    v_numbers := ARRAY(
        SELECT phone_number FROM contact_phone_numbers WHERE contact_id = ANY (v_contacts) AND removed_at IS NULL
        UNION SELECT counterpart FROM conversations WHERE id = ANY (v_conversations));
    v_sids := ARRAY(SELECT carrier_sid FROM conversation_messages
        WHERE conversation_id = ANY (v_conversations) AND carrier_sid IS NOT NULL);
    PERFORM erase_strays(v_id, v_numbers, v_sids);
    PERFORM erase_conversations(v_id);

    UPDATE automatic_replies SET counterpart = erased_party(), updated_at = now(),
            state = CASE state WHEN 'waiting' THEN 'skipped' ELSE state END
        WHERE workspace_id = v_workspace_id AND counterpart = ANY (v_numbers);
    DELETE FROM opt_outs WHERE workspace_id = v_workspace_id AND counterpart = ANY (v_numbers) AND state = 'opted_in';
    DELETE FROM contact_phone_numbers WHERE contact_id = ANY (v_contacts);
    UPDATE contacts SET phone_number = NULL, name = NULL, first_name = NULL, last_name = NULL, company = NULL, email = NULL,
            notes = NULL, erased_at = now(), updated_at = now()
        WHERE id = ANY (v_contacts);
    RETURN true;
END
$$;
GRANT EXECUTE ON FUNCTION erase_contact(uuid, text) TO switchboard_app;

-- Looks again at erasures that are not finished: what came meanwhile goes as well, and one whose tasks are done is done.
CREATE FUNCTION continue_erasures(p_now timestamptz, p_limit integer) RETURNS integer
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
                WHERE c.erasure_id = v_erasure.id AND is_under_way(m)) THEN
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
GRANT EXECUTE ON FUNCTION continue_erasures(timestamptz, integer) TO switchboard_system;
