-- 10DLC registration of a workspace of its own (docs/registration.md), and emergency addresses of numbers.

-- A workspace's registration: its company (the brand at the carrier, made once) and where the whole stands.
CREATE TABLE messaging_brands (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id uuid NOT NULL UNIQUE REFERENCES workspaces (id),
    state text NOT NULL DEFAULT 'draft' CHECK (state IN
        ('draft', 'brand_pending', 'brand_unverified', 'campaign_pending', 'active', 'refused', 'deactivated')),
    -- Why it was refused; null until somebody knows.
    reason text,
    -- What the workspace says about its company, and about its texts for the next submission.
    details jsonb NOT NULL DEFAULT '{}',
    campaign_details jsonb NOT NULL DEFAULT '{}',
    -- What the workspace agreed to pay at the last submission, in cents.
    agreed_fees jsonb,
    submissions integer NOT NULL DEFAULT 0,
    -- The name at the carrier, by which a brand whose making was not answered is found. Set before the carrier is asked.
    carrier_name text,
    asked_at timestamptz,
    -- Look-ups since then that found nothing.
    lookups integer NOT NULL DEFAULT 0,
    carrier_brand_id text UNIQUE,
    submitted_at timestamptz,
    -- The company was corrected; the operator has to hand that in, for which the carrier has no interface.
    correction_requested_at timestamptz,
    -- When the operator did. What the carrier said before does not count any more.
    resubmitted_at timestamptz,
    verified_at timestamptz,
    -- Every state that was entered: at, state, reason.
    history jsonb NOT NULL DEFAULT '[]',
    leased_until timestamptz,
    looked_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK (state = 'draft' OR submitted_at IS NOT NULL),
    CHECK (state IN ('draft', 'brand_pending', 'brand_unverified') OR carrier_brand_id IS NOT NULL)
);
CREATE INDEX messaging_brands_looked_at_idx ON messaging_brands (looked_at) WHERE state <> 'draft';

-- What was handed in: a campaign cannot be changed at the carrier, so a refused one is followed by another.
CREATE TABLE messaging_campaigns (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    brand_id uuid NOT NULL REFERENCES messaging_brands (id),
    details jsonb NOT NULL,
    -- See messaging_brands.
    carrier_name text NOT NULL,
    asked_at timestamptz,
    lookups integer NOT NULL DEFAULT 0,
    carrier_campaign_id text UNIQUE,
    -- What a month costs the platform, and the workspace.
    month_cost_micros bigint NOT NULL CHECK (month_cost_micros >= 0),
    month_price_micros bigint NOT NULL CHECK (month_price_micros >= 0),
    -- The time of the last news that counted: what is older is late.
    news_at timestamptz,
    -- The first approval, from which months are counted.
    approved_at timestamptz,
    -- Not approved any more.
    ended_at timestamptz,
    -- Another one took its place.
    superseded_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK (approved_at IS NULL OR carrier_campaign_id IS NOT NULL)
);
CREATE UNIQUE INDEX messaging_campaigns_current_key ON messaging_campaigns (workspace_id) WHERE superseded_at IS NULL;
CREATE INDEX messaging_campaigns_brand_idx ON messaging_campaigns (brand_id);

ALTER TABLE messaging_brands ENABLE ROW LEVEL SECURITY;
ALTER TABLE messaging_campaigns ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON messaging_brands TO switchboard_app
    USING (workspace_id = current_workspace_id()) WITH CHECK (workspace_id = current_workspace_id());
CREATE POLICY tenant ON messaging_campaigns TO switchboard_app
    USING (workspace_id = current_workspace_id()) WITH CHECK (workspace_id = current_workspace_id());
CREATE POLICY system ON messaging_brands TO switchboard_system USING (true) WITH CHECK (true);
CREATE POLICY system ON messaging_campaigns TO switchboard_system USING (true) WITH CHECK (true);

ALTER TABLE workspace_phone_numbers
    -- The campaign that the number left, or is leaving, for the workspace's own. News of it does not count any more.
    ADD COLUMN former_campaign_id text,
    -- Since when it is to leave; null once the carrier has taken it out.
    ADD COLUMN leaving_since timestamptz,
    -- The carrier's word about a toll-free number.
    ADD COLUMN verification_status text,
    -- Where an ambulance goes when somebody calls 911, and what it is called at the carrier.
    ADD COLUMN emergency_address jsonb,
    ADD COLUMN emergency_address_id text,
    ADD COLUMN emergency_address_status text
        CHECK (emergency_address_status IN ('pending', 'active', 'failed', 'removing')),
    ADD COLUMN emergency_address_failure text,
    ADD COLUMN emergency_address_looked_at timestamptz,
    ADD CONSTRAINT workspace_phone_numbers_leaving_check CHECK (leaving_since IS NULL OR former_campaign_id IS NOT NULL),
    ADD CONSTRAINT workspace_phone_numbers_emergency_address_check
        CHECK ((emergency_address IS NULL) = (emergency_address_status IS NULL));
CREATE INDEX workspace_phone_numbers_emergency_idx ON workspace_phone_numbers (emergency_address_looked_at)
    WHERE emergency_address_status IN ('pending', 'removing');
-- Who asks for a number is told when it was somebody else's lately.
CREATE INDEX workspace_phone_numbers_released_idx ON workspace_phone_numbers (phone_number) WHERE status = 'released';

-- One fee of a registration, once: `p_key` tells it from all others. Only this writes them, with the owner's rights.
CREATE FUNCTION charge_registration(
    p_key text, p_workspace_id uuid, p_at timestamptz, p_cost_micros bigint, p_price_micros bigint
) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    INSERT INTO carrier_charges (id, workspace_id, service, occurred_at, units, estimated_micros, revenue_micros)
        VALUES (md5(p_key)::uuid, p_workspace_id, 'registration', p_at, 1, p_cost_micros, p_price_micros)
        ON CONFLICT (id) DO NOTHING
    $$;
