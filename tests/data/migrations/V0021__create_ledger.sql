-- The messages above have been charged by the migration; what it cannot know of are the sums and the answers.
SELECT compact_usage(1000);
INSERT INTO conversation_messages
    (id, workspace_id, conversation_id, phone_number_id, number_type, direction, channel, body, from_number, to_number,
        status, sent_by)
VALUES
    ('00000000-0000-4000-8005-0000000018a0', '00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8004-00000000000a',
        '00000000-0000-4000-8002-00000000000a', 'primary', 'outbound', 'sms', 'Hello', '+14052010100', '+14052010177',
        'sent', 'user_a'),
    ('00000000-0000-4000-8005-0000000018b0', '00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8004-00000000000b',
        '00000000-0000-4000-8002-00000000000b', 'primary', 'outbound', 'sms', 'Hello', '+14052010101', '+14052010177',
        'sent', 'user_b');
SELECT compact_usage(1000);
-- One more of each, which is not in the sums yet.
UPDATE conversation_messages SET status = 'delivered'
    WHERE id IN ('00000000-0000-4000-8005-0000000018a0', '00000000-0000-4000-8005-0000000018b0');
INSERT INTO answer_changes (workspace_id, day, bucket) VALUES
    ('00000000-0000-4000-8000-00000000000a', '2026-01-15', 3), ('00000000-0000-4000-8000-00000000000b', '2026-01-15', 3);
