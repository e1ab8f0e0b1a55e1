CREATE TABLE workspace_phone_numbers (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    phone_number text NOT NULL CHECK (phone_number ~ '^\+[1-9][0-9]{4,16}$'),
    phone_number_sid text NOT NULL,
    friendly_name text NOT NULL,
    capabilities jsonb NOT NULL DEFAULT '{}',
    voice_url text,
    sms_url text,
    status_callback_url text,
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'released')),
    number_type text NOT NULL CHECK (number_type IN ('primary', 'sales', 'support', 'custom')),
    monthly_cost_cents integer NOT NULL CHECK (monthly_cost_cents >= 0),
    -- A new US local number cannot text before its 10DLC campaign assignment completes.
    messaging_status text NOT NULL DEFAULT 'pending' CHECK (messaging_status IN ('ready', 'pending', 'failed')),
    messaging_failure_reason text,
    campaign_id text,
    campaign_order_id text,
    provisioned_at timestamptz NOT NULL DEFAULT now(),
    released_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((status = 'released') = (released_at IS NOT NULL))
);
-- A released number can be owned again later, by anybody; old messages keep pointing to the old row.
CREATE UNIQUE INDEX workspace_phone_numbers_owned_number_key
    ON workspace_phone_numbers (phone_number) WHERE status <> 'released';
CREATE UNIQUE INDEX workspace_phone_numbers_owned_sid_key
    ON workspace_phone_numbers (phone_number_sid) WHERE status <> 'released';
CREATE UNIQUE INDEX workspace_phone_numbers_active_primary_key
    ON workspace_phone_numbers (workspace_id) WHERE number_type = 'primary' AND status = 'active';
CREATE INDEX workspace_phone_numbers_workspace_id_idx ON workspace_phone_numbers (workspace_id, status);
ALTER TABLE workspace_phone_numbers ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON workspace_phone_numbers TO switchboard_app
    USING (workspace_id = current_workspace_id()) WITH CHECK (workspace_id = current_workspace_id());
CREATE POLICY system ON workspace_phone_numbers TO switchboard_system USING (true) WITH CHECK (true);

-- One attempt to get one number. The row is the reservation against the plan's limit and is written, under a lock on the
-- workspace, before anything is bought. The purchase carries the FriendlyName `sb-<id>`.
CREATE TABLE number_provisionings (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    state text NOT NULL DEFAULT 'reserved'
        CHECK (state IN ('reserved', 'purchasing', 'purchased', 'active', 'failed')),
    number_type text NOT NULL CHECK (number_type IN ('primary', 'sales', 'support', 'custom')),
    friendly_name text,
    area_code text,
    requested_phone_number text,
    -- The number that is being bought; set before the carrier is asked, so that a lost answer can be looked up.
    candidate_phone_number text,
    -- How the candidate was found: area_code, anywhere.
    search_step text,
    phone_number_sid text,
    phone_number_id uuid REFERENCES workspace_phone_numbers (id),
    attempts integer NOT NULL DEFAULT 0,
    -- Look-ups since the last purchase request that found nothing.
    lookups integer NOT NULL DEFAULT 0,
    queued_at timestamptz,
    leased_until timestamptz,
    failure_code text,
    failure_reason text,
    finished_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((state IN ('active', 'failed')) = (finished_at IS NOT NULL)),
    CHECK (state <> 'purchasing' OR candidate_phone_number IS NOT NULL),
    CHECK (state <> 'active' OR phone_number_id IS NOT NULL)
);
CREATE INDEX number_provisionings_open_idx ON number_provisionings (workspace_id) WHERE finished_at IS NULL;
ALTER TABLE number_provisionings ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON number_provisionings TO switchboard_app
    USING (workspace_id = current_workspace_id()) WITH CHECK (workspace_id = current_workspace_id());
CREATE POLICY system ON number_provisionings TO switchboard_system USING (true) WITH CHECK (true);
