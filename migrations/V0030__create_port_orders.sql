-- Numbers that workspaces bring along (docs/porting.md, docs/decisions/0021). The carrier has no API for it: an operator
-- enters the order by hand and records the answers; the sweep finds the numbers in the carrier account.

CREATE TABLE port_orders (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    state text NOT NULL DEFAULT 'draft'
        CHECK (state IN ('draft', 'submitted', 'rejected', 'scheduled', 'completed', 'cancelled')),
    -- Counts the changes: whoever changes says which state of affairs was on the screen.
    version integer NOT NULL DEFAULT 1,
    losing_carrier text,
    account_number text,
    -- In the clear, because the operator has to enter it. It goes when the order ends.
    pin text,
    account_type text NOT NULL DEFAULT 'business' CHECK (account_type IN ('business', 'residential')),
    company_name text,
    authorized_name text,
    billing_phone_number text,
    -- street, street2, city, region, postalCode, country.
    service_address jsonb,
    loa_signed_on date,
    rejection_reason text,
    rejected_at timestamptz,
    -- Mails about the present rejection.
    reminders integer NOT NULL DEFAULT 0,
    -- Firm order commitment: the day on which the losing carrier lets go.
    foc_date date,
    -- What the carrier calls the order.
    carrier_reference text,
    cancel_reason text,
    created_by text NOT NULL,
    submitted_at timestamptz,
    finished_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((state IN ('completed', 'cancelled')) = (finished_at IS NOT NULL)),
    CHECK (state <> 'rejected' OR (rejection_reason IS NOT NULL AND rejected_at IS NOT NULL)),
    CHECK (state NOT IN ('scheduled', 'completed') OR foc_date IS NOT NULL),
    CHECK (state IN ('draft', 'cancelled') OR submitted_at IS NOT NULL),
    CHECK (finished_at IS NULL OR pin IS NULL)
);
CREATE INDEX port_orders_recent_idx ON port_orders (workspace_id, created_at DESC, id DESC);
CREATE INDEX port_orders_state_idx ON port_orders (state, created_at DESC, id DESC);

CREATE TABLE port_order_numbers (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    order_id uuid NOT NULL REFERENCES port_orders (id),
    position smallint NOT NULL,
    phone_number text NOT NULL CHECK (phone_number ~ '^\+1[2-9][0-9]{9}$'),
    number_type text NOT NULL CHECK (number_type IN ('primary', 'sales', 'support', 'custom')),
    friendly_name text NOT NULL,
    -- The number that it takes the place of, which is released then.
    replaces_phone_number_id uuid REFERENCES workspace_phone_numbers (id),
    -- What the carrier's lookup said.
    portability text NOT NULL DEFAULT 'unchecked' CHECK (portability IN ('unchecked', 'portable', 'unknown')),
    line_type text,
    checked_at timestamptz,
    -- From the submission to the end of the order: it counts against the plan's limit, and nobody else gets it.
    claimed boolean NOT NULL DEFAULT false,
    -- What the carrier account has, once the number is there.
    phone_number_sid text,
    capabilities jsonb,
    voice_url text,
    sms_url text,
    status_callback_url text,
    -- One sweep at a time sets the webhooks.
    leased_until timestamptz,
    found_at timestamptz,
    -- The number, once it is the workspace's.
    phone_number_id uuid REFERENCES workspace_phone_numbers (id),
    removed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK (NOT claimed OR removed_at IS NULL),
    CHECK (found_at IS NULL OR (phone_number_sid IS NOT NULL AND capabilities IS NOT NULL)),
    CHECK (phone_number_id IS NULL OR NOT claimed)
);
CREATE UNIQUE INDEX port_order_numbers_order_key ON port_order_numbers (order_id, phone_number) WHERE removed_at IS NULL;
-- One workspace at a time gets a number, and one number at a time takes the place of another.
CREATE UNIQUE INDEX port_order_numbers_claimed_key ON port_order_numbers (phone_number) WHERE claimed;
CREATE UNIQUE INDEX port_order_numbers_replaced_key ON port_order_numbers (replaces_phone_number_id) WHERE claimed;
CREATE INDEX port_order_numbers_limit_idx ON port_order_numbers (workspace_id) WHERE claimed;
CREATE INDEX port_order_numbers_number_idx ON port_order_numbers (phone_number_id) WHERE phone_number_id IS NOT NULL;

