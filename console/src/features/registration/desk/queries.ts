import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { useApi } from '@/api/ApiProvider';
import { unwrap } from '@/api/client';
import { pollInterval } from '@/api/polling';
import type { RegistrationState } from '@/api/types';

const REFRESH_MS = 8_000;

/** What the list is of: what waits for us, all, or those in a state. */
export type Chosen = 'waiting' | 'all' | RegistrationState;

export function useDeskRegistrations(chosen: Chosen) {
  const { client } = useApi();
  return useQuery({
    queryKey: ['platform', 'registrations', chosen],
    queryFn: async ({ signal }) => {
      const query = chosen === 'waiting' ? { needsOperator: true } : chosen === 'all' ? {} : { state: chosen };
      return (await unwrap(client.GET('/api/admin/registrations', { params: { query }, signal }))).registrations;
    },
    refetchInterval: (query) => Math.max(REFRESH_MS, pollInterval(query)),
  });
}

type Note = { action: 'resubmitted' } | { action: 'reason'; reason: string };

/** Records what was done, or found, in the carrier's dashboard. */
export function useNote(registration: string) {
  const { client } = useApi();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (body: Note) => {
      const params = { path: { registration } };
      return unwrap(client.POST('/api/admin/registrations/{registration}/notes', { params, body }));
    },
    onSuccess: () => cache.invalidateQueries({ queryKey: ['platform', 'registrations'] }),
  });
}
