-- The customer who texts both calls both: nobody answers at A, a person does at B.
INSERT INTO conversations (id, workspace_id, channel, phone_number_id, our_number, counterpart, contact_id, message_count)
VALUES
    ('00000000-0000-4000-8004-0000000002a0', '00000000-0000-4000-8000-00000000000a', 'voice',
        '00000000-0000-4000-8002-00000000000a', '+14052010100', '+14052010177', '00000000-0000-4000-8003-00000000000a', 1),
    ('00000000-0000-4000-8004-0000000002b0', '00000000-0000-4000-8000-00000000000b', 'voice',
        '00000000-0000-4000-8002-00000000000b', '+14052010101', '+14052010177', '00000000-0000-4000-8003-00000000000b', 1);
INSERT INTO conversation_messages
    (id, workspace_id, conversation_id, phone_number_id, number_type, direction, channel, from_number, to_number, status,
        carrier_sid)
VALUES
    ('00000000-0000-4000-8005-0000000002a0', '00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8004-0000000002a0',
        '00000000-0000-4000-8002-00000000000a', 'primary', 'inbound', 'voice', '+14052010177', '+14052010100',
        'voicemail', 'call-a'),
    ('00000000-0000-4000-8005-0000000002b0', '00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8004-0000000002b0',
        '00000000-0000-4000-8002-00000000000b', 'primary', 'inbound', 'voice', '+14052010177', '+14052010101',
        'completed', 'call-b');
INSERT INTO calls (id, workspace_id, conversation_id, message_id, phone_number_id, number_type, kind, direction,
    from_number, to_number, carrier_sid, state, answered_by, answered_at, ended_at, duration_seconds)
VALUES
    ('00000000-0000-4000-8006-00000000000a', '00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8004-0000000002a0',
        '00000000-0000-4000-8005-0000000002a0', '00000000-0000-4000-8002-00000000000a', 'primary', 'inbound', 'inbound',
        '+14052010177', '+14052010100', 'call-a', 'voicemail', 'voicemail', NULL, now(), 41),
    ('00000000-0000-4000-8006-00000000000b', '00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8004-0000000002b0',
        '00000000-0000-4000-8005-0000000002b0', '00000000-0000-4000-8002-00000000000b', 'primary', 'inbound', 'inbound',
        '+14052010177', '+14052010101', 'call-b', 'completed', '+14052010188', now(), now(), 62);
INSERT INTO call_recordings (workspace_id, call_id, kind, carrier_sid, source_url, duration_seconds, transcription_state,
    transcription)
VALUES
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8006-00000000000a', 'voicemail', 'recording-a',
        'https://files.example.com/a.wav', 12, 'done', 'Please call me back.'),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8006-00000000000b', 'call', 'recording-b',
        'https://files.example.com/b.wav', 58, 'none', NULL);
INSERT INTO call_events (workspace_id, call_id, carrier_sid, kind, status, payload) VALUES
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8006-00000000000a', 'call-a', 'end', 'completed', '{}'),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8006-00000000000b', 'call-b', 'end', 'completed', '{}');
