INSERT INTO reconciled_days (day, service, our_micros, our_events, carrier_micros, carrier_events)
    VALUES ('2026-01-15', 'sms', 15800, 2, 16600, 2);
INSERT INTO reconciliations (day, service, workspace_id, our_number, cause, events, our_micros, carrier_micros) VALUES
    ('2026-01-15', 'sms', '00000000-0000-4000-8000-00000000000a', '+14052010100', 'price_differs', 1, 7900, 8300),
    ('2026-01-15', 'sms', '00000000-0000-4000-8000-00000000000b', '+14052010101', 'price_differs', 1, 7900, 8300);
