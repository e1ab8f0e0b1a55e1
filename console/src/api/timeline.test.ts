import { describe, expect, it } from 'vitest';

import { insertItem, itemsOf, mergeNewest, overlaps, replaceItem, type Timeline, type TimelinePage } from './timeline';

interface Item {
  id: string;
  at: string;
  text?: string;
}

const order = { id: (item: Item) => item.id, at: (item: Item) => item.at };

/** `a5`: the item `a` at second 5. */
function item(short: string): Item {
  return { id: short.charAt(0), at: `2026-05-01T10:00:${short.slice(1).padStart(2, '0')}Z` };
}

function page(nextCursor: string | null, ...items: string[]): TimelinePage<Item> {
  return { items: items.map(item), nextCursor };
}

function timeline(...pages: TimelinePage<Item>[]): Timeline<Item> {
  return { pages, pageParams: pages.map((_, index) => (index === 0 ? null : `cursor${index}`)) };
}

const ids = (known: Timeline<Item>) => itemsOf(known.pages).map(({ id }) => id).join('');

describe('mergeNewest', () => {
  const known = timeline(page('c1', 'e50', 'd40'), page('c2', 'c30', 'b20'));

  it('puts what is new on top and keeps the older pages with their cursors', () => {
    const merged = mergeNewest(known, page('n', 'g59', 'f55'), order);
    expect(ids(merged)).toBe('gfedcb');
    expect(merged.pages.map(({ nextCursor }) => nextCursor)).toEqual(['c1', 'c2']);
    expect(merged.pageParams).toEqual(known.pageParams);
  });

  it('moves what has moved up, from whichever page', () => {
    expect(ids(mergeNewest(known, page('n', 'b55', 'e50'), order))).toBe('bedc');
  });

  it('drops what should be in the page and is not', () => {
    expect(ids(mergeNewest(known, page('n', 'f55', 'd40'), order))).toBe('fdcb');
  });

  it('takes an only page for everything there is', () => {
    expect(ids(mergeNewest(known, page(null, 'e50', 'c30'), order))).toBe('ec');
    expect(ids(mergeNewest(known, page(null), order))).toBe('');
  });

  it('tells items of the same moment apart by their ids', () => {
    const same = timeline(page('c1', 'd40', 'c40', 'b40', 'a40'));
    expect(ids(mergeNewest(same, page('n', 'd40', 'c40'), order))).toBe('dcba');
    expect(ids(mergeNewest(same, page('n', 'd40', 'b40'), order))).toBe('dba');
  });

  it('compares times of different precision', () => {
    const [exact, later] = ['2026-05-01T10:00:00Z', '2026-05-01T10:00:00.5Z'];
    const precise: Timeline<Item> = { pages: [{ items: [{ id: 'a', at: exact }], nextCursor: 'c' }], pageParams: [null] };
    const newest = { items: [{ id: 'b', at: later }], nextCursor: 'n' };
    expect(ids(mergeNewest(precise, newest, order))).toBe('ba');
  });
});

describe('overlaps', () => {
  const known = timeline(page('c1', 'e50', 'd40'));

  it('says whether something may be missing in between', () => {
    expect(overlaps(known, page('n', 'g58', 'e50'), order)).toBe(true);
    expect(overlaps(known, page('n', 'g58', 'f55'), order)).toBe(false);
    expect(overlaps(known, page(null, 'g58', 'f55'), order)).toBe(true);
    expect(overlaps(timeline(page(null)), page('n', 'g58', 'f55'), order)).toBe(true);
  });
});

describe('changes of one item', () => {
  const known = timeline(page('c1', 'e50', 'd40'), page(null, 'c30', 'b20'));

  it('replaces an item where it is', () => {
    const changed = replaceItem(known, { ...item('c30'), text: 'new' }, order);
    expect(ids(changed)).toBe('edcb');
    expect(itemsOf(changed.pages)[2]?.text).toBe('new');
    expect(ids(replaceItem(known, item('x10'), order))).toBe('edcb');
  });

  it('adds a new one at its place, once', () => {
    expect(ids(insertItem(known, item('f55'), order))).toBe('fedcb');
    expect(ids(insertItem(known, item('f45'), order))).toBe('efdcb');
    expect(ids(insertItem(known, { ...item('c30'), text: 'x' }, order))).toBe('edcb');
  });
});
