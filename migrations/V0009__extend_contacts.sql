-- A contact is a person: names, and any number of phone numbers. Contacts are never deleted; one that turns out to be
-- another one is merged into it.
ALTER TABLE contacts
    ADD COLUMN first_name text,
    ADD COLUMN last_name text,
    ADD COLUMN company text,
    ADD COLUMN notes text,
    ADD COLUMN merged_into uuid REFERENCES contacts (id),
    ADD COLUMN merged_at timestamptz,
    ADD CONSTRAINT contacts_merged_check
        CHECK ((merged_into IS NULL) = (merged_at IS NULL) AND merged_into IS DISTINCT FROM id),
    -- The functions before this migration read phone_number and name; contact_phone_numbers and the two names replace
    -- them, and a later migration drops both.
    ALTER COLUMN phone_number DROP NOT NULL,
    DROP CONSTRAINT contacts_workspace_id_phone_number_key;
UPDATE contacts SET first_name = name WHERE name IS NOT NULL;
CREATE INDEX contacts_list_idx ON contacts (workspace_id, created_at DESC, id DESC) WHERE merged_into IS NULL;

CREATE TABLE contact_phone_numbers (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    contact_id uuid NOT NULL REFERENCES contacts (id),
    -- E.164 when staff wrote it, else as the carrier does: also a short code or an alphanumeric sender.
    phone_number text NOT NULL CHECK (phone_number <> ''),
    -- The same for all ways to write one number (shared/src/domain/number_variants.rs).
    match_key text NOT NULL CHECK (match_key <> ''),
    removed_at timestamptz,
    -- The time of the row, not of the transaction: it is the order in which they were given.
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX contact_phone_numbers_match_key
    ON contact_phone_numbers (workspace_id, match_key) WHERE removed_at IS NULL;
CREATE INDEX contact_phone_numbers_contact_id_idx ON contact_phone_numbers (contact_id);
ALTER TABLE contact_phone_numbers ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON contact_phone_numbers TO switchboard_app
    USING (workspace_id = current_workspace_id()) WITH CHECK (workspace_id = current_workspace_id());
CREATE POLICY system ON contact_phone_numbers TO switchboard_system USING (true) WITH CHECK (true);

CREATE INDEX conversations_contact_id_idx ON conversations (contact_id);

-- What number_variants.rs says, for the rows of the time before it.
CREATE FUNCTION pg_temp.match_key(p_number text) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT CASE
        WHEN p_number ~ '^\+55[1-9][0-9]9[6-9][0-9]{7}$' THEN left(p_number, 5) || substr(p_number, 7)
        WHEN p_number ~ '^\+521[0-9]{10}$' THEN '+52' || substr(p_number, 5)
        WHEN p_number ~ '^\+549[0-9]{10}$' THEN '+54' || substr(p_number, 5)
        ELSE p_number
    END
    $$;
INSERT INTO contact_phone_numbers (workspace_id, contact_id, phone_number, match_key, created_at)
    SELECT DISTINCT ON (workspace_id, match_key) workspace_id, id, phone_number, match_key, created_at
    FROM (SELECT *, pg_temp.match_key(phone_number) AS match_key FROM contacts) AS keyed
    ORDER BY workspace_id, match_key, created_at, id;
-- Two ways to write one number have made two contacts so far: the older one stays.
UPDATE contacts t SET merged_into = n.contact_id, merged_at = now()
    FROM contact_phone_numbers n
    WHERE n.workspace_id = t.workspace_id AND n.match_key = pg_temp.match_key(t.phone_number) AND n.contact_id <> t.id;
UPDATE conversations c SET contact_id = t.merged_into
    FROM contacts t WHERE t.id = c.contact_id AND t.merged_into IS NOT NULL;
UPDATE conversation_participants p SET contact_id = t.merged_into
    FROM contacts t WHERE t.id = p.contact_id AND t.merged_into IS NOT NULL;
DROP FUNCTION pg_temp.match_key(text);

-- As in V0004, and the contact is found by its number's key. Without a key (functions of the time before) the number is
-- its own.
DROP FUNCTION open_conversation(uuid, text, uuid, text, text);
CREATE FUNCTION open_conversation(
    p_workspace_id uuid, p_channel text, p_phone_number_id uuid, p_our_number text, p_counterpart text,
    p_match_key text DEFAULT NULL
) RETURNS uuid
    LANGUAGE plpgsql
    AS $$
DECLARE
    v_match_key text := coalesce(p_match_key, p_counterpart);
    v_contact_id uuid;
    v_conversation_id uuid;
BEGIN
    SELECT id INTO v_conversation_id FROM conversations
        WHERE workspace_id = p_workspace_id AND channel = p_channel AND counterpart = p_counterpart
            AND phone_number_id IS NOT DISTINCT FROM p_phone_number_id;
    IF FOUND THEN
        RETURN v_conversation_id;
    END IF;

    WHILE p_counterpart <> '' LOOP
        -- The lock keeps a merge from moving the number between here and the new conversation, which it would not see.
        SELECT contact_id INTO v_contact_id FROM contact_phone_numbers
            WHERE workspace_id = p_workspace_id AND match_key = v_match_key AND removed_at IS NULL FOR SHARE;
        EXIT WHEN FOUND;
        -- One statement: whoever is later with the same key makes no contact without a number.
        WITH claimed AS (
            INSERT INTO contact_phone_numbers (workspace_id, contact_id, phone_number, match_key)
                VALUES (p_workspace_id, gen_random_uuid(), p_counterpart, v_match_key)
                ON CONFLICT (workspace_id, match_key) WHERE removed_at IS NULL DO NOTHING
                RETURNING contact_id
        )
        INSERT INTO contacts (id, workspace_id, phone_number) SELECT contact_id, p_workspace_id, p_counterpart FROM claimed;
    END LOOP;

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
GRANT EXECUTE ON FUNCTION open_conversation(uuid, text, uuid, text, text, text) TO switchboard_app, switchboard_system;

-- As in V0004, and hands the key of the sender's number on.
DROP FUNCTION receive_message(text, text, text, text, text, jsonb, integer, text, jsonb);
CREATE FUNCTION receive_message(
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
GRANT EXECUTE ON FUNCTION receive_message(text, text, text, text, text, jsonb, integer, text, jsonb, text)
    TO switchboard_app, switchboard_system;
