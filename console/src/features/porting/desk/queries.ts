import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { useApi } from '@/api/ApiProvider';
import { unwrap } from '@/api/client';
import { pollInterval } from '@/api/polling';
import type { AnswerPortOrderRequest, OperatorPortOrder, PortOrderState } from '@/api/types';
import { saveAddress } from '@/ui/save-file';

const REFRESH_MS = 8_000;

/** Orders of all workspaces; without a state those that are open. */
export function useDeskOrders(state: PortOrderState | null) {
  const { client } = useApi();
  return useInfiniteQuery({
    queryKey: ['platform', 'port-orders', 'list', state],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...(state && { state }), ...(pageParam && { cursor: pageParam }) };
      return unwrap(client.GET('/api/admin/port-orders', { params: { query }, signal }));
    },
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: (query) => Math.max(REFRESH_MS, pollInterval(query)),
  });
}

export function useDeskOrder(portOrder: string) {
  const { client } = useApi();
  return useQuery({
    queryKey: ['platform', 'port-orders', portOrder],
    queryFn: ({ signal }) =>
      unwrap(client.GET('/api/admin/port-orders/{portOrder}', { params: { path: { portOrder } }, signal })),
    refetchInterval: (query) => Math.max(REFRESH_MS, pollInterval(query)),
  });
}

/** Records what the carrier has answered. */
export function useAnswerOrder(portOrder: string) {
  const { client } = useApi();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (body: AnswerPortOrderRequest) =>
      unwrap(client.POST('/api/admin/port-orders/{portOrder}/answers', { params: { path: { portOrder } }, body })),
    onSuccess: (answer: OperatorPortOrder) => {
      cache.setQueryData(['platform', 'port-orders', portOrder], answer);
      return cache.invalidateQueries({ queryKey: ['platform', 'port-orders', 'list'] });
    },
  });
}

/** Has the order put together as one file, and the browser save it. */
export function useExportOrder(portOrder: string) {
  const { client } = useApi();
  return useMutation({
    mutationFn: async () => {
      const params = { path: { portOrder } };
      const { url } = await unwrap(client.POST('/api/admin/port-orders/{portOrder}/export', { params }));
      saveAddress(url);
    },
  });
}
