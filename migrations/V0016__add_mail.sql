-- Mails: a subject, and one thread for each of our addresses that a customer has to do with. Our addresses are no rows of
-- workspace_phone_numbers, so the thread is told apart by our side as written.
ALTER TABLE conversation_messages ADD COLUMN subject text;

ALTER TABLE conversations
    ADD COLUMN mail_box text GENERATED ALWAYS AS (CASE WHEN channel = 'email' THEN our_number END) STORED;
ALTER TABLE conversations DROP CONSTRAINT conversations_thread_key;
ALTER TABLE conversations ADD CONSTRAINT conversations_thread_key
    UNIQUE NULLS NOT DISTINCT (workspace_id, channel, phone_number_id, counterpart, mail_box);
