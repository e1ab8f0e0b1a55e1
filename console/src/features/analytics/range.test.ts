import { expect, it } from 'vitest';

import { isDay, localToday } from './days';
import { formatShare, formatWait } from './figures';
import { nextCursor } from './queries';
import { daysOf, parseChoice, PRESETS, rangeProblem, writeChoice } from './range';

const TODAY = '2026-03-01';

it('a choice comes back from the address', () => {
  for (const { preset } of PRESETS) expect(parseChoice(writeChoice({ preset }))).toEqual({ preset });
  const own = { from: '2026-01-01', to: '2026-01-31' };
  expect(writeChoice(own).toString()).toBe('from=2026-01-01&to=2026-01-31');
  expect(parseChoice(writeChoice(own))).toEqual(own);
  expect(writeChoice({ preset: '7d' }, new URLSearchParams('from=2026-01-01&to=2026-01-02&x=1')).toString()).toBe('x=1&range=7d');
});

it('what means nothing is the last thirty days', () => {
  for (const query of ['range=forever', 'from=2026-02-01', 'from=2026-02-30&to=2026-03-01', 'from=2026-02-02&to=2026-02-01']) {
    expect(parseChoice(new URLSearchParams(query))).toEqual({ preset: '30d' });
  }
  expect(daysOf({ preset: '30d' }, TODAY)).toEqual({ from: '2026-01-31', to: TODAY });
});

it('presets end today, or with the last month', () => {
  expect(daysOf({ preset: '7d' }, TODAY)).toEqual({ from: '2026-02-23', to: TODAY });
  expect(daysOf({ preset: 'month' }, TODAY)).toEqual({ from: TODAY, to: TODAY });
  expect(daysOf({ preset: 'last-month' }, TODAY)).toEqual({ from: '2026-02-01', to: '2026-02-28' });
  expect(daysOf({ preset: 'year' }, TODAY)).toEqual({ from: '2025-03-02', to: TODAY });
});

it('says what is wrong with a range', () => {
  expect(rangeProblem({ from: '2024-01-01', to: '2024-12-31' })).toBeUndefined();
  expect(rangeProblem({ from: '2025-01-01', to: '2026-01-02' })).toMatch(/366/);
  expect(rangeProblem({ from: '', to: '2026-01-02' })).toMatch(/both/);
  expect(isDay('2026-02-29')).toBe(false);
  expect(localToday(new Date(2026, 0, 5, 23, 59))).toBe('2026-01-05');
});

it('finds the next page of a file', () => {
  expect(nextCursor('</api/x/analytics/export?from=2026-01-01&cursor=a%2Bb>; rel="next"')).toBe('a+b');
  expect(nextCursor(null)).toBeUndefined();
});

it('writes waits and shares as people say them', () => {
  expect([42, 61, 3_540, 7_260, null].map(formatWait)).toEqual(['42 s', '1 min', '59 min', '2 h 1 min', '—']);
  expect([0.9534, 1, null].map(formatShare)).toEqual(['95.3%', '100%', '—']);
});
