INSERT INTO webhook_endpoints (id, workspace_id, url, event_types, secret)
VALUES
    ('00000000-0000-4000-8010-00000000000a', '00000000-0000-4000-8000-00000000000a', 'https://a.example.com/hooks',
        '{message.received}', 'whsec_YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh'),
    ('00000000-0000-4000-8010-00000000000b', '00000000-0000-4000-8000-00000000000b', 'https://b.example.com/hooks',
        '{message.received,call.completed}', 'whsec_YmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJi');
INSERT INTO outbound_events (id, workspace_id, event_type, message_id)
VALUES
    ('00000000-0000-4000-8011-00000000000a', '00000000-0000-4000-8000-00000000000a', 'message.received',
        '00000000-0000-4000-8005-00000000000a'),
    ('00000000-0000-4000-8011-00000000000b', '00000000-0000-4000-8000-00000000000b', 'message.received',
        '00000000-0000-4000-8005-00000000000b');
INSERT INTO webhook_deliveries (workspace_id, endpoint_id, event_id)
VALUES
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8010-00000000000a', '00000000-0000-4000-8011-00000000000a'),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8010-00000000000b', '00000000-0000-4000-8011-00000000000b');
