import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { useApi } from '@/api/ApiProvider';
import { unwrap, type ApiClient } from '@/api/client';
import { pollInterval } from '@/api/polling';
import type { PortDocument, PortOrder, PortOrderFields } from '@/api/types';

import { isFinished } from './port-state';

const ORDERS = '/api/workspaces/{workspace}/port-orders';
const ORDER = '/api/workspaces/{workspace}/port-orders/{portOrder}';

/** Carriers take days. */
const REFRESH_MS = 8_000;

/** The workspace's orders, the newest first. */
export function usePortOrders() {
  const { client, workspace } = useApi();
  return useInfiniteQuery({
    queryKey: [workspace, 'port-orders', 'list'],
    queryFn: ({ pageParam, signal }) => {
      const query = pageParam ? { cursor: pageParam } : {};
      return unwrap(client.GET(ORDERS, { params: { path: { workspace }, query }, signal }));
    },
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: (query) => Math.max(REFRESH_MS, pollInterval(query)),
  });
}

/** One order, with everything that whoever asks may see. */
export function usePortOrder(id: string, isKnown = true) {
  const { client, workspace } = useApi();
  return useQuery({
    queryKey: [workspace, 'port-orders', id],
    queryFn: ({ signal }) => readOrder(client, workspace, id, signal),
    enabled: isKnown,
    refetchInterval: (query) =>
      query.state.data && isFinished(query.state.data) ? false : Math.max(REFRESH_MS, pollInterval(query)),
  });
}

async function readOrder(client: ApiClient, workspace: string, portOrder: string, signal?: AbortSignal): Promise<PortOrder> {
  const params = { path: { workspace, portOrder } };
  return (await unwrap(client.GET(ORDER, { params, ...(signal && { signal }) }))).portOrder;
}

/** Keeps what the API has answered, so that nothing older is shown meanwhile. */
function useKeep() {
  const { workspace } = useApi();
  const cache = useQueryClient();
  return (order: PortOrder) => {
    cache.setQueryData([workspace, 'port-orders', order.id], order);
    return Promise.all([
      cache.invalidateQueries({ queryKey: [workspace, 'port-orders', 'list'] }),
      // From its submission on it takes room in the plan.
      cache.invalidateQueries({ queryKey: [workspace, 'workspace'] }),
    ]);
  };
}

/** Begins a draft; the key makes a repeated request the same one. */
export function useCreateOrder() {
  const { client, workspace } = useApi();
  const onSuccess = useKeep();
  return useMutation({
    mutationFn: async ({ fields, key }: { fields: PortOrderFields; key: string }) => {
      const params = { path: { workspace }, header: { 'Idempotency-Key': key } };
      return (await unwrap(client.POST(ORDERS, { params, body: fields }))).portOrder;
    },
    onSuccess,
  });
}

/** An order as it was when somebody began to change it. */
export type Known = Pick<PortOrder, 'id' | 'version'>;

export function useChangeOrder() {
  const { client, workspace } = useApi();
  const onSuccess = useKeep();
  return useMutation({
    mutationFn: async ({ order, fields }: { order: Known; fields: PortOrderFields }) => {
      const params = { path: { workspace, portOrder: order.id } };
      return (await unwrap(client.PATCH(ORDER, { params, body: { ...fields, version: order.version } }))).portOrder;
    },
    onSuccess,
  });
}

export function useSubmitOrder() {
  const { client, workspace } = useApi();
  const onSuccess = useKeep();
  return useMutation({
    mutationFn: async ({ id, version }: Known) => {
      const params = { path: { workspace, portOrder: id } };
      const path = '/api/workspaces/{workspace}/port-orders/{portOrder}/submit';
      return (await unwrap(client.POST(path, { params, body: { version } }))).portOrder;
    },
    onSuccess,
  });
}

export function useCancelOrder() {
  const { client, workspace } = useApi();
  const onSuccess = useKeep();
  return useMutation({
    mutationFn: async ({ id, version }: Known) => {
      const params = { path: { workspace, portOrder: id } };
      const path = '/api/workspaces/{workspace}/port-orders/{portOrder}/cancel';
      return (await unwrap(client.POST(path, { params, body: { version } }))).portOrder;
    },
    onSuccess,
  });
}

export type DocumentKind = PortDocument['kind'];

export const DOCUMENT_TYPES = ['application/pdf', 'image/png', 'image/jpeg'] as const;
const LARGEST_DOCUMENT = 5_000_000;

/** Uploads a document, which takes the place of the last one of its kind; gives the order as it is then. */
export function useUploadDocument(order: string) {
  const { client, workspace } = useApi();
  const onSuccess = useKeep();
  return useMutation({
    mutationFn: async ({ kind, file }: { kind: DocumentKind; file: File }) => {
      const contentType = DOCUMENT_TYPES.find((type) => type === file.type);
      if (!contentType) throw new Error('This is no PDF, PNG or JPEG.');
      if (file.size === 0) throw new Error('The file is empty.');
      if (file.size > LARGEST_DOCUMENT) throw new Error('The file is larger than 5 MB.');
      const params = { path: { workspace, portOrder: order } };
      const body = { kind, contentType, byteSize: file.size, fileName: file.name };
      const path = '/api/workspaces/{workspace}/port-orders/{portOrder}/documents';
      const { upload } = await unwrap(client.POST(path, { params, body }));
      // Straight to the bucket, without the session token, which is none of its business.
      const response = await fetch(upload.url, { method: upload.method, headers: upload.headers, body: file });
      if (!response.ok) throw new Error(`The file could not be uploaded (HTTP ${response.status}).`);
      return readOrder(client, workspace, order);
    },
    onSuccess,
  });
}
