INSERT INTO workspace_phone_numbers
    (id, workspace_id, phone_number, phone_number_sid, friendly_name, number_type, monthly_cost_cents, messaging_status)
VALUES
    ('00000000-0000-4000-8002-00000000000a', '00000000-0000-4000-8000-00000000000a', '+14052010100', 'pn-a', 'Main line',
        'primary', 50, 'ready'),
    ('00000000-0000-4000-8002-00000000000b', '00000000-0000-4000-8000-00000000000b', '+14052010101', 'pn-b', 'Main line',
        'primary', 50, 'ready');

INSERT INTO number_provisionings (workspace_id, state, number_type, area_code, candidate_phone_number, phone_number_sid,
    phone_number_id, finished_at)
VALUES
    ('00000000-0000-4000-8000-00000000000a', 'active', 'primary', '405', '+14052010100', 'pn-a',
        '00000000-0000-4000-8002-00000000000a', '2026-01-15T18:01:00Z'),
    ('00000000-0000-4000-8000-00000000000b', 'active', 'primary', '405', '+14052010101', 'pn-b',
        '00000000-0000-4000-8002-00000000000b', '2026-01-15T18:01:00Z'),
    ('00000000-0000-4000-8000-00000000000b', 'reserved', 'support', '405', NULL, NULL, NULL, NULL);
