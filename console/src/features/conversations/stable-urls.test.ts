import { expect, it } from 'vitest';

import { StableUrls } from './stable-urls';

it('keeps the first address of a file while it works', () => {
  let now = 0;
  const urls = new StableUrls(() => now);
  expect(urls.get('a', 'a?1')).toBe('a?1');
  now = 11 * 60_000;
  expect(urls.get('a', 'a?2')).toBe('a?1');
  expect(urls.get('b', 'b?2')).toBe('b?2');
  now = 13 * 60_000;
  expect(urls.get('a', 'a?3')).toBe('a?3');
});