CREATE TABLE port_order_documents (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    order_id uuid NOT NULL REFERENCES port_orders (id),
    kind text NOT NULL CHECK (kind IN ('loa', 'invoice')),
    object_key text NOT NULL UNIQUE,
    content_type text NOT NULL,
    byte_size bigint NOT NULL CHECK (byte_size > 0),
    file_name text NOT NULL,
    -- Set when it was seen in the bucket, whole.
    arrived_at timestamptz,
    replaced_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE UNIQUE INDEX port_order_documents_kind_key ON port_order_documents (order_id, kind) WHERE replaced_at IS NULL;

-- What happened to an order, to be read by people. Words, reasons and names of fields, never a PIN or an account number.
CREATE TABLE port_order_events (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    order_id uuid NOT NULL REFERENCES port_orders (id),
    event text NOT NULL CHECK (event IN ('created', 'edited', 'document_added', 'submitted', 'rejected', 'scheduled',
        'number_found', 'reminded', 'completed', 'cancelled')),
    party text NOT NULL CHECK (party IN ('workspace', 'operator', 'system')),
    -- The Clerk user; null for the system.
    actor text,
    -- The state after it.
    state text NOT NULL,
    detail text,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX port_order_events_order_idx ON port_order_events (order_id, created_at, id);

ALTER TABLE port_orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE port_order_numbers ENABLE ROW LEVEL SECURITY;
ALTER TABLE port_order_documents ENABLE ROW LEVEL SECURITY;
ALTER TABLE port_order_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON port_orders TO switchboard_app
    USING (workspace_id = current_workspace_id()) WITH CHECK (workspace_id = current_workspace_id());
CREATE POLICY tenant ON port_order_numbers TO switchboard_app
    USING (workspace_id = current_workspace_id()) WITH CHECK (workspace_id = current_workspace_id());
CREATE POLICY tenant ON port_order_documents TO switchboard_app
    USING (workspace_id = current_workspace_id()) WITH CHECK (workspace_id = current_workspace_id());
CREATE POLICY tenant ON port_order_events TO switchboard_app
    USING (workspace_id = current_workspace_id()) WITH CHECK (workspace_id = current_workspace_id());
CREATE POLICY system ON port_orders TO switchboard_system USING (true) WITH CHECK (true);
CREATE POLICY system ON port_order_numbers TO switchboard_system USING (true) WITH CHECK (true);
CREATE POLICY system ON port_order_documents TO switchboard_system USING (true) WITH CHECK (true);
CREATE POLICY system ON port_order_events TO switchboard_system USING (true) WITH CHECK (true);

-- Which of these numbers cannot be ported to the transaction's workspace: somebody here has them, is getting them, or has
-- just given them back. It does not say who, and tells no more than an attempt to port them would.
CREATE FUNCTION find_unportable_numbers(p_numbers text[]) RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    SELECT n.phone_number FROM workspace_phone_numbers n LEFT JOIN carrier_releases r ON r.phone_number_id = n.id
        WHERE n.phone_number = ANY (p_numbers)
            AND (n.status <> 'released' OR (r.phone_number_id IS NOT NULL AND r.finished_at IS NULL))
    UNION
    SELECT p.candidate_phone_number FROM number_provisionings p
        WHERE p.candidate_phone_number = ANY (p_numbers) AND p.finished_at IS NULL
    UNION
    SELECT p.phone_number FROM port_order_numbers p
        WHERE p.phone_number = ANY (p_numbers) AND p.claimed AND p.workspace_id IS DISTINCT FROM current_workspace_id()
    $$;
GRANT EXECUTE ON FUNCTION find_unportable_numbers(text[]) TO switchboard_app, switchboard_system;

-- A ported number receives from the moment at which it is in the carrier account with our webhooks; what comes before the
-- order is completed is the workspace's, and the sweep delivers it then.
CREATE OR REPLACE FUNCTION number_owned_since(p_phone_number text) RETURNS timestamptz
    LANGUAGE sql STABLE
    AS $$
    SELECT coalesce(
        (SELECT min(p.created_at) FROM number_provisionings p
            WHERE p.workspace_id = n.workspace_id AND p.candidate_phone_number = n.phone_number),
        (SELECT min(o.found_at) FROM port_order_numbers o WHERE o.phone_number_id = n.id),
        n.provisioned_at)
    FROM workspace_phone_numbers n
    WHERE n.phone_number = p_phone_number AND n.status <> 'released';
    $$;

-- Has the conversations of a number go on with another, which is new and has none: the same threads, the same opt-outs,
-- and what waits for the end of quiet hours leaves from the new number. Messages and calls of the past keep the number
-- that they were sent from.
CREATE FUNCTION continue_conversations(p_workspace_id uuid, p_from uuid, p_to uuid) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    v_number text := (SELECT phone_number FROM workspace_phone_numbers WHERE id = p_to AND workspace_id = p_workspace_id);
    v_type text := (SELECT number_type FROM workspace_phone_numbers WHERE id = p_to AND workspace_id = p_workspace_id);
    v_conversations uuid[] := ARRAY(SELECT id FROM conversations
        WHERE workspace_id = p_workspace_id AND phone_number_id = p_from);
BEGIN
    PERFORM lock_conversations(v_conversations);
    UPDATE conversations SET phone_number_id = p_to, our_number = v_number, updated_at = now()
        WHERE id = ANY (v_conversations);
    UPDATE conversation_messages SET phone_number_id = p_to, from_number = v_number, number_type = v_type, updated_at = now()
        WHERE conversation_id = ANY (v_conversations) AND status = 'scheduled' AND direction = 'outbound';
    INSERT INTO opt_outs (workspace_id, phone_number_id, counterpart, state, source, changed_at)
        SELECT workspace_id, p_to, counterpart, state, source, changed_at FROM opt_outs
        WHERE workspace_id = p_workspace_id AND phone_number_id = p_from
        ON CONFLICT ON CONSTRAINT opt_outs_thread_key DO NOTHING;
    RETURN cardinality(v_conversations);
END
$$;
GRANT EXECUTE ON FUNCTION continue_conversations(uuid, uuid, uuid) TO switchboard_system;
