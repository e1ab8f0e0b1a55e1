// Workspaces and the people in them.
import { bigint, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

export const workspaces = pgTable('workspaces', {
  id: uuid('id').primaryKey(),
  clerkOrganizationId: text('clerk_organization_id').notNull(),
  subscriptionTier: text('subscription_tier').$type<'free' | 'starter' | 'professional' | 'enterprise'>().notNull(),
  deletedAt: timestamp('deleted_at', { withTimezone: true }),
});

export const users = pgTable('users', {
  id: uuid('id').primaryKey(),
  clerkUserId: text('clerk_user_id').notNull(),
  firstName: text('first_name'),
  lastName: text('last_name'),
  imageUrl: text('image_url'),
});

export const requestWindows = pgTable('request_windows', {
  workspaceId: uuid('workspace_id').primaryKey(),
  startedAt: timestamp('started_at', { withTimezone: true }).notNull(),
  requests: bigint('requests', { mode: 'number' }).notNull(),
});
