-- A does not text at night, and one of its messages waits for the morning; B has its quiet hours at noon.
UPDATE workspaces SET quiet_start = '21:00', quiet_end = '08:00', quiet_exempt_replies = true
    WHERE id = '00000000-0000-4000-8000-00000000000a';
UPDATE workspaces SET quiet_start = '12:00', quiet_end = '13:30', quiet_exempt_replies = false
    WHERE id = '00000000-0000-4000-8000-00000000000b';
INSERT INTO conversation_messages
    (id, workspace_id, conversation_id, phone_number_id, number_type, direction, channel, body, from_number, to_number,
        status, sender_reason, scheduled_for)
VALUES
    ('00000000-0000-4000-8005-0000000003a0', '00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8004-00000000000a',
        '00000000-0000-4000-8002-00000000000a', 'primary', 'outbound', 'sms', 'Your order is ready.', '+14052010100',
        '+14052010177', 'scheduled', 'conversation', '2026-01-16T14:00:00Z'),
    ('00000000-0000-4000-8005-0000000003b0', '00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8004-00000000000b',
        '00000000-0000-4000-8002-00000000000b', 'primary', 'outbound', 'sms', 'See you soon.', '+14052010101',
        '+14052010177', 'canceled', 'conversation', '2026-01-16T19:30:00Z');
