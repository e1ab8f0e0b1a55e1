-- How many requests of the API a workspace has made in the minute that began with the first of them. Written at each
-- request, so it is not logged: after a crash of the server everybody begins anew.
CREATE UNLOGGED TABLE request_windows (
    workspace_id uuid PRIMARY KEY REFERENCES workspaces (id),
    started_at timestamptz NOT NULL,
    requests bigint NOT NULL
);
ALTER TABLE request_windows ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON request_windows TO switchboard_app
    USING (workspace_id = current_workspace_id()) WITH CHECK (workspace_id = current_workspace_id());
CREATE POLICY system ON request_windows TO switchboard_system USING (true) WITH CHECK (true);

-- Counts a request of an organisation's workspace. The seconds to wait when there were more than the limit in this minute,
-- else null; also null when there is no such workspace, which is for enter_workspace to say. Called outside of the
-- request's transaction, so that simultaneous requests wait for each other no longer than this takes.
CREATE FUNCTION count_request(p_organization_id text, p_limit bigint) RETURNS integer
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    INSERT INTO request_windows AS w (workspace_id, started_at, requests)
    SELECT id, now(), 1 FROM workspaces WHERE clerk_organization_id = p_organization_id AND deleted_at IS NULL
    ON CONFLICT (workspace_id) DO UPDATE SET
        started_at = CASE WHEN w.started_at + interval '1 minute' <= excluded.started_at
            THEN excluded.started_at ELSE w.started_at END,
        requests = CASE WHEN w.started_at + interval '1 minute' <= excluded.started_at THEN 1 ELSE w.requests + 1 END
    RETURNING CASE WHEN requests > p_limit
        THEN greatest(1, ceil(extract(epoch FROM started_at + interval '1 minute' - now()))::integer) END
$$;
REVOKE EXECUTE ON FUNCTION count_request(text, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION count_request(text, bigint) TO switchboard_app;

-- What the messages and calls of a window were estimated to cost when they were sent, in micro-dollars.
ALTER TABLE send_windows ADD COLUMN cost_micros bigint NOT NULL DEFAULT 0;
