CREATE TABLE contacts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    -- As the carrier writes it: E.164, a short code, or an alphanumeric sender.
    phone_number text NOT NULL,
    name text,
    email text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (workspace_id, phone_number)
);

CREATE TABLE conversations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    channel text NOT NULL CHECK (channel IN ('sms', 'whatsapp', 'voice', 'email')),
    -- Null: the platform number, which belongs to no workspace.
    phone_number_id uuid REFERENCES workspace_phone_numbers (id),
    our_number text NOT NULL,
    -- The other side as the carrier writes it; empty when the carrier does not say.
    counterpart text NOT NULL,
    contact_id uuid REFERENCES contacts (id),
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'archived', 'closed', 'spam')),
    assigned_to uuid REFERENCES users (id),
    unread_count integer NOT NULL DEFAULT 0 CHECK (unread_count >= 0),
    message_count integer NOT NULL DEFAULT 0 CHECK (message_count >= 0),
    snippet text NOT NULL DEFAULT '',
    last_message_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT conversations_thread_key
        UNIQUE NULLS NOT DISTINCT (workspace_id, channel, phone_number_id, counterpart)
);
CREATE INDEX conversations_recent_idx ON conversations (workspace_id, last_message_at DESC, id DESC);
CREATE INDEX conversations_platform_idx ON conversations (channel, our_number, counterpart) WHERE phone_number_id IS NULL;

CREATE TABLE conversation_participants (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    conversation_id uuid NOT NULL REFERENCES conversations (id),
    contact_id uuid REFERENCES contacts (id),
    user_id uuid REFERENCES users (id),
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK (num_nonnulls(contact_id, user_id) = 1),
    UNIQUE NULLS NOT DISTINCT (conversation_id, contact_id, user_id)
);

CREATE TABLE conversation_messages (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    conversation_id uuid NOT NULL REFERENCES conversations (id),
    phone_number_id uuid REFERENCES workspace_phone_numbers (id),
    -- The department of our number when the message was sent or received; null for the platform number.
    number_type text,
    direction text NOT NULL CHECK (direction IN ('inbound', 'outbound')),
    channel text NOT NULL CHECK (channel IN ('sms', 'whatsapp', 'voice', 'email')),
    body text NOT NULL DEFAULT '',
    media jsonb NOT NULL DEFAULT '[]',
    from_number text NOT NULL,
    to_number text NOT NULL,
    status text NOT NULL CHECK (status IN
        ('pending', 'unknown', 'queued', 'sending', 'sent', 'delivered', 'undelivered', 'failed', 'received')),
    carrier_sid text UNIQUE,
    error_code text,
    error_message text,
    sender_reason text,
    segments integer NOT NULL DEFAULT 1 CHECK (segments >= 0),
    estimated_cost_micros bigint NOT NULL DEFAULT 0,
    cost_micros bigint,
    sent_by text,
    sent_at timestamptz,
    delivered_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX conversation_messages_thread_idx ON conversation_messages (conversation_id, created_at DESC, id DESC);
-- "The customer's last number of that department": newest outbound or inbound message with one counterpart.
CREATE INDEX conversations_counterpart_idx ON conversations (workspace_id, counterpart, last_message_at DESC);

-- Every status callback as it came.
CREATE TABLE message_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id uuid REFERENCES workspaces (id),
    message_id uuid REFERENCES conversation_messages (id),
    carrier_sid text,
    status text,
    error_code text,
    payload jsonb NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX message_events_carrier_sid_idx ON message_events (carrier_sid);

-- Verified webhooks that no workspace can be found for. Nothing acknowledged is thrown away.
CREATE TABLE unroutable_events (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    kind text NOT NULL CHECK (kind IN ('message', 'message_status', 'call', 'call_status')),
    -- The carrier's sid, or a hash of the body when it sent none: a repeated delivery is stored once.
    event_key text NOT NULL,
    reason text NOT NULL,
    from_number text,
    to_number text,
    payload jsonb NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (kind, event_key)
);

CREATE TABLE idempotency_keys (
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    route text NOT NULL,
    key text NOT NULL,
    request_hash text NOT NULL,
    message_id uuid REFERENCES conversation_messages (id),
    -- Null while the first request is still at work.
    response_status smallint,
    response_body jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (workspace_id, route, key)
);

ALTER TABLE contacts ENABLE ROW LEVEL SECURITY;
ALTER TABLE conversations ENABLE ROW LEVEL SECURITY;
ALTER TABLE conversation_participants ENABLE ROW LEVEL SECURITY;
ALTER TABLE conversation_messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE message_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE unroutable_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON contacts TO switchboard_app
    USING (workspace_id = current_workspace_id()) WITH CHECK (workspace_id = current_workspace_id());
CREATE POLICY tenant ON conversations TO switchboard_app
    USING (workspace_id = current_workspace_id()) WITH CHECK (workspace_id = current_workspace_id());
CREATE POLICY tenant ON conversation_participants TO switchboard_app
    USING (workspace_id = current_workspace_id()) WITH CHECK (workspace_id = current_workspace_id());
CREATE POLICY tenant ON conversation_messages TO switchboard_app
    USING (workspace_id = current_workspace_id()) WITH CHECK (workspace_id = current_workspace_id());
CREATE POLICY tenant ON message_events TO switchboard_app
    USING (workspace_id = current_workspace_id()) WITH CHECK (workspace_id = current_workspace_id());
CREATE POLICY tenant ON idempotency_keys TO switchboard_app
    USING (workspace_id = current_workspace_id()) WITH CHECK (workspace_id = current_workspace_id());
CREATE POLICY system ON contacts TO switchboard_system USING (true) WITH CHECK (true);
CREATE POLICY system ON conversations TO switchboard_system USING (true) WITH CHECK (true);
CREATE POLICY system ON conversation_participants TO switchboard_system USING (true) WITH CHECK (true);
CREATE POLICY system ON conversation_messages TO switchboard_system USING (true) WITH CHECK (true);
CREATE POLICY system ON message_events TO switchboard_system USING (true) WITH CHECK (true);
CREATE POLICY system ON unroutable_events TO switchboard_system USING (true) WITH CHECK (true);
CREATE POLICY system ON idempotency_keys TO switchboard_system USING (true) WITH CHECK (true);
