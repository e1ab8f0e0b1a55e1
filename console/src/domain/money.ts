const CENTS = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
const FRACTIONS = new Intl.NumberFormat('en-US', {
  style: 'currency',
  currency: 'USD',
  minimumFractionDigits: 2,
  maximumFractionDigits: 4,
});

/** `4900` is `$49.00`. */
export function formatCents(cents: number): string {
  return CENTS.format(cents / 100);
}

/** Millionths of a dollar: `7900` is `$0.0079`. */
export function formatMicros(micros: number): string {
  return FRACTIONS.format(micros / 1_000_000);
}
