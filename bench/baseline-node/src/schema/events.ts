// Every status callback as it came.
import { jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';

export const messageEvents = pgTable('message_events', {
  workspaceId: uuid('workspace_id'),
  messageId: uuid('message_id'),
  carrierSid: text('carrier_sid'),
  status: text('status'),
  errorCode: text('error_code'),
  payload: jsonb('payload').notNull(),
  movesTo: text('moves_to'),
  errorMessage: text('error_message'),
});
