-- A plan that shrinks, or an organisation that goes, suspends numbers before they are given back: texts to them are
-- still stored, nothing is sent from them, and an upgrade before release_due_at brings them back.
ALTER TABLE workspace_phone_numbers
    ADD COLUMN suspended_at timestamptz,
    ADD COLUMN release_due_at timestamptz,
    ADD COLUMN suspension_reason text CHECK (suspension_reason IN ('plan_limit', 'organization_deleted')),
    -- The last time that the carrier was asked about a number that cannot text yet.
    ADD COLUMN messaging_looked_at timestamptz,
    -- Time of the carrier's last event about the campaign assignment: an older one must not overwrite it.
    ADD COLUMN messaging_event_at timestamptz;

UPDATE workspace_phone_numbers
    SET suspended_at = updated_at, release_due_at = now() + interval '14 days', suspension_reason = 'plan_limit'
    WHERE status = 'suspended';

ALTER TABLE workspace_phone_numbers ADD CONSTRAINT workspace_phone_numbers_suspension_check
    CHECK (status <> 'suspended' OR (suspended_at IS NOT NULL AND release_due_at IS NOT NULL));

CREATE INDEX workspace_phone_numbers_release_due_idx
    ON workspace_phone_numbers (release_due_at) WHERE status = 'suspended';
-- Every number of a campaign is counted before another one is ordered.
CREATE INDEX workspace_phone_numbers_campaign_idx
    ON workspace_phone_numbers (campaign_id) WHERE status <> 'released' AND campaign_id IS NOT NULL;
