// What `receive-message-status` does for a text that we sent: checks the signature, which covers our message's id in the query,
// keeps the callback as it came, and moves the message forward.
import { and, eq, isNull, or, sql } from 'drizzle-orm';

import { explain } from '../carrier-codes';
import { database, type Transaction } from '../database';
import { bodyOf, type Answer, type Event } from '../http';
import { fromCarrier, statusesBefore } from '../inbox/status';
import { serve } from '../main';
import { messageEvents } from '../schema/events';
import { messages } from '../schema/inbox';
import { isSigned } from '../signature';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

async function receiveMessageStatus(event: Event): Promise<Answer> {
  const form = new URLSearchParams(bodyOf(event));
  const query = event.rawQueryString;
  const url = query ? `${process.env.MESSAGE_STATUS_WEBHOOK_URL}?${query}` : process.env.MESSAGE_STATUS_WEBHOOK_URL!;
  const signature = event.headers['x-signalwire-signature'] ?? '';
  if (!isSigned(process.env.SIGNALWIRE_SIGNING_KEY!, url, form, signature)) {
    return { statusCode: 403, headers: {}, body: '' };
  }
  const messageId = new URLSearchParams(query).get('message') ?? '';
  await record(UUID.test(messageId) ? messageId : null, form);
  return { statusCode: 204, headers: {}, body: '' };
}

async function record(messageId: string | null, form: URLSearchParams): Promise<void> {
  const sid = form.get('MessageSid') || null;
  const rawStatus = form.get('MessageStatus') || null;
  const status = fromCarrier(rawStatus);
  const errorCode = form.get('ErrorCode') || null;
  const errorMessage = explain(errorCode)?.cause ?? (form.get('ErrorMessage') || null);

  await database.transaction(async (tx) => {
    const message = await findMessage(tx, messageId, sid);
    await tx.insert(messageEvents).values({
      workspaceId: message?.workspaceId,
      messageId: message?.id,
      carrierSid: sid,
      status: rawStatus,
      errorCode,
      payload: Object.fromEntries(form),
      movesTo: status,
      errorMessage,
    });
    const isForward = message?.direction === 'outbound' && status && statusesBefore(status).includes(message.status);
    if (!isForward) {
      return;
    }
    const hasLeft = status === 'sent' || status === 'delivered';
    await tx
      .update(messages)
      .set({
        status,
        carrierSid: sql`coalesce(${messages.carrierSid}, ${sid})`,
        errorCode: errorCode ?? undefined,
        errorMessage: errorMessage ?? undefined,
        sentAt: hasLeft ? sql`coalesce(${messages.sentAt}, now())` : undefined,
        deliveredAt: status === 'delivered' ? sql`now()` : undefined,
        updatedAt: sql`now()`,
      })
      .where(and(eq(messages.workspaceId, message.workspaceId), eq(messages.id, message.id)));
  });
}

/** By the carrier's id, or by ours unless the carrier's stored id contradicts it. The workspace is what this finds out. */
async function findMessage(tx: Transaction, messageId: string | null, sid: string | null) {
  const bySid = sid === null ? undefined : eq(messages.carrierSid, sid);
  const byId = messageId === null ? undefined : and(eq(messages.id, messageId), or(isNull(messages.carrierSid), bySid));
  if (!bySid && !byId) {
    return undefined;
  }
  const [found] = await tx
    .select({
      id: messages.id,
      workspaceId: messages.workspaceId,
      direction: messages.direction,
      status: messages.status,
    })
    .from(messages)
    .where(or(byId, bySid))
    .orderBy(sql`${messages.carrierSid} = ${sid} desc nulls last`)
    .limit(1)
    .for('update');
  return found;
}

void serve(receiveMessageStatus);
