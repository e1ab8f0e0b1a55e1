// The thread of one of our numbers with a customer, and the contact, made where there are none.
import { and, eq, isNull } from 'drizzle-orm';

import type { Transaction } from '../database';
import { contactPhoneNumbers, contacts, conversations, participants } from '../schema/inbox';

/** The two ends of a thread; without an id, ours is the platform's number. */
export interface Ends {
  workspaceId: string;
  phoneNumberId: string | null;
  ourNumber: string;
  counterpart: string;
}

export async function openConversation(tx: Transaction, ends: Ends): Promise<string> {
  return (await findConversation(tx, ends)) ?? (await createConversation(tx, ends));
}

async function findConversation(tx: Transaction, ends: Ends): Promise<string | undefined> {
  const { phoneNumberId } = ends;
  const [found] = await tx
    .select({ id: conversations.id })
    .from(conversations)
    .where(
      and(
        eq(conversations.workspaceId, ends.workspaceId),
        eq(conversations.channel, 'sms'),
        phoneNumberId ? eq(conversations.phoneNumberId, phoneNumberId) : isNull(conversations.phoneNumberId),
        eq(conversations.counterpart, ends.counterpart),
      ),
    );
  return found?.id;
}

async function createConversation(tx: Transaction, ends: Ends): Promise<string> {
  const { workspaceId, phoneNumberId, ourNumber, counterpart } = ends;
  const [known] = await tx
    .select({ id: contactPhoneNumbers.contactId })
    .from(contactPhoneNumbers)
    .where(
      and(
        eq(contactPhoneNumbers.workspaceId, workspaceId),
        eq(contactPhoneNumbers.matchKey, counterpart),
        isNull(contactPhoneNumbers.removedAt),
      ),
    );
  let contactId = known?.id;
  if (!contactId) {
    const [contact] = await tx.insert(contacts).values({ workspaceId }).returning({ id: contacts.id });
    contactId = contact!.id;
    await tx
      .insert(contactPhoneNumbers)
      .values({ workspaceId, contactId, phoneNumber: counterpart, matchKey: counterpart });
  }
  const [conversation] = await tx
    .insert(conversations)
    .values({
      workspaceId,
      channel: 'sms',
      phoneNumberId,
      ourNumber,
      counterpart,
      contactId,
      status: 'open',
      unreadCount: 0,
      messageCount: 0,
      snippet: '',
      lastMessageAt: new Date(),
    })
    .returning({ id: conversations.id });
  await tx.insert(participants).values({ workspaceId, conversationId: conversation!.id, contactId });
  return conversation!.id;
}
