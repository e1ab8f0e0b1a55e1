INSERT INTO subscription_payments
    (id, workspace_id, status, amount_cents, currency, paid_at, covers_until, clerk_updated_at)
VALUES
    ('cpa_a', '00000000-0000-4000-8000-00000000000a', 'paid', 4900, 'USD', '2026-01-15T18:00:00Z', '2026-02-15T18:00:00Z',
        '2026-01-15T18:00:00Z'),
    ('cpa_b', '00000000-0000-4000-8000-00000000000b', 'paid', 19900, 'USD', '2026-01-15T18:00:00Z', '2026-02-15T18:00:00Z',
        '2026-01-15T18:00:00Z');
