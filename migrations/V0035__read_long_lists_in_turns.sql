-- How far the sweep has come in a list of the carrier's that is too long for one run.
CREATE TABLE carrier_lists (
    list text PRIMARY KEY CHECK (list IN ('messages', 'calls')),
    -- Path and query of the page to go on with, as the carrier named it; null when the whole list was read.
    next_page text,
    updated_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE carrier_lists ENABLE ROW LEVEL SECURITY;
CREATE POLICY system ON carrier_lists TO switchboard_system USING (true) WITH CHECK (true);
