-- How much a workspace has sent. A window begins with its first message and lasts as long as its name says.
CREATE TABLE send_windows (
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    period text NOT NULL CHECK (period IN ('minute', 'day')),
    started_at timestamptz NOT NULL,
    sent bigint NOT NULL,
    PRIMARY KEY (workspace_id, period)
);
ALTER TABLE send_windows ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON send_windows TO switchboard_app
    USING (workspace_id = current_workspace_id()) WITH CHECK (workspace_id = current_workspace_id());
CREATE POLICY system ON send_windows TO switchboard_system USING (true) WITH CHECK (true);
