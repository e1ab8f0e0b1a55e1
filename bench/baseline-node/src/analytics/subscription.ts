// What a subscription earns: what was paid, at the time at which it was paid; and for the time that no payment covers the plan's
// price, by the second.
import { sql } from 'drizzle-orm';

import { plans } from '../../../../config/business.json';
import { database } from '../database';

const MICROS_PER_CENT = 10_000;

interface Stretch {
  from: number;
  to: number;
}

interface Plan {
  tier: keyof typeof plans;
  startsAt: number;
  endsAt: number;
}

interface Payment {
  micros: number;
  paidAt: number;
  coversUntil: number;
}

export interface Subscription {
  plans: Plan[];
  payments: Payment[];
}

/** The plans and payments that touch the time from `since` on. */
export async function readSubscription(workspaceId: string, since: Date): Promise<Subscription> {
  const periods = await database.execute<{ tier: Plan['tier']; starts: string; ends: string | null }>(sql`
    SELECT tier, extract(epoch from starts_at) * 1000 AS starts, extract(epoch from ends_at) * 1000 AS ends
    FROM plan_periods WHERE workspace_id = ${workspaceId} AND (ends_at IS NULL OR ends_at > ${since})
    ORDER BY starts_at`);
  const paid = await database.execute<{ cents: string; paid: string; until: string }>(sql`
    SELECT amount_cents AS cents, extract(epoch from paid_at) * 1000 AS paid,
      extract(epoch from covers_until) * 1000 AS until
    FROM subscription_payments
    WHERE workspace_id = ${workspaceId} AND status IN ('paid', 'trial') AND currency = 'USD' AND covers_until > ${since}
    ORDER BY paid_at`);
  return {
    plans: periods.rows.map(({ tier, starts, ends }) => {
      return { tier, startsAt: Number(starts), endsAt: ends === null ? Infinity : Number(ends) };
    }),
    payments: paid.rows.map(({ cents, paid, until }) => {
      return { micros: Number(cents) * MICROS_PER_CENT, paidAt: Number(paid), coversUntil: Number(until) };
    }),
  };
}

/** The revenue from one instant (included) to another (excluded), in micro-dollars. */
export function earned({ plans: periods, payments }: Subscription, starts: Date, ends: Date): number {
  const [from, to] = [starts.getTime(), ends.getTime()];
  let sum = 0;
  for (const payment of payments) {
    sum += from <= payment.paidAt && payment.paidAt < to ? payment.micros : 0;
  }
  for (const { tier, startsAt, endsAt } of periods) {
    const price = plans[tier].monthlyPriceCents * MICROS_PER_CENT;
    for (const piece of uncovered({ from: Math.max(startsAt, from), to: Math.min(endsAt, to) }, payments)) {
      sum += shareOfMonths(piece, price);
    }
  }
  return sum;
}

/** What is left of a stretch of time when everything that was paid for is taken out. */
function uncovered(stretch: Stretch, payments: Payment[]): Stretch[] {
  let left = [stretch];
  for (const { paidAt, coversUntil } of payments) {
    left = left.flatMap(({ from, to }) => [
      { from, to: Math.min(to, paidAt) },
      { from: Math.max(from, coversUntil), to },
    ]);
  }
  return left.filter(({ from, to }) => from < to);
}

/** A second of a month is worth its share of that month of UTC; each piece is rounded down. */
function shareOfMonths({ from, to }: Stretch, price: number): number {
  let sum = 0;
  for (let at = from; at < to; ) {
    const date = new Date(at);
    const month = Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
    const next = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
    const until = Math.min(to, next);
    sum += Math.floor((price * Math.floor((until - at) / 1000)) / ((next - month) / 1000));
    at = until;
  }
  return sum;
}
