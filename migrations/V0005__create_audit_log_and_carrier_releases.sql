-- Who did what to which number. Written in the transaction of the change itself.
CREATE TABLE audit_log (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    -- The Clerk user, or `system` for what a plan change or the sweep did.
    actor text NOT NULL,
    -- Who really sat there, when Clerk's impersonation was used.
    impersonator text,
    action text NOT NULL,
    phone_number_id uuid REFERENCES workspace_phone_numbers (id),
    provisioning_id uuid REFERENCES number_provisionings (id),
    details jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX audit_log_workspace_idx ON audit_log (workspace_id, created_at DESC);
ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON audit_log TO switchboard_app
    USING (workspace_id = current_workspace_id()) WITH CHECK (workspace_id = current_workspace_id());
CREATE POLICY system ON audit_log TO switchboard_system USING (true) WITH CHECK (true);
-- What happened stays as it was written.
REVOKE UPDATE, DELETE ON audit_log FROM switchboard_app, switchboard_system;

-- Numbers that are released on our side and still have to be given back at the carrier, which refuses that during the
-- first fourteen days.
CREATE TABLE carrier_releases (
    phone_number_id uuid PRIMARY KEY REFERENCES workspace_phone_numbers (id),
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    phone_number_sid text NOT NULL,
    due_at timestamptz NOT NULL DEFAULT now(),
    attempts integer NOT NULL DEFAULT 0,
    queued_at timestamptz,
    leased_until timestamptz,
    failure_code text,
    finished_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX carrier_releases_due_idx ON carrier_releases (due_at) WHERE finished_at IS NULL;
ALTER TABLE carrier_releases ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON carrier_releases TO switchboard_app
    USING (workspace_id = current_workspace_id()) WITH CHECK (workspace_id = current_workspace_id());
CREATE POLICY system ON carrier_releases TO switchboard_system USING (true) WITH CHECK (true);
