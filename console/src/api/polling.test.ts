import { expect, it } from 'vitest';

import { intervalFor } from './polling';

it('asks often while somebody looks, and less and less when nobody does', () => {
  expect([null, 0, 59_999, 60_000, 599_999, 600_000, 1e12].map((hidden) => intervalFor(hidden, false))).toEqual([
    4_000, 15_000, 15_000, 60_000, 60_000, 300_000, 300_000,
  ]);
});

it('asks less often while the server is away', () => {
  expect(intervalFor(null, true)).toBe(15_000);
  expect(intervalFor(700_000, true)).toBe(300_000);
});
