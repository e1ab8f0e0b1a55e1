-- Calls: one entry of a conversation each, whatever happens to the call.
ALTER TABLE conversation_messages DROP CONSTRAINT conversation_messages_status_check;
ALTER TABLE conversation_messages ADD CONSTRAINT conversation_messages_status_check CHECK (status IN
    ('pending', 'unknown', 'queued', 'sending', 'sent', 'delivered', 'undelivered', 'failed', 'received',
    -- of a call
    'ringing', 'answered', 'completed', 'missed', 'voicemail', 'busy', 'no_answer', 'canceled',
    -- of a text that waits for its time
    'scheduled'));

-- What callers hear and who is rung (shared/src/domain/call_flow); null: the default greeting and the voicemail.
ALTER TABLE workspace_phone_numbers ADD COLUMN voice jsonb;

-- How far a call has come. A state may only be replaced by one of a higher rank: of a call without an answer one can
-- still learn that somebody answered it, and of both that there is a voicemail, because callbacks come in any order.
CREATE FUNCTION call_state_rank(p_state text) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT CASE p_state
        WHEN 'pending' THEN 0
        WHEN 'unknown' THEN 1
        WHEN 'queued' THEN 2
        WHEN 'ringing' THEN 3
        WHEN 'answered' THEN 4
        WHEN 'completed' THEN 6
        WHEN 'voicemail' THEN 7
        ELSE 5
    END
    $$;
GRANT EXECUTE ON FUNCTION call_state_rank(text) TO switchboard_app, switchboard_system;

CREATE TABLE calls (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    conversation_id uuid NOT NULL REFERENCES conversations (id),
    message_id uuid NOT NULL UNIQUE REFERENCES conversation_messages (id),
    -- Null: the platform number.
    phone_number_id uuid REFERENCES workspace_phone_numbers (id),
    number_type text,
    kind text NOT NULL CHECK (kind IN ('inbound', 'spoken', 'click_to_call')),
    direction text NOT NULL CHECK (direction IN ('inbound', 'outbound')),
    from_number text NOT NULL,
    to_number text NOT NULL,
    -- Of a click-to-call: the member's own phone, which is rung first.
    member_number text,
    -- The first leg: the caller's, the customer's of a spoken call, the member's of a click-to-call.
    carrier_sid text UNIQUE,
    state text NOT NULL CHECK (state IN ('pending', 'unknown', 'queued', 'ringing', 'answered', 'completed', 'missed',
        'voicemail', 'busy', 'no_answer', 'canceled', 'failed')),
    -- The number that answered, or 'voicemail'.
    answered_by text,
    error_code text,
    error_message text,
    started_at timestamptz NOT NULL DEFAULT now(),
    answered_at timestamptz,
    ended_at timestamptz,
    duration_seconds integer CHECK (duration_seconds >= 0),
    billed_seconds integer CHECK (billed_seconds >= 0),
    estimated_cost_micros bigint NOT NULL DEFAULT 0,
    cost_micros bigint,
    sent_by text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX calls_conversation_id_idx ON calls (conversation_id);
-- Calls that may have ended without our being told.
CREATE INDEX calls_open_idx ON calls (started_at) WHERE ended_at IS NULL;

-- Voicemails and recorded talks. They are copied into our bucket, as the media of messages are.
CREATE TABLE call_recordings (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    call_id uuid NOT NULL REFERENCES calls (id),
    kind text NOT NULL CHECK (kind IN ('voicemail', 'call')),
    carrier_sid text NOT NULL UNIQUE,
    source_url text NOT NULL,
    duration_seconds integer CHECK (duration_seconds >= 0),
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'stored', 'failed', 'deleted')),
    -- What it really is, where it lies, and how large it is.
    object_key text,
    content_type text,
    byte_size bigint,
    failure_code text,
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL DEFAULT now(),
    leased_until timestamptz,
    transcription_state text NOT NULL DEFAULT 'none'
        CHECK (transcription_state IN ('none', 'pending', 'done', 'failed')),
    transcription text,
    transcription_sid text,
    -- When it is to be deleted here; and when it was at the carrier.
    delete_at timestamptz,
    carrier_deleted_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK (state <> 'stored' OR (object_key IS NOT NULL AND content_type IS NOT NULL AND byte_size IS NOT NULL)),
    CHECK ((transcription_state = 'done') = (transcription IS NOT NULL))
);
CREATE INDEX call_recordings_call_id_idx ON call_recordings (call_id);
CREATE INDEX call_recordings_due_idx ON call_recordings (due_at) WHERE state = 'pending';
CREATE INDEX call_recordings_delete_idx ON call_recordings (delete_at) WHERE delete_at IS NOT NULL;

-- Every callback about a call, as it came.
CREATE TABLE call_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id uuid REFERENCES workspaces (id),
    call_id uuid REFERENCES calls (id),
    -- Of the first leg, whichever leg it is about.
    carrier_sid text,
    kind text NOT NULL,
    status text,
    payload jsonb NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX call_events_call_id_idx ON call_events (call_id);
-- Those that came before their call.
CREATE INDEX call_events_early_idx ON call_events (carrier_sid) WHERE call_id IS NULL;

ALTER TABLE calls ENABLE ROW LEVEL SECURITY;
ALTER TABLE call_recordings ENABLE ROW LEVEL SECURITY;
ALTER TABLE call_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON calls TO switchboard_app
    USING (workspace_id = current_workspace_id()) WITH CHECK (workspace_id = current_workspace_id());
CREATE POLICY tenant ON call_recordings TO switchboard_app
    USING (workspace_id = current_workspace_id()) WITH CHECK (workspace_id = current_workspace_id());
CREATE POLICY tenant ON call_events TO switchboard_app
    USING (workspace_id = current_workspace_id()) WITH CHECK (workspace_id = current_workspace_id());
CREATE POLICY system ON calls TO switchboard_system USING (true) WITH CHECK (true);
CREATE POLICY system ON call_recordings TO switchboard_system USING (true) WITH CHECK (true);
CREATE POLICY system ON call_events TO switchboard_system USING (true) WITH CHECK (true);
