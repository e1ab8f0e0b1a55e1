// A page of conversations, the most recent first.
import { and, desc, eq, gt, isNull, or, sql, type SQL } from 'drizzle-orm';

import { database } from '../database';
import { contacts, conversations, phoneNumbers } from '../schema/inbox';
import { optOuts } from '../schema/sending';
import { users } from '../schema/workspaces';
import type { Filter } from './filter';

/** One row more than the page has tells whether there is another page. */
export async function listConversations(workspaceId: string, filter: Filter) {
  return await database
    .select({
      id: conversations.id,
      channel: conversations.channel,
      phoneNumberId: conversations.phoneNumberId,
      ourNumber: conversations.ourNumber,
      numberType: phoneNumbers.numberType,
      friendlyName: phoneNumbers.friendlyName,
      counterpart: conversations.counterpart,
      contactId: conversations.contactId,
      contactName: sql<string | null>`coalesce(nullif(concat_ws(' ', ${contacts.firstName}, ${contacts.lastName}), ''),
        ${contacts.company})`,
      status: conversations.status,
      assigneeId: users.clerkUserId,
      assigneeFirstName: users.firstName,
      assigneeLastName: users.lastName,
      assigneeImageUrl: users.imageUrl,
      optOutId: optOuts.id,
      snippet: conversations.snippet,
      unreadCount: conversations.unreadCount,
      messageCount: conversations.messageCount,
      lastMessageAt: conversations.lastMessageAt,
      // A Date has milliseconds only, and a cursor of those would skip rows.
      lastMessageMicros: sql<string>`(extract(epoch from ${conversations.lastMessageAt}) * 1000000)::bigint`,
      createdAt: conversations.createdAt,
    })
    .from(conversations)
    .leftJoin(phoneNumbers, eq(phoneNumbers.id, conversations.phoneNumberId))
    .leftJoin(contacts, eq(contacts.id, conversations.contactId))
    .leftJoin(users, eq(users.id, conversations.assignedTo))
    .leftJoin(
      optOuts,
      and(
        eq(optOuts.workspaceId, conversations.workspaceId),
        eq(optOuts.counterpart, conversations.counterpart),
        sql`${optOuts.phoneNumberId} is not distinct from ${conversations.phoneNumberId}`,
        eq(optOuts.state, 'opted_out'),
      ),
    )
    .where(and(eq(conversations.workspaceId, workspaceId), ...conditions(workspaceId, filter)))
    .orderBy(desc(conversations.lastMessageAt), desc(conversations.id))
    .limit(filter.limit + 1);
}

function conditions(workspaceId: string, filter: Filter): (SQL | undefined)[] {
  const { numberType, phoneNumberId, channel, status, unread, assignedTo, search, after } = filter;
  const ifGiven = <T>(value: T | undefined, condition: (value: T) => SQL) =>
    value === undefined ? undefined : condition(value);
  return [
    ifGiven(numberType, (type) => eq(phoneNumbers.numberType, type)),
    ifGiven(phoneNumberId, (id) => eq(conversations.phoneNumberId, id)),
    ifGiven(channel, (channel) => eq(conversations.channel, channel)),
    ifGiven(status, (status) => eq(conversations.status, status)),
    ifGiven(unread, (unread) => (unread ? gt(conversations.unreadCount, 0) : eq(conversations.unreadCount, 0))),
    ifGiven(assignedTo, (user) =>
      user === 'none' ? isNull(conversations.assignedTo) : eq(users.clerkUserId, user),
    ),
    ifGiven(search, (text) => matches(workspaceId, text)),
    ifGiven(
      after,
      ({ micros, id }) => sql`(${conversations.lastMessageAt}, ${conversations.id})
        < ('epoch'::timestamptz + ${String(micros)}::bigint * interval '1 microsecond', ${id}::uuid)`,
    ),
  ];
}

/** In a message, in the contact's name, company or address, or in one of its numbers, by the product's own search indexes. */
function matches(workspaceId: string, text: string): SQL {
  const words = sql`words_query(${workspaceId}::uuid, ${text})`;
  const isNumber = /^[0-9 +\-().,/\u00a0]*$/.test(text);
  const digits = isNumber ? text.replace(/[^0-9]/g, '').replace(/^0+/, '') : '';
  const number = sql`coalesce(${words} || digits_query(${workspaceId}::uuid, array[${digits}]), ${words})`;
  return or(
    sql`${conversations.id} in (select m.conversation_id from conversation_messages m
      where m.workspace_id = ${workspaceId} and search_terms(m.workspace_id, m.body) @@ ${words})`,
    sql`${conversations.contactId} in (select t.id from contacts t
      where t.workspace_id = ${workspaceId} and t.merged_into is null
        and search_terms(t.workspace_id, coalesce(t.first_name, '') || ' ' || coalesce(t.last_name, '') || ' '
          || coalesce(t.company, '') || ' ' || coalesce(t.email, '')) @@ ${words})`,
    sql`${conversations.contactId} in (select n.contact_id from contact_phone_numbers n
      where n.workspace_id = ${workspaceId} and n.removed_at is null
        and number_terms(n.workspace_id, n.phone_number, n.match_key) @@ ${number})`,
  )!;
}
