-- The carrier has no interface to end a campaign: when its workspace is deleted, the operator has to. Since when; null again
-- once it has ended.
ALTER TABLE messaging_campaigns ADD COLUMN end_requested_at timestamptz;

-- As in V0031, but a month of a workspace's own campaign that begins after the workspace was deleted is charged to nobody. It
-- still costs: the carrier goes on until the campaign is ended there.
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
            c.month_cost_micros, CASE WHEN w.deleted_at <= m.starts THEN 0 ELSE c.month_price_micros END
        FROM messaging_campaigns c
        JOIN workspaces w ON w.id = c.workspace_id
        CROSS JOIN LATERAL (
            SELECT month, (c.approved_at AT TIME ZONE 'UTC' + make_interval(months => month)) AT TIME ZONE 'UTC' AS starts
            FROM generate_series(0, (extract(year FROM age(p_now, c.approved_at)) * 12
                + extract(month FROM age(p_now, c.approved_at)))::integer + 1) AS month) AS m
        WHERE c.approved_at IS NOT NULL AND m.starts <= p_now AND (c.ended_at IS NULL OR m.starts < c.ended_at)
        ON CONFLICT (id) DO NOTHING;
    RETURN v_added;
END
$$;

CREATE FUNCTION is_workspace_deleted(p_workspace_id uuid) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$ SELECT EXISTS (SELECT FROM workspaces w WHERE w.id = p_workspace_id AND w.deleted_at IS NOT NULL) $$;

-- Whether the carrier has a campaign of a registration that may cost, or was asked for one so lately that it may have.
CREATE FUNCTION may_have_campaign(p_brand_id uuid) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
    SELECT EXISTS (SELECT FROM messaging_campaigns c
        WHERE c.brand_id = p_brand_id AND c.superseded_at IS NULL AND c.ended_at IS NULL
            AND (c.carrier_campaign_id IS NOT NULL OR c.asked_at > now() - interval '1 day'))
    $$;

GRANT EXECUTE ON FUNCTION is_workspace_deleted(uuid), may_have_campaign(uuid) TO switchboard_app, switchboard_system;
