import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';

import { useApi } from '@/api/ApiProvider';
import { unwrap, type ApiClient } from '@/api/client';
import { pollInterval } from '@/api/polling';
import { saveFile } from '@/ui/save-file';

import { localTimeZone, type DayRange } from './days';

/** Sums of a year are more work than a list, and move slower. */
const REFRESH_MS = 8_000;

/** The figures of the days, always those of a moment ago. */
export function useAnalytics(range: DayRange) {
  const { client, workspace } = useApi();
  const timeZone = localTimeZone();
  return useQuery({
    queryKey: [workspace, 'analytics', range.from, range.to, timeZone],
    queryFn: async ({ signal }) => {
      const params = { path: { workspace }, query: { ...range, timeZone } };
      return (await unwrap(client.GET('/api/workspaces/{workspace}/analytics', { params, signal }))).analytics;
    },
    placeholderData: keepPreviousData,
    refetchInterval: (query) => Math.max(REFRESH_MS, pollInterval(query)),
  });
}

export type Report = 'days' | 'charges';

/** Downloads the figures as one file. */
export function useExport() {
  const { client, workspace } = useApi();
  return useMutation({
    mutationFn: async ({ range, report }: { range: DayRange; report: Report }) => {
      const csv = await readPages(client, workspace, range, report);
      saveFile(csv, `switchboard-${report}-${range.from}-${range.to}.csv`);
    },
  });
}

/** The pages put together are one file: only the first has the header line. */
async function readPages(client: ApiClient, workspace: string, range: DayRange, report: Report): Promise<Blob> {
  const pages: string[] = [];
  let cursor: string | undefined;
  do {
    const query = { ...range, timeZone: localTimeZone(), report, ...(cursor && { cursor }) };
    const request = client.GET('/api/workspaces/{workspace}/analytics/export', {
      params: { path: { workspace }, query },
      parseAs: 'text',
    });
    pages.push(await unwrap(request));
    cursor = nextCursor((await request).response.headers.get('link'));
  } while (cursor);
  return new Blob(pages, { type: 'text/csv;charset=utf-8' });
}

/** `</api/…?cursor=abc>; rel="next"` leads to `abc`. */
export function nextCursor(link: string | null): string | undefined {
  const [, query] = /<[^>?]*\?([^>]*)>;\s*rel="next"/.exec(link ?? '') ?? [];
  return new URLSearchParams(query).get('cursor') ?? undefined;
}
