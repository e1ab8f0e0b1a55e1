INSERT INTO number_provisionings (id, workspace_id, state, number_type, failure_code, failure_reason, finished_at)
VALUES
    ('00000000-0000-4000-8007-00000000000a', '00000000-0000-4000-8000-00000000000a', 'failed', 'support', 'no_numbers',
        'No number was found.', '2026-01-15T18:01:00Z');
INSERT INTO number_provisionings (workspace_id, state, number_type, retry_of)
VALUES
    ('00000000-0000-4000-8000-00000000000a', 'reserved', 'support', '00000000-0000-4000-8007-00000000000a');
