INSERT INTO audit_log (workspace_id, actor, action, phone_number_id, details)
VALUES
    ('00000000-0000-4000-8000-00000000000a', 'user_a', 'number.updated', '00000000-0000-4000-8002-00000000000a',
        '{"friendlyName": "Main line"}'),
    ('00000000-0000-4000-8000-00000000000b', 'system', 'number.provisioned', '00000000-0000-4000-8002-00000000000b', '{}');

INSERT INTO carrier_releases (phone_number_id, workspace_id, phone_number_sid)
VALUES
    ('00000000-0000-4000-8002-00000000000a', '00000000-0000-4000-8000-00000000000a', 'pn-a'),
    ('00000000-0000-4000-8002-00000000000b', '00000000-0000-4000-8000-00000000000b', 'pn-b');
