const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
// A day without a time is the same day everywhere.
const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeZone: 'UTC' });

/** The day of a moment, here. */
export function formatDate(iso: string): string {
  return DATE.format(new Date(iso));
}

/** `2026-12-04` is Friday, December 4, 2026. */
export function formatCalendarDay(day: string): string {
  return DAY.format(new Date(day));
}

/** The moment that many business days later, whatever the holidays. */
export function addBusinessDays(iso: string, days: number): string {
  const at = new Date(iso);
  for (let left = days; left > 0; ) {
    at.setDate(at.getDate() + 1);
    if (at.getDay() !== 0 && at.getDay() !== 6) left -= 1;
  }
  return at.toISOString();
}
