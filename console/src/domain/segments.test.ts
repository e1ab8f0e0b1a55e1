import { describe, expect, it } from 'vitest';

import { countSegments } from './segments';

const segments = (text: string) => countSegments(text).segments;

// The same cases as in shared/src/domain/segments.rs.
describe('countSegments', () => {
  it('keeps the documented limits', () => {
    expect([0, 1, 160, 161, 306, 307].map((n) => segments('a'.repeat(n)))).toEqual([1, 1, 1, 2, 2, 3]);
    expect([1, 70, 71, 134, 135].map((n) => segments('ж'.repeat(n)))).toEqual([1, 1, 2, 2, 3]);
  });

  it('counts two septets for a character of the extension, and does not cut it', () => {
    expect(segments('€'.repeat(80))).toBe(1);
    expect(segments('€'.repeat(81))).toBe(2);
    // 76 of them fill 152 of 153 septets; the 77th does not fit into the last one.
    expect(segments('€'.repeat(153))).toBe(3);
  });

  it('counts an emoji as two units that turn the text into UCS-2', () => {
    expect(countSegments('See you 👋')).toMatchObject({ encoding: 'ucs2', units: 10, left: 60 });
    expect(segments('👋'.repeat(35))).toBe(1);
    expect(segments('👋'.repeat(36))).toBe(2);
  });

  it('says what is left of the last segment', () => {
    expect(countSegments('').left).toBe(160);
    expect(countSegments('a'.repeat(160)).left).toBe(0);
    expect(countSegments('a'.repeat(161)).left).toBe(145);
    expect(countSegments('“quoted”').left).toBe(62);
  });
});