REVOKE EXECUTE ON FUNCTION charge_registration(text, uuid, timestamptz, bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION charge_registration(text, uuid, timestamptz, bigint, bigint) TO switchboard_system;

-- As in V0021, but a workspace's own campaign is the workspace's: it is charged from the first approval to the end of the
-- approval, and is not among the platform's.
CREATE OR REPLACE FUNCTION accrue_number_months(p_now timestamptz) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    v_added integer;
BEGIN
    INSERT INTO carrier_charges (id, workspace_id, service, phone_number_id, number_type, occurred_at, units,
            estimated_micros, revenue_micros)
        SELECT md5('number ' || n.id || ' ' || m.month)::uuid, n.workspace_id, 'number', n.id, n.number_type, m.starts, 1,
            rate.cost_micros,
            CASE WHEN n.released_at <= m.starts OR (n.status = 'suspended' AND n.suspended_at <= m.starts) THEN 0
                WHEN EXISTS (SELECT FROM workspace_phone_numbers o
                    WHERE o.workspace_id = n.workspace_id AND (o.provisioned_at, o.id) < (n.provisioned_at, n.id)
                        AND (o.released_at IS NULL OR o.released_at > m.starts)
                        AND NOT (o.status = 'suspended' AND o.suspended_at <= m.starts)) THEN rate.revenue_micros
                ELSE 0 END
        FROM workspace_phone_numbers n
        LEFT JOIN carrier_releases r ON r.phone_number_id = n.id
        CROSS JOIN LATERAL (
            SELECT month, (n.provisioned_at AT TIME ZONE 'UTC' + make_interval(months => month)) AT TIME ZONE 'UTC' AS starts
            FROM generate_series(0, (extract(year FROM age(p_now, n.provisioned_at)) * 12
                + extract(month FROM age(p_now, n.provisioned_at)))::integer + 1) AS month) AS m
        CROSS JOIN LATERAL (
            SELECT cost_micros, revenue_micros FROM rates
            WHERE service = 'number' AND valid_from <= m.starts ORDER BY valid_from DESC LIMIT 1) AS rate
        WHERE m.starts <= p_now AND (r.finished_at IS NULL OR m.starts < r.finished_at)
            AND (r.phone_number_id IS NOT NULL OR n.released_at IS NULL OR m.starts < n.released_at)
        ON CONFLICT (id) DO NOTHING;
    GET DIAGNOSTICS v_added = ROW_COUNT;

    -- The platform's campaigns, from their first number on; also when every number has moved to one of its owner's.
    INSERT INTO carrier_charges (id, service, occurred_at, units, estimated_micros, revenue_micros)
        SELECT md5('campaign ' || c.campaign_id || ' ' || month)::uuid, 'registration', m.starts, 1, rate.cost_micros, 0
        FROM (SELECT joined.campaign_id, min(n.provisioned_at) AS since
            FROM workspace_phone_numbers n
            CROSS JOIN LATERAL (VALUES (n.campaign_id), (n.former_campaign_id)) AS joined (campaign_id)
            WHERE joined.campaign_id IS NOT NULL
                AND NOT EXISTS (SELECT FROM messaging_campaigns own WHERE own.carrier_campaign_id = joined.campaign_id)
            GROUP BY joined.campaign_id) AS c
        CROSS JOIN LATERAL (
            SELECT month, (c.since AT TIME ZONE 'UTC' + make_interval(months => month)) AT TIME ZONE 'UTC' AS starts
            FROM generate_series(0, (extract(year FROM age(p_now, c.since)) * 12
                + extract(month FROM age(p_now, c.since)))::integer + 1) AS month) AS m
        CROSS JOIN LATERAL (
            SELECT cost_micros FROM rates
            WHERE service = 'registration' AND valid_from <= m.starts ORDER BY valid_from DESC LIMIT 1) AS rate
        WHERE m.starts <= p_now
        ON CONFLICT (id) DO NOTHING;

    INSERT INTO carrier_charges (id, workspace_id, service, occurred_at, units, estimated_micros, revenue_micros)
        SELECT md5('own campaign ' || c.id || ' ' || month)::uuid, c.workspace_id, 'registration', m.starts, 1,
            c.month_cost_micros, c.month_price_micros
        FROM messaging_campaigns c
        CROSS JOIN LATERAL (
            SELECT month, (c.approved_at AT TIME ZONE 'UTC' + make_interval(months => month)) AT TIME ZONE 'UTC' AS starts
            FROM generate_series(0, (extract(year FROM age(p_now, c.approved_at)) * 12
                + extract(month FROM age(p_now, c.approved_at)))::integer + 1) AS month) AS m
        WHERE c.approved_at IS NOT NULL AND m.starts <= p_now AND (c.ended_at IS NULL OR m.starts < c.ended_at)
        ON CONFLICT (id) DO NOTHING;
    RETURN v_added;
END
$$;

-- Whether a number was another workspace's within the last days. The search asks it for numbers that nobody owns.
CREATE FUNCTION released_by_others(p_workspace_id uuid, p_phone_numbers text[], p_days integer) RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    SELECT DISTINCT n.phone_number FROM workspace_phone_numbers n
    WHERE n.status = 'released' AND n.phone_number = ANY (p_phone_numbers) AND n.workspace_id <> p_workspace_id
        AND n.released_at > now() - make_interval(days => p_days)
    $$;
GRANT EXECUTE ON FUNCTION released_by_others(uuid, text[], integer) TO switchboard_app, switchboard_system;
