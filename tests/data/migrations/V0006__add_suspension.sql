INSERT INTO workspace_phone_numbers
    (id, workspace_id, phone_number, phone_number_sid, friendly_name, number_type, monthly_cost_cents, messaging_status,
        status, suspended_at, release_due_at, suspension_reason)
VALUES
    ('00000000-0000-4000-8002-00000000001a', '00000000-0000-4000-8000-00000000000a', '+14052010130', 'pn-suspended', 'Sales',
        'sales', 50, 'ready', 'suspended', '2026-01-15T18:00:00Z', '2026-01-29T18:00:00Z', 'plan_limit');
