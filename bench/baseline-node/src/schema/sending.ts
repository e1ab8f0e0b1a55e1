// What a send asks and keeps beside the message itself.
import { bigint, jsonb, pgTable, smallint, text, timestamp, uuid } from 'drizzle-orm/pg-core';

export const optOuts = pgTable('opt_outs', {
  id: uuid('id').primaryKey(),
  workspaceId: uuid('workspace_id').notNull(),
  phoneNumberId: uuid('phone_number_id'),
  counterpart: text('counterpart').notNull(),
  state: text('state').notNull(),
});

export const sendWindows = pgTable('send_windows', {
  workspaceId: uuid('workspace_id').notNull(),
  period: text('period').$type<'minute' | 'day'>().notNull(),
  startedAt: timestamp('started_at', { withTimezone: true }).notNull(),
  sent: bigint('sent', { mode: 'number' }).notNull(),
  costMicros: bigint('cost_micros', { mode: 'number' }).notNull().default(0),
});

export const idempotencyKeys = pgTable('idempotency_keys', {
  workspaceId: uuid('workspace_id').notNull(),
  route: text('route').notNull(),
  key: text('key').notNull(),
  requestHash: text('request_hash').notNull(),
  messageId: uuid('message_id'),
  responseStatus: smallint('response_status'),
  responseBody: jsonb('response_body'),
});
