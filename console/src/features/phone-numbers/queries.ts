import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { useApi } from '@/api/ApiProvider';
import { unwrap } from '@/api/client';
import type { CallFlow, EmergencyAddress, NumberType } from '@/api/types';

export interface NumberWish {
  areaCode?: string;
  /** The very number that a search has shown. */
  phoneNumber?: string;
  numberType: NumberType;
  friendlyName?: string;
}

/** What a search looks for; null: nothing yet. */
export type Search = { areaCode: string } | { tollFree: true } | null;

const SHOWN_RESULTS = 8;

export function useAvailableNumbers(search: Search) {
  const { client, workspace } = useApi();
  return useQuery({
    queryKey: [workspace, 'available-numbers', search],
    queryFn: async ({ signal }) => {
      const query = { ...search, limit: SHOWN_RESULTS };
      const params = { path: { workspace }, query };
      const found = client.GET('/api/workspaces/{workspace}/phone-numbers/available', { params, signal });
      return (await unwrap(found)).available;
    },
    enabled: search !== null,
    placeholderData: keepPreviousData,
    // Others buy numbers too.
    staleTime: 15_000,
  });
}

/** Everything that depends on which numbers there are. */
function useRefresh() {
  const { workspace } = useApi();
  const cache = useQueryClient();
  return () =>
    Promise.all([
      cache.invalidateQueries({ queryKey: [workspace, 'phone-numbers'] }),
      cache.invalidateQueries({ queryKey: [workspace, 'workspace'] }),
      cache.invalidateQueries({ queryKey: [workspace, 'available-numbers'] }),
    ]);
}

/** Gets a number; the key makes a repeated request the same one. */
export function useProvisionNumber() {
  const { client, workspace } = useApi();
  const onSettled = useRefresh();
  return useMutation({
    mutationFn: async ({ wish, key }: { wish: NumberWish; key: string }) => {
      const params = { path: { workspace }, header: { 'Idempotency-Key': key } };
      const answer = client.POST('/api/workspaces/{workspace}/phone-numbers', { params, body: wish });
      const body = await unwrap(answer);
      return 'phoneNumber' in body ? body.phoneNumber : null;
    },
    onSettled,
  });
}

export function useRetryProvisioning() {
  const { client, workspace } = useApi();
  const onSettled = useRefresh();
  return useMutation({
    mutationFn: (provisioning: string) => {
      const path = '/api/workspaces/{workspace}/phone-numbers/provisionings/{provisioning}/retry';
      return unwrap(client.POST(path, { params: { path: { workspace, provisioning } } }));
    },
    onSettled,
  });
}

export interface NumberChange {
  friendlyName?: string;
  numberType?: NumberType;
  voice?: CallFlow;
}

export function useUpdateNumber(number: string) {
  const { client, workspace } = useApi();
  const onSettled = useRefresh();
  return useMutation({
    mutationFn: (body: NumberChange) => {
      const params = { path: { workspace, number } };
      return unwrap(client.PATCH('/api/workspaces/{workspace}/phone-numbers/{number}', { params, body }));
    },
    onSettled,
  });
}

export function useReleaseNumber() {
  const { client, workspace } = useApi();
  const onSettled = useRefresh();
  return useMutation({
    mutationFn: (number: string) => {
      const params = { path: { workspace, number } };
      return unwrap(client.DELETE('/api/workspaces/{workspace}/phone-numbers/{number}', { params }));
    },
    onSettled,
  });
}

export type AddressFields = EmergencyAddress['address'];

/** Tells the carrier where somebody is who calls 911 from the number. It is taken at once, and known there soon after. */
export function useSaveEmergencyAddress(number: string) {
  const { client, workspace } = useApi();
  const onSettled = useRefresh();
  return useMutation({
    mutationFn: (body: AddressFields) => {
      const path = '/api/workspaces/{workspace}/phone-numbers/{number}/emergency-address';
      return unwrap(client.PATCH(path, { params: { path: { workspace, number } }, body }));
    },
    onSettled,
  });
}

export function useRemoveEmergencyAddress(number: string) {
  const { client, workspace } = useApi();
  const onSettled = useRefresh();
  return useMutation({
    mutationFn: () => {
      const path = '/api/workspaces/{workspace}/phone-numbers/{number}/emergency-address';
      return unwrap(client.DELETE(path, { params: { path: { workspace, number } } }));
    },
    onSettled,
  });
}
