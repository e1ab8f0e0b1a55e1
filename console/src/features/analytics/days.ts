/** A day of the calendar as the API writes it: `2026-01-31`. */
export type Day = string;

export interface DayRange {
  from: Day;
  /** Included. */
  to: Day;
}

const DAY_MS = 86_400_000;
// A day of the calendar has no time zone; in UTC each has 24 hours.
const SHORT = new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', month: 'short', day: 'numeric' });
const MONTH = new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', month: 'short', year: 'numeric' });

/** Whose days are shown: those of who looks. */
export function localTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export function localToday(now = new Date()): Day {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

export function isDay(text: string): boolean {
  return /^[12]\d{3}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && addDays(text, 0) === text;
}

export function addDays(day: Day, count: number): Day {
  return new Date(Date.parse(day) + count * DAY_MS).toISOString().slice(0, 10);
}

/** Days of the range, both ends included. */
export function countDays({ from, to }: DayRange): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;
}

export function firstOfMonth(day: Day): Day {
  return `${day.slice(0, 7)}-01`;
}

/** `Jan 31` */
export function formatShortDay(day: Day): string {
  return SHORT.format(new Date(day));
}

/** `Jan 2026` */
export function formatMonth(day: Day): string {
  return MONTH.format(new Date(day));
}

/** Days that are one column of a chart. */
export interface Period extends DayRange {
  label: string;
}

const MOST_DAYS_AS_COLUMNS = 62;
const MOST_DAYS_AS_WEEKS = 190;

/** The columns of a range: days, or weeks or months when they would become too narrow. */
export function periodsOf(range: DayRange): Period[] {
  const days = countDays(range);
  const nextAfter =
    days <= MOST_DAYS_AS_COLUMNS
      ? (day: Day) => addDays(day, 1)
      : days <= MOST_DAYS_AS_WEEKS
        ? (day: Day) => addDays(day, 7)
        : (day: Day) => firstOfMonth(addDays(firstOfMonth(day), 31));
  const periods: Period[] = [];
  for (let from = range.from; from <= range.to; from = nextAfter(from)) {
    const last = addDays(nextAfter(from), -1);
    const to = last > range.to ? range.to : last;
    periods.push({ from, to, label: labelOf(from, to, days) });
  }
  return periods;
}

function labelOf(from: Day, to: Day, days: number): string {
  if (days > MOST_DAYS_AS_WEEKS) return formatMonth(from);
  return from === to ? formatShortDay(from) : `${formatShortDay(from)} – ${formatShortDay(to)}`;
}
