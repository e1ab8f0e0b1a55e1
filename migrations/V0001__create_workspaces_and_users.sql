-- Roles. They belong to the cluster, not to the database, so another database may have made them already.
DO $$
BEGIN
    BEGIN
        CREATE ROLE switchboard_app LOGIN NOINHERIT;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END;
    BEGIN
        CREATE ROLE switchboard_system NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END;
END
$$;

-- Entered by SET LOCAL ROLE only: switchboard_app is NOINHERIT, so it has none of these rights by itself.
GRANT switchboard_system TO switchboard_app;
GRANT USAGE ON SCHEMA public TO switchboard_app, switchboard_system;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE ON TABLES TO switchboard_app, switchboard_system;
-- Not "IN SCHEMA": a default for one schema only adds rights, and PUBLIC may execute by the built-in default.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- The workspace of the current transaction; null outside of one, which matches no row.
CREATE FUNCTION current_workspace_id() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('app.workspace_id', true), '')::uuid $$;
GRANT EXECUTE ON FUNCTION current_workspace_id() TO switchboard_app, switchboard_system;

CREATE TABLE workspaces (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    clerk_organization_id text NOT NULL UNIQUE,
    name text NOT NULL DEFAULT '',
    slug text,
    subscription_tier text NOT NULL DEFAULT 'free'
        CHECK (subscription_tier IN ('free', 'starter', 'professional', 'enterprise')),
    past_due boolean NOT NULL DEFAULT false,
    -- Time of the organisation object that name and slug come from: an older event must not overwrite them.
    clerk_updated_at timestamptz,
    deleted_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE workspaces ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON workspaces TO switchboard_app
    USING (id = current_workspace_id()) WITH CHECK (id = current_workspace_id());
CREATE POLICY system ON workspaces TO switchboard_system USING (true) WITH CHECK (true);

CREATE TABLE users (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    clerk_user_id text NOT NULL UNIQUE,
    email text,
    first_name text,
    last_name text,
    image_url text,
    clerk_updated_at timestamptz,
    deleted_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE workspace_members (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    user_id uuid NOT NULL REFERENCES users (id),
    clerk_membership_id text,
    role text NOT NULL,
    clerk_updated_at timestamptz,
    removed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (workspace_id, user_id)
);
CREATE INDEX workspace_members_user_id_idx ON workspace_members (user_id);
ALTER TABLE workspace_members ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON workspace_members TO switchboard_app
    USING (workspace_id = current_workspace_id()) WITH CHECK (workspace_id = current_workspace_id());
CREATE POLICY system ON workspace_members TO switchboard_system USING (true) WITH CHECK (true);

-- A user may belong to several workspaces; a workspace sees its own members.
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON users FOR SELECT TO switchboard_app
    USING (EXISTS (SELECT FROM workspace_members m WHERE m.user_id = users.id AND m.workspace_id = current_workspace_id()));
CREATE POLICY system ON users TO switchboard_system USING (true) WITH CHECK (true);

-- The last known state of each Clerk subscription item. A tier is computed from all of them, never from one event.
CREATE TABLE subscription_items (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    clerk_item_id text NOT NULL UNIQUE,
    plan_slug text,
    status text NOT NULL,
    is_free_trial boolean NOT NULL DEFAULT false,
    period_start timestamptz,
    period_end timestamptz,
    clerk_updated_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX subscription_items_workspace_id_idx ON subscription_items (workspace_id);
ALTER TABLE subscription_items ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON subscription_items FOR SELECT TO switchboard_app USING (workspace_id = current_workspace_id());
CREATE POLICY system ON subscription_items TO switchboard_system USING (true) WITH CHECK (true);

-- One row per webhook delivery that was accepted: the key that makes a repeated delivery harmless.
CREATE TABLE webhook_events (
    provider text NOT NULL CHECK (provider IN ('clerk', 'signalwire')),
    event_id text NOT NULL,
    event_type text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('applied', 'ignored')),
    workspace_id uuid REFERENCES workspaces (id),
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (provider, event_id)
);
ALTER TABLE webhook_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY system ON webhook_events TO switchboard_system USING (true) WITH CHECK (true);

-- Opens a workspace for the rest of the transaction. The caller has proven to act for the organisation (a verified
-- session token); a deleted or unknown organisation gives no row and leaves the setting as it was.
CREATE FUNCTION enter_workspace(p_organization_id text)
    RETURNS TABLE (workspace_id uuid, name text, subscription_tier text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    found_workspace workspaces%ROWTYPE;
BEGIN
    SELECT * INTO found_workspace FROM workspaces w
        WHERE w.clerk_organization_id = p_organization_id AND w.deleted_at IS NULL;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    PERFORM set_config('app.workspace_id', found_workspace.id::text, true);
    RETURN QUERY SELECT found_workspace.id, found_workspace.name, found_workspace.subscription_tier;
END
$$;
GRANT EXECUTE ON FUNCTION enter_workspace(text) TO switchboard_app;
