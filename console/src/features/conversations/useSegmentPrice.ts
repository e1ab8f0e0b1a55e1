import { useQuery } from '@tanstack/react-query';

import { useApi } from '@/api/ApiProvider';
import { unwrap } from '@/api/client';

/** What a segment of a text is estimated to cost, in millionths of a dollar; null while that is not known. */
export function useSegmentPrice(): number | null {
  const { client, workspace } = useApi();
  const plans = useQuery({
    queryKey: [workspace, 'plans'],
    queryFn: ({ signal }) => unwrap(client.GET('/api/plans', { signal })),
    staleTime: Infinity,
  });
  return plans.data?.textSegmentCostMicros ?? null;
}
