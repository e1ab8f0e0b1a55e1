import { keepPreviousData, useQuery } from '@tanstack/react-query';

import { useApi } from '@/api/ApiProvider';
import { unwrap, type ApiClient } from '@/api/client';
import { pollInterval } from '@/api/polling';
import { ApiProblem } from '@/api/problem';
import type { DayRange } from '@/features/analytics/days';

/** Sums over all workspaces are more work than those of one. */
const REFRESH_MS = 30_000;

function read(client: ApiClient, range: DayRange, signal: AbortSignal) {
  return unwrap(client.GET('/api/admin/analytics', { params: { query: { ...range } }, signal }));
}

/** The platform's figures of days of UTC. */
export function usePlatformAnalytics(range: DayRange) {
  const { client } = useApi();
  return useQuery({
    queryKey: ['platform', 'analytics', range.from, range.to],
    queryFn: async ({ signal }) => (await read(client, range, signal)).analytics,
    placeholderData: keepPreviousData,
    refetchInterval: (query) => Math.max(REFRESH_MS, pollInterval(query)),
  });
}

/** Whether the one who looks may see them: for everybody else the route does not exist. */
export function useIsPlatformAdmin(): boolean {
  const { client } = useApi();
  const { data } = useQuery({
    queryKey: ['platform', 'access'],
    queryFn: async ({ signal }) => {
      const today = utcToday();
      try {
        await read(client, { from: today, to: today }, signal);
        return true;
      } catch (error) {
        if (error instanceof ApiProblem && error.status === 404) return false;
        throw error;
      }
    },
    staleTime: Infinity,
  });
  return data ?? false;
}

/** The day that it is in UTC. */
export function utcToday(now = new Date()): string {
  return now.toISOString().slice(0, 10);
}
