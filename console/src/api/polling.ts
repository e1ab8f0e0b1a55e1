const VISIBLE_MS = 4_000;
const AFTER_ERROR_MS = 15_000;
/** A tab that nobody looks at asks less and less. */
const HIDDEN: { until: number; every: number }[] = [
  { until: 60_000, every: 15_000 },
  { until: 600_000, every: 60_000 },
  { until: Infinity, every: 300_000 },
];

let hiddenSince: number | null = document.visibilityState === 'hidden' ? Date.now() : null;

document.addEventListener('visibilitychange', () => {
  hiddenSince = document.visibilityState === 'hidden' ? Date.now() : null;
});

/** When to ask again what is new. Coming back to the tab asks at once (TanStack Query's refetchOnWindowFocus). */
export function pollInterval(query: { state: { status: string } }): number {
  return intervalFor(hiddenSince === null ? null : Date.now() - hiddenSince, query.state.status === 'error');
}

export function intervalFor(hiddenForMs: number | null, hasFailed: boolean): number {
  const usual =
    hiddenForMs === null ? VISIBLE_MS : (HIDDEN.find(({ until }) => hiddenForMs < until)?.every ?? VISIBLE_MS);
  return hasFailed ? Math.max(usual, AFTER_ERROR_MS) : usual;
}
