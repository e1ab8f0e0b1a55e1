// From the ledger's sums to the volume, the rates and the waits.
import { addUp, type AnswerBucket, type DayUsage } from './usage';

/** Each bucket of waits reaches this many times as far as the one before it. */
const GROWTH = 1.1;
/** Months of numbers and of campaigns have no channel. */
const CHANNELS = ['sms', 'whatsapp', 'voice', 'email'];

/** A late change of department or time leaves a row of noughts behind. */
export function dayVolumes(usage: DayUsage[]) {
  const happened = usage.filter(
    ({ service, totals }) => CHANNELS.includes(service) && totals.inbound + totals.outbound > 0,
  );
  return happened.map(({ date, numberType, service, totals }) => ({
    date,
    numberType,
    channel: service,
    inbound: totals.inbound,
    outbound: totals.outbound,
    delivered: totals.delivered,
    failed: totals.undelivered + totals.failed,
    answered: totals.answered,
    missed: totals.missed,
    voicemail: totals.voicemail,
    units: totals.units,
    costMicros: totals.cost_micros,
  }));
}

export function messagesOf(usage: DayUsage[]) {
  const totals = addUp(usage.filter(({ service }) => service !== 'voice' && CHANNELS.includes(service)));
  const { inbound, outbound, open, sent, delivered, undelivered, failed, canceled } = totals;
  const settled = sent + delivered + undelivered + failed;
  return {
    inbound,
    outbound,
    open,
    sent,
    delivered,
    undelivered,
    failed,
    canceled,
    deliveryRate: rate(delivered, settled),
    failureRate: rate(undelivered + failed, settled),
  };
}

/** A share, rounded to four digits. */
function rate(part: number, whole: number): number | null {
  return whole > 0 ? Math.round((part / whole) * 10_000) / 10_000 : null;
}

export function callsOf(usage: DayUsage[]) {
  const { inbound, outbound, answered, missed, voicemail, failed, units } = addUp(
    usage.filter(({ service }) => service === 'voice'),
  );
  return { inbound, outbound, answered, missed, voicemail, failed, minutes: units };
}

/** `buckets` in their order. */
export function responseTime(buckets: AnswerBucket[]) {
  const answers = buckets.reduce((sum, { answers }) => sum + answers, 0);
  const percentile = (share: number) => {
    const rank = Math.max(1, Math.ceil(answers * share));
    let seen = 0;
    const found = buckets.find((bucket) => (seen += bucket.answers) >= rank);
    return found ? Math.round(GROWTH ** (found.bucket + 0.5)) : null;
  };
  return { answers, medianSeconds: percentile(0.5), p90Seconds: percentile(0.9) };
}
