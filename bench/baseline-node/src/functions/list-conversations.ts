// What `list-conversations` does: the inbox, most recent first.
import type { Answer, Event } from '../http';
import { writeCursor } from '../inbox/cursor';
import { parseFilter } from '../inbox/filter';
import { listConversations } from '../inbox/list';
import { serve } from '../main';
import { api, json } from '../problem';
import { enter, verify } from '../session';

async function list(event: Event): Promise<Answer> {
  const caller = await verify(event);
  const filter = parseFilter(event.rawQueryString, caller);
  const workspace = await enter(caller, event, 'read');

  const rows = await listConversations(workspace.id, filter);
  const page = rows.slice(0, filter.limit);
  const last = page.at(-1);
  const hasMore = rows.length > page.length && last;
  return json(200, {
    conversations: page.map(show),
    nextCursor: hasMore ? writeCursor({ micros: BigInt(last.lastMessageMicros), id: last.id }) : null,
  });
}

type Row = Awaited<ReturnType<typeof listConversations>>[number];

function show(row: Row) {
  return {
    id: row.id,
    channel: row.channel,
    phoneNumber: {
      id: row.phoneNumberId,
      phoneNumber: row.ourNumber,
      numberType: row.numberType,
      friendlyName: row.friendlyName,
    },
    counterpart: row.counterpart,
    contact: row.contactId && { id: row.contactId, name: row.contactName, phoneNumber: row.counterpart },
    status: row.status,
    assignedTo: row.assigneeId && {
      userId: row.assigneeId,
      firstName: row.assigneeFirstName,
      lastName: row.assigneeLastName,
      imageUrl: row.assigneeImageUrl,
    },
    optedOut: row.optOutId !== null,
    snippet: row.snippet,
    unreadCount: row.unreadCount,
    messageCount: row.messageCount,
    lastMessageAt: row.lastMessageAt,
    createdAt: row.createdAt,
  };
}

void serve(api(list));
