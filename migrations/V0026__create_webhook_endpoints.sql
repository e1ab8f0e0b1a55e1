-- Webhooks to those who build on us (docs/webhooks.md). An event is written by triggers in the transaction of what it tells
-- of, with one delivery for each address that wants it: the rows are the queue. Nothing is written, and one index is asked,
-- when a workspace has no address.

CREATE TABLE webhook_endpoints (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    url text NOT NULL,
    description text,
    event_types text[] NOT NULL CHECK (cardinality(event_types) > 0),
    -- `whsec_` and base64. In the clear, because deliveries are signed with it.
    secret text NOT NULL,
    -- Signs as well until then, so that whoever checks can take the new one over in peace.
    previous_secret text,
    previous_secret_until timestamptz,
    status text NOT NULL DEFAULT 'enabled' CHECK (status IN ('enabled', 'disabled', 'deleted')),
    disabled_reason text CHECK (disabled_reason IN ('admin', 'failing', 'gone')),
    disabled_at timestamptz,
    -- The first failure after the last success.
    failing_since timestamptz,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((status = 'disabled') = (disabled_reason IS NOT NULL)),
    CHECK ((previous_secret IS NULL) = (previous_secret_until IS NULL))
);
CREATE INDEX webhook_endpoints_workspace_idx ON webhook_endpoints (workspace_id, created_at) WHERE status <> 'deleted';
-- What every text asks.
CREATE INDEX webhook_endpoints_enabled_idx ON webhook_endpoints (workspace_id) WHERE status = 'enabled';

-- What happened. It names the row that tells more and holds what will be different there later; no texts, no numbers.
CREATE TABLE outbound_events (
    -- The receivers' `webhook-id`.
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    event_type text NOT NULL CHECK (event_type IN
        ('message.received', 'message.status', 'number.provisioned', 'call.completed', 'webhook.test')),
    -- The entry of the conversation, of a call as well; null for a number and a test.
    message_id uuid REFERENCES conversation_messages (id),
    phone_number_id uuid REFERENCES workspace_phone_numbers (id),
    -- Columns of the message as they were at that time.
    change jsonb NOT NULL DEFAULT '{}',
    occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (num_nonnulls(message_id, phone_number_id) = CASE event_type WHEN 'webhook.test' THEN 0 ELSE 1 END)
);
CREATE INDEX outbound_events_message_idx ON outbound_events (message_id) WHERE message_id IS NOT NULL;

CREATE TABLE webhook_deliveries (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    endpoint_id uuid NOT NULL REFERENCES webhook_endpoints (id),
    event_id uuid NOT NULL REFERENCES outbound_events (id),
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed', 'canceled')),
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL DEFAULT now(),
    leased_until timestamptz,
    last_attempt_at timestamptz,
    -- Of the last attempt.
    response_status smallint,
    failure_code text,
    delivered_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (endpoint_id, event_id),
    CHECK (state <> 'delivered' OR delivered_at IS NOT NULL)
);
CREATE INDEX webhook_deliveries_due_idx ON webhook_deliveries (workspace_id, due_at) WHERE state = 'pending';
CREATE INDEX webhook_deliveries_list_idx ON webhook_deliveries (endpoint_id, created_at DESC, id DESC);
CREATE INDEX webhook_deliveries_event_idx ON webhook_deliveries (event_id);

ALTER TABLE webhook_endpoints ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbound_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_deliveries ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON webhook_endpoints TO switchboard_app
    USING (workspace_id = current_workspace_id()) WITH CHECK (workspace_id = current_workspace_id());
CREATE POLICY tenant ON outbound_events TO switchboard_app
    USING (workspace_id = current_workspace_id()) WITH CHECK (workspace_id = current_workspace_id());
CREATE POLICY tenant ON webhook_deliveries TO switchboard_app
    USING (workspace_id = current_workspace_id()) WITH CHECK (workspace_id = current_workspace_id());
CREATE POLICY system ON webhook_endpoints TO switchboard_system USING (true) WITH CHECK (true);
CREATE POLICY system ON outbound_events TO switchboard_system USING (true) WITH CHECK (true);
CREATE POLICY system ON webhook_deliveries TO switchboard_system USING (true) WITH CHECK (true);

-- Whether somebody is to be told. For those who have just stored something and know the workspace only.
CREATE FUNCTION awaits_webhooks(p_workspace_id uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT EXISTS (SELECT FROM webhook_endpoints WHERE workspace_id = p_workspace_id AND status = 'enabled') $$;
GRANT EXECUTE ON FUNCTION awaits_webhooks(uuid) TO switchboard_app, switchboard_system;

CREATE FUNCTION note_outbound_event(
    p_workspace_id uuid, p_event_type text, p_message_id uuid, p_phone_number_id uuid, p_change jsonb
) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    v_endpoint_ids uuid[] := ARRAY(SELECT id FROM webhook_endpoints
        WHERE workspace_id = p_workspace_id AND status = 'enabled' AND p_event_type = ANY (event_types));
    v_event_id uuid;
BEGIN
    IF cardinality(v_endpoint_ids) = 0 THEN
        RETURN;
    END IF;
    INSERT INTO outbound_events (workspace_id, event_type, message_id, phone_number_id, change)
        VALUES (p_workspace_id, p_event_type, p_message_id, p_phone_number_id, p_change) RETURNING id INTO v_event_id;
    INSERT INTO webhook_deliveries (workspace_id, endpoint_id, event_id)
        SELECT p_workspace_id, endpoint_id, v_event_id FROM unnest(v_endpoint_ids) AS endpoint_id;
END
$$;

-- Triggers, because messages, calls and numbers are stored and moved by several ways (webhook, inbox queue, back-fill,
-- replay, send, look-up), and none of them may forget to tell.
CREATE FUNCTION tell_of_message() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM note_outbound_event(NEW.workspace_id, 'message.received', NEW.id, NULL, '{}');
    ELSE
        PERFORM note_outbound_event(NEW.workspace_id, 'message.status', NEW.id, NULL, jsonb_build_object(
            'status', NEW.status, 'error_code', NEW.error_code, 'error_message', NEW.error_message,
            'delivered_at', NEW.delivered_at));
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER tell_of_message_insert AFTER INSERT ON conversation_messages FOR EACH ROW
    WHEN (NEW.direction = 'inbound' AND NEW.channel <> 'voice') EXECUTE FUNCTION tell_of_message();
-- That a waiting message is about to be sent is nobody's news.
CREATE TRIGGER tell_of_message_update AFTER UPDATE ON conversation_messages FOR EACH ROW
    WHEN (NEW.direction = 'outbound' AND NEW.channel <> 'voice' AND OLD.status IS DISTINCT FROM NEW.status
        AND NEW.status <> 'pending')
    EXECUTE FUNCTION tell_of_message();

CREATE FUNCTION tell_of_call() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    PERFORM note_outbound_event(NEW.workspace_id, 'call.completed', NEW.message_id, NULL, '{}');
    RETURN NULL;
END
$$;
CREATE TRIGGER tell_of_call AFTER UPDATE ON calls FOR EACH ROW
    WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL) EXECUTE FUNCTION tell_of_call();

CREATE FUNCTION tell_of_number() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    PERFORM note_outbound_event(NEW.workspace_id, 'number.provisioned', NULL, NEW.id, '{}');
    RETURN NULL;
END
$$;
CREATE TRIGGER tell_of_number AFTER INSERT ON workspace_phone_numbers FOR EACH ROW
    WHEN (NEW.status = 'active') EXECUTE FUNCTION tell_of_number();
