import { useQuery } from '@tanstack/react-query';

import { useApi } from './ApiProvider';
import { unwrap } from './client';

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
  });
}
