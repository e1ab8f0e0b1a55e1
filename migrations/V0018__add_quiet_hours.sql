-- When a workspace does not want to disturb its customers, by the customers' clocks. All null: never.
ALTER TABLE workspaces
    ADD COLUMN quiet_start time,
    ADD COLUMN quiet_end time,
    ADD COLUMN quiet_exempt_replies boolean,
    ADD CONSTRAINT workspaces_quiet_hours_check
        CHECK (num_nulls(quiet_start, quiet_end, quiet_exempt_replies) IN (0, 3) AND quiet_start <> quiet_end);

-- Messages that wait for the end of quiet hours. The time stays when they are sent.
ALTER TABLE conversation_messages
    ADD COLUMN scheduled_for timestamptz,
    ADD CONSTRAINT conversation_messages_scheduled_check
        CHECK (status <> 'scheduled' OR (scheduled_for IS NOT NULL AND direction = 'outbound' AND carrier_sid IS NULL));
CREATE INDEX conversation_messages_due_idx ON conversation_messages (scheduled_for) WHERE status = 'scheduled';
-- Those of a thread are sent in the order in which they were written.
CREATE INDEX conversation_messages_waiting_idx ON conversation_messages (workspace_id, conversation_id)
    WHERE scheduled_for IS NOT NULL AND status IN ('scheduled', 'pending');

-- What waits has come less far than what is about to be sent.
CREATE OR REPLACE FUNCTION message_status_rank(p_status text) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT CASE p_status
        WHEN 'scheduled' THEN -1
        WHEN 'pending' THEN 0
        WHEN 'unknown' THEN 1
        WHEN 'queued' THEN 2
        WHEN 'sending' THEN 3
        WHEN 'sent' THEN 4
        ELSE 5
    END
    $$;
