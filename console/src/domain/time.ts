const TIME = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const WEEKDAY = new Intl.DateTimeFormat(undefined, { weekday: 'short' });
const DAY = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });
const DAY_OF_YEAR = new Intl.DateTimeFormat(undefined, { year: 'numeric', month: 'short', day: 'numeric' });
const LONG_DAY = new Intl.DateTimeFormat(undefined, { weekday: 'long', month: 'long', day: 'numeric' });
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' });

const DAY_MS = 86_400_000;

export function formatTime(iso: string): string {
  return TIME.format(new Date(iso));
}

export function formatFull(iso: string): string {
  return FULL.format(new Date(iso));
}

/** For a list: the time of today, the weekday of this week, else the day. */
export function formatWhen(iso: string, now = new Date()): string {
  const at = new Date(iso);
  const days = daysBetween(at, now);
  if (days <= 0) return TIME.format(at);
  if (days === 1) return 'Yesterday';
  if (days < 7) return WEEKDAY.format(at);
  return at.getFullYear() === now.getFullYear() ? DAY.format(at) : DAY_OF_YEAR.format(at);
}

/** For a line between the messages of two days. */
export function formatDay(iso: string, now = new Date()): string {
  const at = new Date(iso);
  const days = daysBetween(at, now);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return at.getFullYear() === now.getFullYear() ? LONG_DAY.format(at) : DAY_OF_YEAR.format(at);
}

/** For a moment to come: `8:00 AM`, `tomorrow, 8:00 AM`. */
export function formatUpcoming(iso: string, now = new Date()): string {
  const at = new Date(iso);
  const days = daysBetween(now, at);
  if (days <= 0) return TIME.format(at);
  return `${days === 1 ? 'tomorrow' : DAY.format(at)}, ${TIME.format(at)}`;
}

export function isSameDay(first: string, second: string): boolean {
  return daysBetween(new Date(first), new Date(second)) === 0;
}

/** `75` is `1:15`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** Days of the calendar from one to the other; rounding takes care of the hour that daylight saving adds or takes. */
function daysBetween(from: Date, to: Date): number {
  const midnight = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  return Math.round((midnight(to) - midnight(from)) / DAY_MS);
}
