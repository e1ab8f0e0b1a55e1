// The ledger's sums: what was used on each day, why messages failed, how long customers waited.
import { sql } from 'drizzle-orm';

import { database } from '../database';
import { dateOf, type Days } from './days';

const COUNTS = [
  'inbound',
  'outbound',
  'open',
  'sent',
  'delivered',
  'undelivered',
  'failed',
  'canceled',
  'answered',
  'missed',
  'voicemail',
  'units',
  'cost_micros',
  'estimated_micros',
  'revenue_micros',
] as const;
const OUTCOMES = ['sent', 'delivered', 'undelivered', 'failed', 'canceled', 'answered', 'missed', 'voicemail'];

type Count = (typeof COUNTS)[number];
export type Totals = Record<Count, number>;

export interface DayUsage {
  date: string;
  numberType: string | null;
  service: string;
  totals: Totals;
}

const SUMS = sql.raw(COUNTS.map((count) => `sum(u.${count})::bigint AS ${count}`).join(', '));
/** What is added up of `usage_slots`. */
const SLOT = sql.raw(`number_type, service, ${COUNTS.join(', ')}`);
/** The same of `usage_changes`, where each outcome has its row: what is not in the sums yet. */
const CHANGE = sql.raw(`number_type, service,
  CASE direction WHEN 'inbound' THEN events::integer ELSE 0 END,
  CASE direction WHEN 'outbound' THEN events::integer ELSE 0 END,
  CASE WHEN outcome IN ('open', 'scheduled') THEN events::integer ELSE 0 END,
  ${OUTCOMES.map((outcome) => `CASE outcome WHEN '${outcome}' THEN events::integer ELSE 0 END`).join(', ')},
  units::integer, cost_micros, estimated_micros, revenue_micros`);

// Each day is put together of whole hours of UTC, and of the quarters with which it begins and ends in zones such as India's. The
// days are counted by integers because the planner knows how many those are; of a series of times it expects a thousand.
export async function listDays(workspaceId: string, days: Days, timeZone: string): Promise<DayUsage[]> {
  const { rows } = await database.execute(sql`
    WITH days AS MATERIALIZED (
      SELECT *, greatest(date_bin('1 hour', ends, 'epoch'), hours_from) AS hours_to FROM (
        SELECT day AS date, starts, ends,
          least(date_bin('1 hour', starts + interval '59 minutes 59 seconds', 'epoch'), ends) AS hours_from
        FROM (
          SELECT day, day::timestamp AT TIME ZONE ${timeZone} AS starts,
            (day + 1)::timestamp AT TIME ZONE ${timeZone} AS ends
          FROM (
            SELECT ${days.from}::date + i AS day
            FROM generate_series(0, ${days.to}::date - ${days.from}::date) AS i
          ) AS dates
        ) AS stretches
      ) AS bounds
    )
    SELECT days.date::text AS date, day.* FROM days CROSS JOIN LATERAL (
      SELECT u.number_type, u.service, ${SUMS} FROM (
        SELECT ${SLOT} FROM usage_slots
        WHERE workspace_id = ${workspaceId} AND grain = 60 AND slot >= days.hours_from AND slot < days.hours_to
        UNION ALL
        SELECT ${SLOT} FROM usage_slots
        WHERE workspace_id = ${workspaceId} AND grain = 15 AND slot >= days.starts AND slot < days.hours_from
        UNION ALL
        SELECT ${SLOT} FROM usage_slots
        WHERE workspace_id = ${workspaceId} AND grain = 15 AND slot >= days.hours_to AND slot < days.ends
        UNION ALL
        SELECT ${CHANGE} FROM usage_changes
        WHERE workspace_id = ${workspaceId} AND slot >= days.starts AND slot < days.ends
      ) AS u GROUP BY u.number_type, u.service
    ) AS day ORDER BY days.date, day.number_type, day.service`);
  return (rows as Record<string, string>[]).map((row) => ({
    date: row.date!,
    numberType: row.number_type ?? null,
    service: row.service!,
    totals: Object.fromEntries(COUNTS.map((count) => [count, Number(row[count])])) as Totals,
  }));
}

export function addUp(usage: DayUsage[]): Totals {
  const sum = (count: Count) => usage.reduce((sum, day) => sum + day.totals[count], 0);
  return Object.fromEntries(COUNTS.map((count) => [count, sum(count)])) as Totals;
}

/** The error codes of a time, the most frequent first. */
export async function listErrors(workspaceId: string, { starts, ends }: Days) {
  const { rows } = await database.execute<{ error_code: string; messages: string }>(sql`
    SELECT error_code, count(*) AS messages FROM carrier_charges
    WHERE workspace_id = ${workspaceId} AND occurred_at >= ${starts} AND occurred_at < ${ends}
      AND error_code IS NOT NULL
    GROUP BY error_code ORDER BY messages DESC, error_code LIMIT 10`);
  return rows.map((row) => ({ code: row.error_code, count: Number(row.messages) }));
}

export interface AnswerBucket {
  bucket: number;
  answers: number;
}

/** How long customers waited: whole days of UTC from the sums, the rest one by one. */
export async function listAnswers(workspaceId: string, { starts, ends }: Days): Promise<AnswerBucket[]> {
  const midnight = (at: number) => new Date(Math.floor(at / 86_400_000) * 86_400_000);
  const first = midnight(starts.getTime() + 86_399_999);
  const last = midnight(Math.max(ends.getTime(), first.getTime()));
  const head = first < ends ? first : ends;
  const { rows } = await database.execute<{ bucket: number; answers: string }>(sql`
    SELECT bucket, sum(answers)::bigint AS answers FROM (
      SELECT bucket, answers FROM answers_daily
      WHERE workspace_id = ${workspaceId} AND day >= ${dateOf(first.getTime())} AND day < ${dateOf(last.getTime())}
      UNION ALL
      SELECT bucket, 1 FROM answer_changes
      WHERE workspace_id = ${workspaceId} AND day >= ${dateOf(first.getTime())} AND day < ${dateOf(last.getTime())}
      UNION ALL
      SELECT bucket, 1 FROM first_answers
      WHERE workspace_id = ${workspaceId} AND answered_at >= ${starts} AND answered_at < ${head}
      UNION ALL
      SELECT bucket, 1 FROM first_answers
      WHERE workspace_id = ${workspaceId} AND answered_at >= ${last} AND answered_at < ${ends}
    ) AS a GROUP BY bucket ORDER BY bucket`);
  return rows.map((row) => ({ bucket: row.bucket, answers: Number(row.answers) }));
}
