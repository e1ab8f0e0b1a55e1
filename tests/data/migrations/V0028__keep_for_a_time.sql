INSERT INTO expired_messages (carrier_sid, workspace_id, conversation_id, message_id)
SELECT DISTINCT ON (workspace_id) 'expired-' || workspace_id, workspace_id, id, '00000000-0000-4000-8013-00000000000a'
FROM conversations ORDER BY workspace_id, id;
