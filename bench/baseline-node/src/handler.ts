// What `receive-message` does for a text to a workspace's number: checks the signature, finds the owner, makes contact and
// conversation where there are none, and stores the message once.
import { and, eq, ne, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { Pool } from 'pg';

import { contactPhoneNumbers, contacts, conversations, messages, participants, phoneNumbers } from './schema';
import { isSigned } from './signature';

interface Event {
  headers: Record<string, string>;
  body: string;
  isBase64Encoded: boolean;
}

interface Answer {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}

// One connection for each instance, kept from call to call, and the roots of the database's certificate.
const pool = new Pool({
  connectionString: process.env.DATABASE_URL,
  max: 1,
  ssl: process.env.DATABASE_ROOTS ? { ca: process.env.DATABASE_ROOTS } : undefined,
});
const database = drizzle(pool);

const EMPTY: Answer = {
  statusCode: 200,
  headers: { 'content-type': 'text/xml' },
  body: '<?xml version="1.0" encoding="UTF-8"?><Response/>',
};

export async function handler(event: Event): Promise<Answer> {
  const body = event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString('utf8') : event.body;
  const form = new URLSearchParams(body);
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
      .select()
      .from(phoneNumbers)
      .where(and(eq(phoneNumbers.phoneNumber, text.to), ne(phoneNumbers.status, 'released')));
    if (!number) {
      throw new Error('nobody owns this number');
    }
    const workspaceId = number.workspaceId;
    const conversation =
      (await findConversation(tx, workspaceId, number.id, text.from)) ?? (await openConversation(tx, number, text));
    const stored = await tx
      .insert(messages)
      .values({
        workspaceId,
        conversationId: conversation.id,
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
      .where(eq(conversations.id, conversation.id));
  });
}

type Transaction = Parameters<Parameters<typeof database.transaction>[0]>[0];

async function findConversation(tx: Transaction, workspaceId: string, phoneNumberId: string, counterpart: string) {
  const [found] = await tx
    .select({ id: conversations.id })
    .from(conversations)
    .where(
      and(
        eq(conversations.workspaceId, workspaceId),
        eq(conversations.channel, 'sms'),
        eq(conversations.phoneNumberId, phoneNumberId),
        eq(conversations.counterpart, counterpart),
      ),
    );
  return found;
}

async function openConversation(tx: Transaction, number: typeof phoneNumbers.$inferSelect, text: Text) {
  const workspaceId = number.workspaceId;
  const [known] = await tx
    .select({ id: contactPhoneNumbers.contactId })
    .from(contactPhoneNumbers)
    .where(and(eq(contactPhoneNumbers.workspaceId, workspaceId), eq(contactPhoneNumbers.matchKey, text.from)));
  let contactId = known?.id;
  if (!contactId) {
    const [contact] = await tx.insert(contacts).values({ workspaceId }).returning({ id: contacts.id });
    contactId = contact!.id;
    await tx
      .insert(contactPhoneNumbers)
      .values({ workspaceId, contactId, phoneNumber: text.from, matchKey: text.from });
  }
  const [conversation] = await tx
    .insert(conversations)
    .values({
      workspaceId,
      channel: 'sms',
      phoneNumberId: number.id,
      ourNumber: text.to,
      counterpart: text.from,
      contactId,
      status: 'open',
      unreadCount: 0,
      messageCount: 0,
      snippet: '',
      lastMessageAt: new Date(),
    })
    .returning({ id: conversations.id });
  await tx.insert(participants).values({ workspaceId, conversationId: conversation!.id, contactId });
  return conversation!;
}
