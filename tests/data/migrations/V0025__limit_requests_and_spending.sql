INSERT INTO request_windows (workspace_id, started_at, requests)
VALUES
    ('00000000-0000-4000-8000-00000000000a', '2026-01-15T18:00:00Z', 40),
    ('00000000-0000-4000-8000-00000000000b', '2026-01-15T18:00:00Z', 1);
UPDATE send_windows SET cost_micros = 316000
    WHERE workspace_id = '00000000-0000-4000-8000-00000000000a' AND period = 'day';
