// How far a text has come. Callbacks come twice, late and out of order: a status is taken only when it is further on.

const WAY = ['pending', 'unknown', 'queued', 'sending', 'sent'];
const CARRIERS_WORDS: Record<string, string> = {
  queued: 'queued',
  accepted: 'queued',
  scheduled: 'queued',
  initiated: 'sending',
  sending: 'sending',
  sent: 'sent',
  delivered: 'delivered',
  read: 'delivered',
  undelivered: 'undelivered',
  failed: 'failed',
  invalid: 'failed',
  canceled: 'failed',
  receiving: 'received',
  received: 'received',
};

export function fromCarrier(word: string | null): string | null {
  return CARRIERS_WORDS[word ?? ''] ?? null;
}

/** Every status that may give way to this one. The ends (delivered, undelivered, failed …) give way to none. */
export function statusesBefore(status: string): string[] {
  const place = WAY.indexOf(status);
  return place < 0 ? WAY : WAY.slice(0, place);
}
