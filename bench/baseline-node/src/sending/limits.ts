// How much a plan sends in a minute and in a day, and what that may cost. Both throw in the transaction that stores the message.
import { and, eq, sql } from 'drizzle-orm';

import { plans } from '../../../../config/business.json';
import type { Transaction } from '../database';
import { tooMany } from '../problem';
import { sendWindows } from '../schema/sending';
import type { Workspace } from '../session';

const MICROS_PER_CENT = 10_000;
const LENGTHS = { minute: 60_000, day: 86_400_000 };

type Window = typeof sendWindows.$inferSelect;

/** Simultaneous sends of a workspace wait here for each other, so exactly the limit passes. */
export async function countSend(tx: Transaction, workspace: Workspace): Promise<void> {
  const { period, startedAt, sent, costMicros } = sendWindows;
  const isOver = sql`${startedAt} + ('1 ' || ${period})::interval <= now()`;
  const started = { workspaceId: workspace.id, startedAt: sql`now()`, sent: 1 };
  const windows = await tx
    .insert(sendWindows)
    .values([
      { ...started, period: 'minute' },
      { ...started, period: 'day' },
    ])
    .onConflictDoUpdate({
      target: [sendWindows.workspaceId, period],
      set: {
        startedAt: sql`case when ${isOver} then now() else ${startedAt} end`,
        sent: sql`case when ${isOver} then 1 else ${sent} + 1 end`,
        costMicros: sql`case when ${isOver} then 0 else ${costMicros} end`,
      },
    })
    .returning();
  const { messagesPerMinute, messagesPerDay } = plans[workspace.tier];
  const most = { minute: messagesPerMinute, day: messagesPerDay };
  const full = windows.filter((window) => window.sent > most[window.period]);
  if (full.length > 0) {
    const detail = `the plan sends ${most.minute} messages a minute and ${most.day} a day; this one would be beyond that`;
    throw tooMany('rate_limited', detail, Math.max(...full.map(secondsLeft)));
  }
}

export async function countSpending(tx: Transaction, workspace: Workspace, micros: number): Promise<void> {
  const [day] = await tx
    .update(sendWindows)
    .set({ costMicros: sql`${sendWindows.costMicros} + ${micros}` })
    .where(and(eq(sendWindows.workspaceId, workspace.id), eq(sendWindows.period, 'day')))
    .returning();
  const { spendingPerDayCents } = plans[workspace.tier];
  if (day!.costMicros > spendingPerDayCents * MICROS_PER_CENT) {
    const detail = `messages and calls of a day may cost ${spendingPerDayCents} cents on this plan`;
    throw tooMany('spending_limit_reached', `${detail}; with this one they would cost more`, secondsLeft(day!));
  }
}

function secondsLeft(window: Window): number {
  return Math.ceil((window.startedAt.getTime() + LENGTHS[window.period] - Date.now()) / 1000);
}
