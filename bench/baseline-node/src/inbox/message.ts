// A message as members see it.
import { explain } from '../carrier-codes';
import { messages } from '../schema/inbox';

export function showMessage(row: typeof messages.$inferSelect) {
  const explained = explain(row.errorCode);
  return {
    id: row.id,
    conversationId: row.conversationId,
    direction: row.direction,
    channel: row.channel,
    subject: row.subject,
    body: row.body,
    media: row.media,
    from: row.fromNumber,
    to: row.toNumber,
    phoneNumberId: row.phoneNumberId,
    numberType: row.numberType,
    senderReason: row.senderReason,
    status: row.status,
    errorCode: row.errorCode,
    errorMessage: row.errorMessage ?? explained?.cause ?? null,
    advice: explained?.advice ?? null,
    segments: row.segments,
    estimatedCostMicros: row.estimatedCostMicros,
    costMicros: row.costMicros,
    sentBy: row.sentBy,
    scheduledFor: row.scheduledFor,
    createdAt: row.createdAt,
    deliveredAt: row.deliveredAt,
    call: null,
  };
}
