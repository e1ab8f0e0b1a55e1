import { useInfiniteQuery, useQuery, useQueryClient, type QueryClient, type QueryKey } from '@tanstack/react-query';

import { pollInterval } from './polling';
import {
  insertItem,
  itemsOf,
  mergeNewest,
  overlaps,
  replaceItem,
  type Order,
  type Timeline,
  type TimelinePage,
} from './timeline';

/** Beyond this many pages of news the list is begun anew. */
const MOST_PAGES_OF_NEWS = 4;

interface Options<Item> {
  queryKey: QueryKey;
  fetchPage: (cursor: string | null, signal: AbortSignal) => Promise<TimelinePage<Item>>;
  order: Order<Item>;
}

/** A list with cursors: older pages on demand, what is new by itself. */
export function useTimeline<Item>({ queryKey, fetchPage, order }: Options<Item>) {
  const cache = useQueryClient();
  const pagesKey = keyOfPages(queryKey);

  const pages = useInfiniteQuery({
    queryKey: pagesKey,
    queryFn: ({ pageParam, signal }) => fetchPage(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    // Asking for all pages again would be slow and no better: the query below keeps the list right.
    staleTime: Infinity,
  });

  const news = useQuery({
    queryKey: keyOfNews(queryKey),
    queryFn: async ({ signal }) => {
      const newest = await fetchNews(cache.getQueryData<Timeline<Item>>(pagesKey), (cursor) => fetchPage(cursor, signal), order);
      cache.setQueryData<Timeline<Item>>(pagesKey, (known): Timeline<Item> | undefined => {
        if (!known) return known;
        const isBeginning = !overlaps(known, newest, order);
        return isBeginning ? { pages: [newest], pageParams: [null] } : mergeNewest(known, newest, order);
      });
      return Date.now();
    },
    enabled: pages.isSuccess,
    // The list itself has just come, or else is old.
    initialData: () => cache.getQueryState(pagesKey)?.dataUpdatedAt,
    initialDataUpdatedAt: () => cache.getQueryState(pagesKey)?.dataUpdatedAt,
    staleTime: 1_000,
    refetchInterval: pollInterval,
    refetchIntervalInBackground: true,
    retry: false,
  });

  return { ...pages, items: itemsOf(pages.data?.pages), isStale: news.isError };
}

/** The newest page, and as many after it as it takes to reach what is known. */
async function fetchNews<Item>(
  known: Timeline<Item> | undefined,
  fetchPage: (cursor: string | null) => Promise<TimelinePage<Item>>,
  order: Order<Item>,
): Promise<TimelinePage<Item>> {
  let newest = await fetchPage(null);
  for (let pages = 1; known && pages < MOST_PAGES_OF_NEWS && !overlaps(known, newest, order); pages += 1) {
    const next = await fetchPage(newest.nextCursor);
    newest = { items: [...newest.items, ...next.items], nextCursor: next.nextCursor };
  }
  return newest;
}

/** Puts an item that the server has just answered with into the list. */
export async function addToTimeline<Item>(cache: QueryClient, queryKey: QueryKey, item: Item, order: Order<Item>) {
  await change<Item>(cache, queryKey, (known) => insertItem(known, item, order));
}

/** Replaces an item by what the server has just answered with, in every list below the key. */
export async function updateTimelines<Item>(cache: QueryClient, queryKey: QueryKey, item: Item, order: Order<Item>) {
  await change<Item>(cache, queryKey, (known) => replaceItem(known, item, order));
}

/** An answer to an older question would undo the change, so those are dropped, and asked again. */
async function change<Item>(cache: QueryClient, queryKey: QueryKey, act: (known: Timeline<Item>) => Timeline<Item>) {
  const isNews = { queryKey, predicate: ({ queryKey: key }: { queryKey: QueryKey }) => key.at(-1) === 'news' };
  await cache.cancelQueries(isNews);
  const isPages = { queryKey, predicate: ({ queryKey: key }: { queryKey: QueryKey }) => key.at(-1) === 'pages' };
  cache.setQueriesData<Timeline<Item>>(isPages, (known) => known && act(known));
  void cache.invalidateQueries(isNews);
}

function keyOfPages(queryKey: QueryKey): QueryKey {
  return [...queryKey, 'pages'];
}

function keyOfNews(queryKey: QueryKey): QueryKey {
  return [...queryKey, 'news'];
}
