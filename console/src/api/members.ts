import { useQuery } from '@tanstack/react-query';

import { useApi } from './ApiProvider';
import { unwrap } from './client';

/** Who works in the workspace, by name. */
export function useMembers() {
  const { client, workspace } = useApi();
  return useQuery({
    queryKey: [workspace, 'members'],
    queryFn: async ({ signal }) => {
      const params = { path: { workspace } };
      return (await unwrap(client.GET('/api/workspaces/{workspace}/members', { params, signal }))).members;
    },
    staleTime: 60_000,
  });
}
