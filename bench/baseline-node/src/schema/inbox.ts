// What the functions touch of the product's own tables, so that both do the same work in Postgres: numbers, contacts and threads.
import { bigint, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

export const phoneNumbers = pgTable('workspace_phone_numbers', {
  id: uuid('id').primaryKey(),
  workspaceId: uuid('workspace_id').notNull(),
  phoneNumber: text('phone_number').notNull(),
  friendlyName: text('friendly_name').notNull(),
  numberType: text('number_type').notNull(),
  status: text('status').notNull(),
  messagingStatus: text('messaging_status').notNull(),
  capabilities: jsonb('capabilities').$type<{ sms?: boolean }>().notNull(),
  provisionedAt: timestamp('provisioned_at', { withTimezone: true }).notNull(),
});

export const contacts = pgTable('contacts', {
  id: uuid('id').primaryKey().defaultRandom(),
  workspaceId: uuid('workspace_id').notNull(),
  firstName: text('first_name'),
  lastName: text('last_name'),
  company: text('company'),
});

export const contactPhoneNumbers = pgTable('contact_phone_numbers', {
  id: uuid('id').primaryKey().defaultRandom(),
  workspaceId: uuid('workspace_id').notNull(),
  contactId: uuid('contact_id').notNull(),
  phoneNumber: text('phone_number').notNull(),
  matchKey: text('match_key').notNull(),
  removedAt: timestamp('removed_at', { withTimezone: true }),
});

export const conversations = pgTable('conversations', {
  id: uuid('id').primaryKey().defaultRandom(),
  workspaceId: uuid('workspace_id').notNull(),
  channel: text('channel').notNull(),
  phoneNumberId: uuid('phone_number_id'),
  ourNumber: text('our_number').notNull(),
  counterpart: text('counterpart').notNull(),
  contactId: uuid('contact_id'),
  status: text('status').notNull(),
  assignedTo: uuid('assigned_to'),
  unreadCount: integer('unread_count').notNull(),
  messageCount: integer('message_count').notNull(),
  snippet: text('snippet').notNull(),
  lastMessageAt: timestamp('last_message_at', { withTimezone: true }).notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
});

export const participants = pgTable('conversation_participants', {
  id: uuid('id').primaryKey().defaultRandom(),
  workspaceId: uuid('workspace_id').notNull(),
  conversationId: uuid('conversation_id').notNull(),
  contactId: uuid('contact_id'),
});

export const messages = pgTable('conversation_messages', {
  id: uuid('id').primaryKey().defaultRandom(),
  workspaceId: uuid('workspace_id').notNull(),
  conversationId: uuid('conversation_id').notNull(),
  phoneNumberId: uuid('phone_number_id'),
  numberType: text('number_type'),
  direction: text('direction').notNull(),
  channel: text('channel').notNull(),
  subject: text('subject'),
  body: text('body').notNull(),
  media: jsonb('media').$type<unknown[]>().notNull(),
  fromNumber: text('from_number').notNull(),
  toNumber: text('to_number').notNull(),
  status: text('status').notNull(),
  carrierSid: text('carrier_sid').unique(),
  errorCode: text('error_code'),
  errorMessage: text('error_message'),
  senderReason: text('sender_reason'),
  segments: integer('segments').notNull(),
  estimatedCostMicros: bigint('estimated_cost_micros', { mode: 'number' }).notNull().default(0),
  costMicros: bigint('cost_micros', { mode: 'number' }),
  sentBy: text('sent_by'),
  scheduledFor: timestamp('scheduled_for', { withTimezone: true }),
  sentAt: timestamp('sent_at', { withTimezone: true }),
  deliveredAt: timestamp('delivered_at', { withTimezone: true }),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
});
