-- The same customer texts with both workspaces.
INSERT INTO contacts (id, workspace_id, phone_number, name) VALUES
    ('00000000-0000-4000-8003-00000000000a', '00000000-0000-4000-8000-00000000000a', '+14052010177', 'Customer of A'),
    ('00000000-0000-4000-8003-00000000000b', '00000000-0000-4000-8000-00000000000b', '+14052010177', 'Customer of B');

INSERT INTO conversations
    (id, workspace_id, channel, phone_number_id, our_number, counterpart, contact_id, unread_count, message_count, snippet)
VALUES
    ('00000000-0000-4000-8004-00000000000a', '00000000-0000-4000-8000-00000000000a', 'sms',
        '00000000-0000-4000-8002-00000000000a', '+14052010100', '+14052010177', '00000000-0000-4000-8003-00000000000a', 1, 1,
        'Hello A'),
    ('00000000-0000-4000-8004-00000000000b', '00000000-0000-4000-8000-00000000000b', 'sms',
        '00000000-0000-4000-8002-00000000000b', '+14052010101', '+14052010177', '00000000-0000-4000-8003-00000000000b', 1, 1,
        'Hello B');

INSERT INTO conversation_participants (workspace_id, conversation_id, contact_id) VALUES
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8004-00000000000a', '00000000-0000-4000-8003-00000000000a'),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8004-00000000000b', '00000000-0000-4000-8003-00000000000b');

INSERT INTO conversation_messages
    (id, workspace_id, conversation_id, phone_number_id, number_type, direction, channel, body, from_number, to_number,
        status, carrier_sid)
VALUES
    ('00000000-0000-4000-8005-00000000000a', '00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8004-00000000000a',
        '00000000-0000-4000-8002-00000000000a', 'primary', 'inbound', 'sms', 'Hello A', '+14052010177', '+14052010100',
        'received', 'sid-a'),
    ('00000000-0000-4000-8005-00000000000b', '00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8004-00000000000b',
        '00000000-0000-4000-8002-00000000000b', 'primary', 'inbound', 'sms', 'Hello B', '+14052010177', '+14052010101',
        'received', 'sid-b');

INSERT INTO message_events (workspace_id, message_id, carrier_sid, status, payload) VALUES
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8005-00000000000a', 'sid-a', 'received', '{}'),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8005-00000000000b', 'sid-b', 'received', '{}');

INSERT INTO unroutable_events (kind, event_key, reason, from_number, to_number, payload) VALUES
    ('message', 'sid-nobody', 'unknown_number', '+14052010177', '+14052010199', '{}');

INSERT INTO idempotency_keys (workspace_id, route, key, request_hash, message_id) VALUES
    ('00000000-0000-4000-8000-00000000000a', 'POST messages', 'key-1', 'hash', '00000000-0000-4000-8005-00000000000a'),
    ('00000000-0000-4000-8000-00000000000b', 'POST messages', 'key-1', 'hash', '00000000-0000-4000-8005-00000000000b');

-- One customer of A in the old and the new spelling of Brazil, and one who is only known to have texted B.
INSERT INTO contacts (id, workspace_id, phone_number, created_at) VALUES
    ('00000000-0000-4000-8003-0000000001a0', '00000000-0000-4000-8000-00000000000a', '+551187654321', '2026-01-15T18:00:00Z'),
    ('00000000-0000-4000-8003-0000000001a1', '00000000-0000-4000-8000-00000000000a', '+5511987654321', '2026-01-15T18:05:00Z'),
    ('00000000-0000-4000-8003-0000000001b0', '00000000-0000-4000-8000-00000000000b', '+5511987654321', '2026-01-15T18:05:00Z');
INSERT INTO conversations (id, workspace_id, channel, our_number, counterpart, contact_id) VALUES
    ('00000000-0000-4000-8004-0000000001a1', '00000000-0000-4000-8000-00000000000a', 'whatsapp', '+14052010190',
        '+5511987654321', '00000000-0000-4000-8003-0000000001a1');
INSERT INTO conversation_participants (workspace_id, conversation_id, contact_id) VALUES
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8004-0000000001a1', '00000000-0000-4000-8003-0000000001a1');
