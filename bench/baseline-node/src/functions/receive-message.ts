// What `receive-message` does for a text to a workspace's number: checks the signature, finds the owner, makes contact and
// conversation where there are none, and stores the message once.
import { and, eq, ne, sql } from 'drizzle-orm';

import { database } from '../database';
import { bodyOf, type Answer, type Event } from '../http';
import { openConversation } from '../inbox/conversation';
import { serve } from '../main';
import { conversations, messages, phoneNumbers } from '../schema/inbox';
import { isSigned } from '../signature';

const EMPTY: Answer = {
  statusCode: 200,
  headers: { 'content-type': 'text/xml' },
  body: '<?xml version="1.0" encoding="UTF-8"?><Response/>',
};

async function receiveMessage(event: Event): Promise<Answer> {
  const form = new URLSearchParams(bodyOf(event));
  const signature = event.headers['x-signalwire-signature'] ?? '';
  if (!isSigned(process.env.SIGNALWIRE_SIGNING_KEY!, process.env.MESSAGE_WEBHOOK_URL!, form, signature)) {
    return { statusCode: 403, headers: {}, body: '' };
  }
  await store({
    sid: form.get('MessageSid') ?? '',
    from: form.get('From') ?? '',
    to: form.get('To') ?? '',
    body: form.get('Body') ?? '',
    segments: Number(form.get('NumSegments') ?? '1'),
  });
  return EMPTY;
}

interface Text {
  sid: string;
  from: string;
  to: string;
  body: string;
  segments: number;
}

async function store(text: Text): Promise<void> {
  await database.transaction(async (tx) => {
    const [number] = await tx
      .select({ id: phoneNumbers.id, workspaceId: phoneNumbers.workspaceId, numberType: phoneNumbers.numberType })
      .from(phoneNumbers)
      .where(and(eq(phoneNumbers.phoneNumber, text.to), ne(phoneNumbers.status, 'released')));
    if (!number) {
      throw new Error('nobody owns this number');
    }
    const workspaceId = number.workspaceId;
    const ends = { workspaceId, phoneNumberId: number.id, ourNumber: text.to, counterpart: text.from };
    const conversationId = await openConversation(tx, ends);
    const stored = await tx
      .insert(messages)
      .values({
        workspaceId,
        conversationId,
        phoneNumberId: number.id,
        numberType: number.numberType,
        direction: 'inbound',
        channel: 'sms',
        body: text.body,
        media: [],
        fromNumber: text.from,
        toNumber: text.to,
        status: 'received',
        carrierSid: text.sid,
        segments: text.segments,
      })
      .onConflictDoNothing({ target: messages.carrierSid })
      .returning({ id: messages.id });
    if (stored.length === 0) {
      return;
    }
    await tx
      .update(conversations)
      .set({
        unreadCount: sql`${conversations.unreadCount} + 1`,
        messageCount: sql`${conversations.messageCount} + 1`,
        snippet: text.body.slice(0, 160),
        lastMessageAt: sql`now()`,
        status: 'open',
      })
      .where(and(eq(conversations.workspaceId, workspaceId), eq(conversations.id, conversationId)));
  });
}

void serve(receiveMessage);
