// Costs, revenue, and where the month leads. Members see costs, administrators revenue as well.
import { sql } from 'drizzle-orm';

import { database } from '../database';
import type { Range } from './days';
import { addUp, type DayUsage } from './usage';

export function money(usage: DayUsage[], subscription: number, isAdministrator: boolean) {
  const seen = (micros: number) => (isAdministrator ? micros : null);
  const services = [...new Set(usage.map((day) => day.service))].sort();
  const byService = services.map((service) => {
    const totals = addUp(usage.filter((day) => day.service === service));
    return {
      service,
      units: totals.units,
      costMicros: totals.cost_micros,
      estimatedCostMicros: totals.estimated_micros,
      revenueMicros: seen(totals.revenue_micros),
    };
  });
  const all = addUp(usage);
  const revenue = all.revenue_micros + subscription;
  return {
    byService,
    subscriptionRevenueMicros: seen(subscription),
    costMicros: all.cost_micros,
    estimatedCostMicros: all.estimated_micros,
    revenueMicros: seen(revenue),
    marginMicros: seen(revenue - all.cost_micros),
  };
}

interface Amounts {
  cost: number;
  revenue: number;
}

/** Months of numbers that begin between two times to come, as dear as the months before them. */
export async function readComingMonths(workspaceId: string, now: Date, until: Date): Promise<Amounts> {
  const { rows } = await database.execute<{ cost: string; revenue: string }>(sql`
    SELECT coalesce(sum(latest.cost_micros), 0) AS cost, coalesce(sum(latest.revenue_micros), 0) AS revenue FROM (
      SELECT DISTINCT ON (phone_number_id) phone_number_id, occurred_at, revenue_micros,
        coalesce(final_micros, estimated_micros) AS cost_micros
      FROM carrier_charges
      WHERE workspace_id = ${workspaceId} AND service = 'number' AND occurred_at <= ${now}
      ORDER BY phone_number_id, occurred_at DESC
    ) AS latest
    JOIN workspace_phone_numbers n ON n.workspace_id = ${workspaceId} AND n.id = latest.phone_number_id
      AND n.status <> 'released'
    WHERE latest.occurred_at + interval '1 month' < ${until}`);
  return { cost: Number(rows[0]!.cost), revenue: Number(rows[0]!.revenue) };
}

export interface Month {
  usage: DayUsage[];
  coming: Amounts;
  subscriptionSoFar: number;
  subscriptionWhole: number;
}

/** Usage goes on by the day, numbers by their months. */
export function monthToDate(month: Month, { month: days, today }: Range, now: Date, isAdministrator: boolean) {
  const seen = (micros: number) => (isAdministrator ? micros : null);
  const numbers = addUp(month.usage.filter((day) => day.service === 'number'));
  const used = addUp(month.usage.filter((day) => day.service !== 'number'));
  const whole = (days.ends.getTime() - days.starts.getTime()) / 1000;
  const elapsed = Math.floor((now.getTime() - days.starts.getTime()) / 1000);
  const grown = (sum: number) => Math.trunc((sum * whole) / Math.min(Math.max(elapsed, 1), whole));
  // The first day says too little.
  const isTelling = elapsed >= 86_400;
  const cost = numbers.cost_micros + month.coming.cost + grown(used.cost_micros);
  const revenue = numbers.revenue_micros + month.coming.revenue + grown(used.revenue_micros) + month.subscriptionWhole;
  return {
    from: days.from,
    to: today,
    costMicros: numbers.cost_micros + used.cost_micros,
    revenueMicros: seen(numbers.revenue_micros + used.revenue_micros + month.subscriptionSoFar),
    forecastCostMicros: isTelling ? cost : null,
    forecastRevenueMicros: isTelling ? seen(revenue) : null,
  };
}
