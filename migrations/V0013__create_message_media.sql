-- Pictures and files of inbound messages. The carrier keeps them for a while and under its own address; they are copied
-- into our bucket, from where members read them.
CREATE TABLE message_media (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    message_id uuid NOT NULL REFERENCES conversation_messages (id),
    position smallint NOT NULL,
    source_url text NOT NULL,
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'stored', 'failed')),
    -- What it really is, where it lies, and how large it is.
    content_type text,
    object_key text,
    byte_size bigint,
    failure_code text,
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL DEFAULT now(),
    leased_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (message_id, position),
    CHECK (state <> 'stored' OR (object_key IS NOT NULL AND content_type IS NOT NULL AND byte_size IS NOT NULL))
);
CREATE INDEX message_media_due_idx ON message_media (due_at) WHERE state = 'pending';
ALTER TABLE message_media ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON message_media TO switchboard_app
    USING (workspace_id = current_workspace_id()) WITH CHECK (workspace_id = current_workspace_id());
CREATE POLICY system ON message_media TO switchboard_system USING (true) WITH CHECK (true);

-- A trigger, because an inbound message is stored by several ways (webhook, inbox queue, back-fill, replay), and none of
-- them may forget its media.
CREATE FUNCTION note_inbound_media() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO message_media (workspace_id, message_id, position, source_url)
        SELECT NEW.workspace_id, NEW.id, ordinality - 1, medium ->> 'url'
        FROM jsonb_array_elements(NEW.media) WITH ORDINALITY AS m (medium, ordinality)
        WHERE medium ->> 'url' IS NOT NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER note_inbound_media AFTER INSERT ON conversation_messages
    FOR EACH ROW WHEN (NEW.direction = 'inbound' AND NEW.media <> '[]') EXECUTE FUNCTION note_inbound_media();

INSERT INTO message_media (workspace_id, message_id, position, source_url)
    SELECT c.workspace_id, c.id, ordinality - 1, medium ->> 'url'
    FROM conversation_messages c, jsonb_array_elements(c.media) WITH ORDINALITY AS m (medium, ordinality)
    WHERE c.direction = 'inbound' AND medium ->> 'url' IS NOT NULL;
