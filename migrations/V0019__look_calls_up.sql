-- Calls are looked up at the carrier, as texts are: to settle one whose answer was lost, for the end of one whose callbacks
-- were, and for the price.
ALTER TABLE calls
    ADD COLUMN carrier_looked_at timestamptz,
    -- Looks that found no answer to the question that is open.
    ADD COLUMN carrier_looks integer NOT NULL DEFAULT 0;
CREATE INDEX calls_unsettled_idx ON calls (created_at)
    WHERE direction = 'outbound' AND state IN ('pending', 'unknown') AND carrier_sid IS NULL;
CREATE INDEX calls_unpriced_idx ON calls (created_at) WHERE carrier_sid IS NOT NULL AND cost_micros IS NULL;

-- When the carrier is asked again to delete a recording that it need not keep any more.
ALTER TABLE call_recordings ADD COLUMN carrier_delete_due_at timestamptz;
CREATE INDEX call_recordings_carrier_idx ON call_recordings (created_at)
    WHERE state IN ('stored', 'deleted') AND carrier_deleted_at IS NULL;
CREATE INDEX call_recordings_age_idx ON call_recordings (created_at) WHERE state = 'stored';
