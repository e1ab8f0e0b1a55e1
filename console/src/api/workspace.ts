import { useQuery } from '@tanstack/react-query';

import { useApi } from './ApiProvider';
import { unwrap } from './client';
import type { PhoneNumber, Provisioning } from './types';

/** The workspace, its plan and how much of the limit is used. */
export function useWorkspace() {
  const { client, workspace } = useApi();
  return useQuery({
    queryKey: [workspace, 'workspace'],
    queryFn: async ({ signal }) => {
      const path = { workspace };
      return (await unwrap(client.GET('/api/workspaces/{workspace}', { params: { path }, signal }))).workspace;
    },
    staleTime: 60_000,
  });
}

/** The workspace's own numbers, the primary first, and what is about to become one. */
export function usePhoneNumbers() {
  const { client, workspace } = useApi();
  return useQuery({
    queryKey: [workspace, 'phone-numbers'],
    queryFn: ({ signal }) =>
      unwrap(client.GET('/api/workspaces/{workspace}/phone-numbers', { params: { path: { workspace } }, signal })),
    staleTime: 30_000,
    // What is on its way changes by itself; the browser stops asking while nobody looks.
    refetchInterval: (query) => (query.state.data && isChanging(query.state.data) ? CHANGING_MS : SETTLED_MS),
  });
}

const CHANGING_MS = 2_000;
const SETTLED_MS = 60_000;

/** Whether a number is being bought or registered, or the carrier decides about its emergency address. */
function isChanging({ phoneNumbers, provisionings }: { phoneNumbers: PhoneNumber[]; provisionings: Provisioning[] }) {
  const isPending = phoneNumbers.some(({ status, messagingStatus }) => status === 'active' && messagingStatus === 'pending');
  const isAddressOpen = phoneNumbers.some(({ emergencyAddress }) => ['pending', 'removing'].includes(emergencyAddress?.status ?? ''));
  return isPending || isAddressOpen || provisionings.some(({ state }) => state !== 'active' && state !== 'failed');
}

/** The plans, what each costs and allows. */
export function usePlans() {
  const { client, workspace } = useApi();
  return useQuery({
    queryKey: [workspace, 'plans'],
    queryFn: ({ signal }) => unwrap(client.GET('/api/plans', { signal })),
    staleTime: Infinity,
  });
}
