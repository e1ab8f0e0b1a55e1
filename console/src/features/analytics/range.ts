import { addDays, countDays, firstOfMonth, isDay, type Day, type DayRange } from './days';

export const PRESETS = [
  { preset: '7d', label: 'Last 7 days' },
  { preset: '30d', label: 'Last 30 days' },
  { preset: '90d', label: 'Last 90 days' },
  { preset: 'month', label: 'This month' },
  { preset: 'last-month', label: 'Last month' },
  { preset: 'year', label: 'Last 365 days' },
] as const;

export type Preset = (typeof PRESETS)[number]['preset'];

/** Which days are shown. It is in the address; a preset moves on with the days, a range of one's own stays. */
export type Choice = { preset: Preset } | DayRange;

const USUAL: Preset = '30d';
/** What the API answers at most. */
export const MOST_DAYS = 366;

/** What is wrong with a range, in words for the form. */
export function rangeProblem({ from, to }: DayRange): string | undefined {
  if (!isDay(from) || !isDay(to)) return 'Enter both days.';
  if (from > to) return 'The first day is after the last.';
  if (countDays({ from, to }) > MOST_DAYS) return `At most ${MOST_DAYS} days.`;
  return undefined;
}

/** Words that mean nothing are ignored: addresses are typed and go stale. */
export function parseChoice(query: URLSearchParams): Choice {
  const own = { from: query.get('from') ?? '', to: query.get('to') ?? '' };
  if (!rangeProblem(own)) return own;
  return { preset: PRESETS.find(({ preset }) => preset === query.get('range'))?.preset ?? USUAL };
}

/** What else the address has stays. */
export function writeChoice(choice: Choice, query = new URLSearchParams()): URLSearchParams {
  const written = new URLSearchParams(query);
  for (const name of ['range', 'from', 'to']) written.delete(name);
  if (!('preset' in choice)) {
    written.set('from', choice.from);
    written.set('to', choice.to);
  } else if (choice.preset !== USUAL) {
    written.set('range', choice.preset);
  }
  return written;
}

export function daysOf(choice: Choice, today: Day): DayRange {
  if (!('preset' in choice)) return choice;
  switch (choice.preset) {
    case '7d':
      return { from: addDays(today, -6), to: today };
    case '30d':
      return { from: addDays(today, -29), to: today };
    case '90d':
      return { from: addDays(today, -89), to: today };
    case 'year':
      return { from: addDays(today, -364), to: today };
    case 'month':
      return { from: firstOfMonth(today), to: today };
    case 'last-month': {
      const last = addDays(firstOfMonth(today), -1);
      return { from: firstOfMonth(last), to: last };
    }
  }
}
