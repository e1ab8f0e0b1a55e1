INSERT INTO message_media (workspace_id, message_id, position, source_url)
VALUES
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8005-00000000000a', 0, 'https://files.example.com/a.jpg'),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8005-00000000000b', 0, 'https://files.example.com/b.jpg');
