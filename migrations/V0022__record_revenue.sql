-- Which plan a workspace had when: what the plan's price is counted from where no payment says better.
CREATE TABLE plan_periods (
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    tier text NOT NULL CHECK (tier IN ('free', 'starter', 'professional', 'enterprise')),
    starts_at timestamptz NOT NULL,
    -- Null: still.
    ends_at timestamptz,
    PRIMARY KEY (workspace_id, starts_at),
    CHECK (ends_at > starts_at)
);
CREATE UNIQUE INDEX plan_periods_open_key ON plan_periods (workspace_id) WHERE ends_at IS NULL;
ALTER TABLE plan_periods ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON plan_periods FOR SELECT TO switchboard_app USING (workspace_id = current_workspace_id());
CREATE POLICY system ON plan_periods TO switchboard_system USING (true) WITH CHECK (true);

-- A trigger, because the tier is set in several ways (events, read-back, the sweep), and the deletion is another one.
CREATE FUNCTION note_plan() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    -- The statement's time, not the transaction's: whoever waited for the workspace's lock must not go back in time.
    v_now timestamptz := clock_timestamp();
BEGIN
    UPDATE plan_periods SET ends_at = greatest(v_now, starts_at + interval '1 microsecond')
        WHERE workspace_id = NEW.id AND ends_at IS NULL;
    IF NEW.deleted_at IS NULL THEN
        INSERT INTO plan_periods (workspace_id, tier, starts_at)
            SELECT NEW.id, NEW.subscription_tier,
                greatest(v_now, (SELECT max(ends_at) FROM plan_periods WHERE workspace_id = NEW.id));
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER note_plan_insert AFTER INSERT ON workspaces FOR EACH ROW EXECUTE FUNCTION note_plan();
CREATE TRIGGER note_plan_update AFTER UPDATE ON workspaces FOR EACH ROW
    WHEN ((OLD.subscription_tier, OLD.deleted_at IS NULL) IS DISTINCT FROM (NEW.subscription_tier, NEW.deleted_at IS NULL))
    EXECUTE FUNCTION note_plan();
INSERT INTO plan_periods (workspace_id, tier, starts_at, ends_at)
    SELECT id, subscription_tier, created_at, deleted_at FROM workspaces
    WHERE deleted_at IS NULL OR deleted_at > created_at;

-- What Clerk collected (payment attempts), and trials, which are worth nothing while they last.
CREATE TABLE subscription_payments (
    -- Clerk's id of the attempt; `trial <item>` for a trial.
    id text PRIMARY KEY,
    -- Null: nobody knows yet whose payer it is.
    workspace_id uuid REFERENCES workspaces (id),
    clerk_payer_id text,
    status text NOT NULL,
    -- Without tax; of another currency than the plans' (USD) it is kept and not counted.
    amount_cents bigint NOT NULL CHECK (amount_cents >= 0),
    currency text NOT NULL,
    charge_type text,
    paid_at timestamptz,
    -- The plan's price is not counted on top during this time.
    covers_until timestamptz,
    clerk_updated_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK (status NOT IN ('paid', 'trial') OR (paid_at IS NOT NULL AND covers_until IS NOT NULL))
);
CREATE INDEX subscription_payments_workspace_idx ON subscription_payments (workspace_id, paid_at);
CREATE INDEX subscription_payments_payer_idx ON subscription_payments (clerk_payer_id) WHERE workspace_id IS NULL;
ALTER TABLE subscription_payments ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON subscription_payments FOR SELECT TO switchboard_app USING (workspace_id = current_workspace_id());
CREATE POLICY system ON subscription_payments TO switchboard_system USING (true) WITH CHECK (true);

-- Some payments name the payer only.
ALTER TABLE workspaces ADD COLUMN clerk_payer_id text;
CREATE INDEX workspaces_clerk_payer_idx ON workspaces (clerk_payer_id) WHERE clerk_payer_id IS NOT NULL;

-- A payment is for the period that begins with it: the item's, which may be a year, or else a month.
CREATE FUNCTION note_subscription_period() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    IF NEW.is_free_trial AND NEW.status IN ('active', 'canceled', 'past_due') THEN
        INSERT INTO subscription_payments AS p (id, workspace_id, status, amount_cents, currency, paid_at, covers_until,
                clerk_updated_at)
            VALUES ('trial ' || NEW.clerk_item_id, NEW.workspace_id, 'trial', 0, 'USD', NEW.period_start, NEW.period_end,
                NEW.clerk_updated_at)
            ON CONFLICT (id) DO UPDATE SET paid_at = excluded.paid_at, covers_until = excluded.covers_until,
                clerk_updated_at = excluded.clerk_updated_at, updated_at = now();
    ELSE
        UPDATE subscription_payments SET covers_until = NEW.period_end, updated_at = now()
            WHERE workspace_id = NEW.workspace_id AND status = 'paid' AND covers_until < NEW.period_end
                AND paid_at BETWEEN NEW.period_start - interval '2 days' AND NEW.period_start + interval '2 days';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER note_subscription_period AFTER INSERT OR UPDATE ON subscription_items FOR EACH ROW
    WHEN (NEW.period_start IS NOT NULL AND NEW.period_end IS NOT NULL) EXECUTE FUNCTION note_subscription_period();
INSERT INTO subscription_payments (id, workspace_id, status, amount_cents, currency, paid_at, covers_until, clerk_updated_at)
    SELECT 'trial ' || clerk_item_id, workspace_id, 'trial', 0, 'USD', period_start, period_end, clerk_updated_at
    FROM subscription_items WHERE is_free_trial AND status IN ('active', 'canceled', 'past_due')
        AND period_start IS NOT NULL AND period_end IS NOT NULL;
