-- What the carrier charged for on a day (UTC) against the ledger. Only reconcile-costs writes here; a second run of a day
-- finds the same and writes the same.
CREATE TABLE reconciled_days (
    day date NOT NULL,
    service text NOT NULL CHECK (service IN ('sms', 'voice', 'number')),
    -- By our rates, of everything that we know of that day.
    our_micros bigint NOT NULL,
    our_events bigint NOT NULL,
    -- By the carrier's word. Of numbers it says only which ones there are: those, by our rate.
    carrier_micros bigint NOT NULL,
    carrier_events bigint NOT NULL,
    reconciled_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (day, service)
);

-- The differences, by number and cause.
CREATE TABLE reconciliations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    day date NOT NULL,
    service text NOT NULL CHECK (service IN ('sms', 'voice', 'number')),
    -- Null: of a number that no workspace owned.
    workspace_id uuid REFERENCES workspaces (id),
    phone_number_id uuid REFERENCES workspace_phone_numbers (id),
    -- As the carrier writes it; empty when it does not say.
    our_number text NOT NULL,
    cause text NOT NULL CHECK (cause IN ('missing_here', 'missing_there', 'price_differs', 'billing_date_differs')),
    events bigint NOT NULL,
    our_micros bigint NOT NULL,
    carrier_micros bigint NOT NULL,
    -- The carrier's ids of some of them.
    examples jsonb NOT NULL DEFAULT '[]',
    -- Set when a later run did not find it any more, for instance because a lost message was found.
    resolved_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT reconciliations_key UNIQUE (day, service, our_number, cause)
);
CREATE INDEX reconciliations_open_idx ON reconciliations (day) WHERE resolved_at IS NULL;

-- When the carrier takes the next month's money for a number, as it says.
ALTER TABLE workspace_phone_numbers ADD COLUMN next_billed_at timestamptz;

ALTER TABLE reconciled_days ENABLE ROW LEVEL SECURITY;
ALTER TABLE reconciliations ENABLE ROW LEVEL SECURITY;
CREATE POLICY system ON reconciled_days TO switchboard_system USING (true) WITH CHECK (true);
CREATE POLICY system ON reconciliations TO switchboard_system USING (true) WITH CHECK (true);

-- A month of a number is final when the carrier's next bill is a later one: its amount is in no API, so it is our rate's.
CREATE FUNCTION settle_number_months() RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    v_settled bigint;
BEGIN
    UPDATE carrier_charges c SET final_micros = c.estimated_micros, updated_at = now()
        FROM workspace_phone_numbers n
        WHERE c.service = 'number' AND c.final_micros IS NULL AND n.id = c.phone_number_id
            AND n.next_billed_at > c.occurred_at + interval '1 day';
    GET DIAGNOSTICS v_settled = ROW_COUNT;
    RETURN v_settled;
END
$$;
GRANT EXECUTE ON FUNCTION settle_number_months() TO switchboard_system;
