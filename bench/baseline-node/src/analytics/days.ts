// `from`, `to` and `timeZone` of a report, and the month that today lies in.
import { invalid } from '../problem';

const DAY = 86_400_000;
/** Days of a report when the request does not say. */
const DEFAULT_DAYS = 30;
/** Most days of a report: a leap year. */
const MOST_DAYS = 366;

/** Days of a time zone, both included, and their first instant and the one after the last. */
export interface Days {
  from: string;
  to: string;
  starts: Date;
  ends: Date;
}

export interface Range {
  timeZone: string;
  today: string;
  asked: Days;
  month: Days;
}

export function parseRange(rawQuery: string, now: Date): Range {
  const query = new URLSearchParams(rawQuery);
  const timeZone = query.get('timeZone') || 'UTC';
  const clock = clockOf(timeZone);
  const today = dateOf(clock(now.getTime()));
  const to = parseDate(query, 'to') ?? today;
  const from = parseDate(query, 'from') ?? plusDays(to, 1 - DEFAULT_DAYS);
  if (from > to) {
    throw invalid('from', 'must not be after `to`');
  }
  if (Date.parse(to) - Date.parse(from) >= MOST_DAYS * DAY) {
    throw invalid('from', `must be at most ${MOST_DAYS} days with \`to\``);
  }
  const [year, month] = today.split('-').map(Number) as [number, number];
  const days = (from: string, to: string): Days => {
    return { from, to, starts: dayStart(from, clock), ends: dayStart(plusDays(to, 1), clock) };
  };
  const monthEnd = dateOf(Date.UTC(year, month, 0));
  return { timeZone, today, asked: days(from, to), month: days(`${today.slice(0, 7)}-01`, monthEnd) };
}

function parseDate(query: URLSearchParams, name: string): string | undefined {
  const text = query.get(name) || undefined;
  const isDate = text && /^[12][0-9]{3}-[0-9]{2}-[0-9]{2}$/.test(text) && plusDays(text, 0) === text;
  if (text && !isDate) {
    throw invalid(name, 'must be a date such as 2026-01-31');
  }
  return text;
}

function plusDays(date: string, days: number): string {
  const at = Date.parse(date) + days * DAY;
  return Number.isNaN(at) ? '' : dateOf(at);
}

export function dateOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** What the zone's clocks show at an instant, as if that were UTC. */
type Clock = (at: number) => number;

function clockOf(timeZone: string): Clock {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    throw invalid('timeZone', 'must be a name of the time zone database, such as America/Chicago');
  }
  return (at) => {
    const shown = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    return Date.UTC(shown.year!, shown.month! - 1, shown.day, shown.hour, shown.minute, shown.second);
  };
}

/** Midnight, by the difference from UTC that holds then and not only at the same time in UTC. */
function dayStart(date: string, clock: Clock): Date {
  const midnight = Date.parse(date);
  const guess = midnight - (clock(midnight) - midnight);
  return new Date(midnight - (clock(guess) - guess));
}
