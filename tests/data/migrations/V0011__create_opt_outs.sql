INSERT INTO opt_outs (id, workspace_id, phone_number_id, counterpart, state, source)
VALUES
    ('00000000-0000-4000-8008-00000000000a', '00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8002-00000000000a',
        '+14052010178', 'opted_out', 'keyword'),
    ('00000000-0000-4000-8008-00000000000b', '00000000-0000-4000-8000-00000000000b', NULL, '+14052010178', 'opted_in',
        'admin');

INSERT INTO automatic_replies (workspace_id, phone_number_id, counterpart, kind, asked_by, state)
VALUES
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8002-00000000000a', '+14052010178',
        'opt_out_confirmation', 'sid-stop-a', 'waiting'),
    ('00000000-0000-4000-8000-00000000000b', NULL, '+14052010178', 'help', 'sid-help-b', 'skipped');
