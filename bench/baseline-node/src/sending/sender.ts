// Which number sends: the explicit one → the conversation's own → the customer's last of the department → the department's →
// primary → the platform's.
import { and, desc, eq, isNotNull, isNull, ne, sql } from 'drizzle-orm';

import type { Transaction } from '../database';
import { invalid, refused } from '../problem';
import { conversations, phoneNumbers } from '../schema/inbox';
import { optOuts } from '../schema/sending';
import type { SendRequest } from './request';

export interface Route {
  phoneNumberId: string | null;
  numberType: string | null;
  from: string;
  to: string;
  reason: string;
}

export async function chooseRoute(tx: Transaction, workspaceId: string, request: SendRequest): Promise<Route> {
  const thread = request.conversationId ? await findThread(tx, workspaceId, request.conversationId) : undefined;
  const to = request.to ?? thread!.counterpart;
  if (thread && thread.counterpart !== to) {
    throw invalid('to', 'is not the other side of the conversation');
  }
  const numbers = await listNumbers(tx, workspaceId);
  const route = (number: (typeof numbers)[number], reason: string): Route => {
    return { phoneNumberId: number.id, numberType: number.numberType, from: number.phoneNumber, to, reason };
  };
  const platform = (reason: string): Route => {
    return { phoneNumberId: null, numberType: null, from: process.env.SIGNALWIRE_PHONE_NUMBER!, to, reason };
  };

  if (request.phoneNumberId) {
    const number = numbers.find((number) => number.id === request.phoneNumberId);
    if (!number) {
      throw refused('number_not_found', 'phoneNumberId', 'phoneNumberId is not a number of this workspace');
    }
    if (!isUsable(number)) {
      throw refused('number_not_ready', 'phoneNumberId', 'the number of phoneNumberId cannot text now');
    }
    return route(number, 'explicit');
  }
  if (thread && !thread.phoneNumberId) {
    return platform('conversation');
  }
  const own = thread && numbers.find((number) => number.id === thread.phoneNumberId);
  if (own && isUsable(own)) {
    return route(own, 'conversation');
  }
  const usable = numbers.filter(isUsable);
  const wanted = request.numberType ?? own?.numberType;
  const ofDepartment = usable.filter((number) => number.numberType === wanted);
  if (ofDepartment.length > 0) {
    const recent = await listRecentNumbers(tx, workspaceId, to);
    const last = recent.map((id) => ofDepartment.find((number) => number.id === id)).find(Boolean);
    return last ? route(last, 'sticky') : route(ofDepartment[0]!, 'number_type');
  }
  const primary = usable.find((number) => number.numberType === 'primary');
  return primary ? route(primary, 'primary') : platform('platform');
}

async function findThread(tx: Transaction, workspaceId: string, id: string) {
  const [thread] = await tx
    .select({
      channel: conversations.channel,
      phoneNumberId: conversations.phoneNumberId,
      counterpart: conversations.counterpart,
    })
    .from(conversations)
    .where(and(eq(conversations.workspaceId, workspaceId), eq(conversations.id, id)));
  if (!thread) {
    const detail = 'conversationId is not a conversation of this workspace';
    throw refused('conversation_not_found', 'conversationId', detail);
  }
  if (thread.channel !== 'sms') {
    throw invalid('conversationId', 'is a conversation of another channel');
  }
  return thread;
}

function listNumbers(tx: Transaction, workspaceId: string) {
  return tx
    .select()
    .from(phoneNumbers)
    .where(and(eq(phoneNumbers.workspaceId, workspaceId), ne(phoneNumbers.status, 'released')))
    .orderBy(sql`${phoneNumbers.numberType} <> 'primary'`, phoneNumbers.provisionedAt, phoneNumbers.id);
}

function isUsable(number: typeof phoneNumbers.$inferSelect): boolean {
  return number.status === 'active' && number.messagingStatus === 'ready' && number.capabilities.sms === true;
}

async function listRecentNumbers(tx: Transaction, workspaceId: string, counterpart: string) {
  const rows = await tx
    .select({ id: conversations.phoneNumberId })
    .from(conversations)
    .where(
      and(
        eq(conversations.workspaceId, workspaceId),
        eq(conversations.counterpart, counterpart),
        eq(conversations.channel, 'sms'),
        isNotNull(conversations.phoneNumberId),
      ),
    )
    .orderBy(desc(conversations.lastMessageAt));
  return rows.map((row) => row.id);
}

/** Nobody who wants no texts from this number gets one. */
export async function checkConsent(tx: Transaction, workspaceId: string, route: Route): Promise<void> {
  const { phoneNumberId } = route;
  const [found] = await tx
    .select({ id: optOuts.id })
    .from(optOuts)
    .where(
      and(
        eq(optOuts.workspaceId, workspaceId),
        phoneNumberId ? eq(optOuts.phoneNumberId, phoneNumberId) : isNull(optOuts.phoneNumberId),
        eq(optOuts.counterpart, route.to),
        eq(optOuts.state, 'opted_out'),
      ),
    );
  if (found) {
    throw refused('recipient_opted_out', 'to', 'to has opted out of texts and automated calls from this number');
  }
}
