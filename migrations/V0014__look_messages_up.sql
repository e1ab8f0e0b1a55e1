-- Outbound messages are looked up at the carrier: to settle a send whose answer was lost, and for the price, which the
-- carrier calculates later.
ALTER TABLE conversation_messages
    -- When the carrier was about to be asked; null: when the row was made.
    ADD COLUMN handed_over_at timestamptz,
    ADD COLUMN carrier_looked_at timestamptz,
    -- Looks that found no answer to the question that is open.
    ADD COLUMN carrier_looks integer NOT NULL DEFAULT 0;

CREATE INDEX conversation_messages_unsettled_idx ON conversation_messages (created_at)
    WHERE direction = 'outbound' AND status IN ('pending', 'unknown');
CREATE INDEX conversation_messages_unpriced_idx ON conversation_messages (created_at)
    WHERE direction = 'outbound' AND carrier_sid IS NOT NULL AND cost_micros IS NULL;
