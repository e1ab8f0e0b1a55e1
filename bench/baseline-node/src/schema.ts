// What the function touches of the product's own tables, so that both do the same work in Postgres.
import { integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

export const phoneNumbers = pgTable('workspace_phone_numbers', {
  id: uuid('id').primaryKey(),
  workspaceId: uuid('workspace_id').notNull(),
  phoneNumber: text('phone_number').notNull(),
  numberType: text('number_type').notNull(),
  status: text('status').notNull(),
});

export const contacts = pgTable('contacts', {
  id: uuid('id').primaryKey().defaultRandom(),
  workspaceId: uuid('workspace_id').notNull(),
});

export const contactPhoneNumbers = pgTable('contact_phone_numbers', {
  id: uuid('id').primaryKey().defaultRandom(),
  workspaceId: uuid('workspace_id').notNull(),
  contactId: uuid('contact_id').notNull(),
  phoneNumber: text('phone_number').notNull(),
  matchKey: text('match_key').notNull(),
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
  unreadCount: integer('unread_count').notNull(),
  messageCount: integer('message_count').notNull(),
  snippet: text('snippet').notNull(),
  lastMessageAt: timestamp('last_message_at', { withTimezone: true }).notNull(),
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
  body: text('body').notNull(),
  media: jsonb('media').notNull(),
  fromNumber: text('from_number').notNull(),
  toNumber: text('to_number').notNull(),
  status: text('status').notNull(),
  carrierSid: text('carrier_sid').unique(),
  segments: integer('segments').notNull(),
});
