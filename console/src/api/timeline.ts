import type { InfiniteData } from '@tanstack/react-query';

/** A page of a list that is sorted by time and id, the newest first, as all lists with cursors are. */
export interface TimelinePage<Item> {
  items: Item[];
  nextCursor: string | null;
}

export type Timeline<Item> = InfiniteData<TimelinePage<Item>, string | null>;

/** How a list is sorted. */
export interface Order<Item> {
  id: (item: Item) => string;
  at: (item: Item) => string;
}

/**
 * Puts the newest page, asked for again, into the list. It says everything about its stretch of time: what the list
 * has there and the page has not does not belong to the list any more.
 */
export function mergeNewest<Item>(
  known: Timeline<Item>,
  newest: TimelinePage<Item>,
  order: Order<Item>,
): Timeline<Item> {
  const oldest = newest.items.at(-1);
  if (!oldest || newest.nextCursor === null) {
    return { pages: [newest], pageParams: [null] };
  }
  const seen = new Set(newest.items.map(order.id));
  const end = position(oldest, order);
  const isOlder = (item: Item) => !seen.has(order.id(item)) && position(item, order) < end;
  const [first, ...others] = known.pages.map((page) => ({ ...page, items: page.items.filter(isOlder) }));
  if (!first) return { pages: [newest], pageParams: [null] };
  // The first page grows, so that the cursors of the pages after it stay what they are.
  const merged = { items: [...newest.items, ...first.items], nextCursor: first.nextCursor };
  return { pages: [merged, ...others], pageParams: known.pageParams };
}

/** Whether nothing is missing between the page and the list: they have something in common, or there is nothing else. */
export function overlaps<Item>(known: Timeline<Item>, newest: TimelinePage<Item>, order: Order<Item>): boolean {
  const oldest = newest.items.at(-1);
  const latest = known.pages[0]?.items[0];
  if (!oldest || !latest || newest.nextCursor === null) return true;
  return position(oldest, order) <= position(latest, order);
}

/** Replaces the item where it is; what is not there, for instance because a filter hides it, is not added. */
export function replaceItem<Item>(known: Timeline<Item>, item: Item, order: Order<Item>): Timeline<Item> {
  const id = order.id(item);
  const pages = known.pages.map((page) =>
    page.items.some((old) => order.id(old) === id)
      ? { ...page, items: page.items.map((old) => (order.id(old) === id ? item : old)) }
      : page,
  );
  return { ...known, pages };
}

/** Adds an item that has just come into being, or replaces it when polling was faster. */
export function insertItem<Item>(known: Timeline<Item>, item: Item, order: Order<Item>): Timeline<Item> {
  const id = order.id(item);
  if (known.pages.some((page) => page.items.some((old) => order.id(old) === id))) return replaceItem(known, item, order);
  const [first, ...others] = known.pages;
  if (!first) return known;
  const at = position(item, order);
  const index = first.items.findIndex((old) => position(old, order) < at);
  const items = first.items.toSpliced(index === -1 ? first.items.length : index, 0, item);
  return { ...known, pages: [{ ...first, items }, ...others] };
}

export function itemsOf<Item>(pages: TimelinePage<Item>[] | undefined): Item[] {
  return pages?.flatMap((page) => page.items) ?? [];
}

/** Sorts as Postgres sorts (time, id). Times have no, three, six or nine digits of a second, so text alone does not. */
function position<Item>(item: Item, order: Order<Item>): string {
  const [seconds = '', fraction = ''] = order.at(item).replace('Z', '').split('.');
  return `${seconds}.${fraction.padEnd(9, '0')} ${order.id(item)}`;
}
