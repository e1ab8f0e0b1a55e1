INSERT INTO port_orders (id, workspace_id, state, losing_carrier, account_number, pin, authorized_name, created_by,
    submitted_at, rejection_reason, rejected_at)
VALUES
    ('00000000-0000-4000-8030-00000000000a', '00000000-0000-4000-8000-00000000000a', 'rejected', 'Example Telecom', 'A-1', '1234',
        'Ann', 'user_a', now(), 'The account number does not match.', now()),
    ('00000000-0000-4000-8030-00000000000b', '00000000-0000-4000-8000-00000000000b', 'draft', 'Example Telecom', 'B-1', '5678',
        'Ben', 'user_b', NULL, NULL, NULL);
INSERT INTO port_order_numbers (workspace_id, order_id, position, phone_number, number_type, friendly_name, claimed)
VALUES
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8030-00000000000a', 0, '+14055550191', 'primary', 'Main', true),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8030-00000000000b', 0, '+14055550192', 'custom', 'Desk', false);
INSERT INTO port_order_documents (workspace_id, order_id, kind, object_key, content_type, byte_size, file_name)
VALUES
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8030-00000000000a', 'loa', 'media/a/documents/1/loa.pdf',
        'application/pdf', 1000, 'loa.pdf'),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8030-00000000000b', 'invoice', 'media/b/documents/1/bill.pdf',
        'application/pdf', 1000, 'bill.pdf');
INSERT INTO port_order_events (workspace_id, order_id, event, party, actor, state, detail)
VALUES
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8030-00000000000a', 'rejected', 'operator', 'user_operator',
        'rejected', 'The account number does not match.'),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8030-00000000000b', 'created', 'workspace', 'user_b', 'draft', NULL);
