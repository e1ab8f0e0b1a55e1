const COUNT = new Intl.NumberFormat('en-US');
const SHARE = new Intl.NumberFormat('en-US', { style: 'percent', maximumFractionDigits: 1 });

/** What there is no figure for. */
export const NONE = '—';

export function formatCount(count: number): string {
  return COUNT.format(count);
}

/** `0.953` is `95.3%`. */
export function formatShare(share: number | null): string {
  return share === null ? NONE : SHARE.format(share);
}

/** `3700` is `1 h 2 min`. The API's figure is right to within a twentieth, so that seconds would say too much. */
export function formatWait(seconds: number | null): string {
  if (seconds === null) return NONE;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}
