-- The plan is read back from Clerk, because events are partial and may be lost.
ALTER TABLE workspaces
    -- Everything that Clerk had done by then was in the last subscription that was taken over: an older one is ignored.
    ADD COLUMN plan_as_of timestamptz,
    -- When the sweep reads the plan back. Due at once for a new workspace, whose billing events may have been lost.
    ADD COLUMN plan_read_due_at timestamptz NOT NULL DEFAULT now();

CREATE INDEX workspaces_plan_read_due_idx ON workspaces (plan_read_due_at) WHERE deleted_at IS NULL;
-- Cancelled plans whose period is over.
CREATE INDEX subscription_items_run_out_idx ON subscription_items (period_end) WHERE status = 'canceled';
