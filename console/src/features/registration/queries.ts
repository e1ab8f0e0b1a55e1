import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { useApi } from '@/api/ApiProvider';
import { unwrap } from '@/api/client';
import { pollInterval } from '@/api/polling';
import type { components } from '@/api/schema';
import type { Registration } from '@/api/types';

import { isUnderWay } from './registration-state';

const PATH = '/api/workspaces/{workspace}/registration';

/** Carriers and registries take days. */
const REFRESH_MS = 8_000;

export type Brand = Registration['brand'];
export type Campaign = Registration['campaign'];
export type Fees = Registration['fees']['dueNow'];

/** A company of which nothing was written yet. */
export const NO_BRAND: Brand = {
  companyName: '',
  legalEntityType: null,
  ein: '',
  einIssuingCountry: '',
  vertical: null,
  address: '',
  website: '',
  contactEmail: '',
  contactPhone: '',
};
/** Texts of which nothing was written yet. */
export const NO_CAMPAIGN: Campaign = {
  useCase: null,
  subUseCases: [],
  description: '',
  messageFlow: '',
  samples: [],
  optInMessage: null,
  optOutMessage: '',
  helpMessage: '',
  optInKeywords: '',
  optOutKeywords: '',
  helpKeywords: '',
  embeddedLink: false,
  embeddedPhone: false,
  ageGatedContent: false,
  directLending: false,
  leadGeneration: false,
};

/** The API describes the parts as it takes them, where everything may be left out. */
function whole({ registration }: { registration: components['schemas']['Registration'] }): Registration {
  const { brand, campaign } = registration;
  return { ...registration, brand: { ...NO_BRAND, ...brand }, campaign: { ...NO_CAMPAIGN, ...campaign } };
}

/** The workspace's registration; one that nothing is known of is an empty draft. */
export function useRegistration() {
  const { client, workspace } = useApi();
  return useQuery({
    queryKey: [workspace, 'registration'],
    queryFn: async ({ signal }) => whole(await unwrap(client.GET(PATH, { params: { path: { workspace } }, signal }))),
    refetchInterval: (query) =>
      query.state.data && isUnderWay(query.state.data) ? Math.max(REFRESH_MS, pollInterval(query)) : false,
  });
}

/** What the registries would find wrong with it, before they are asked. */
export function useFindings(brand: Brand, campaign: Campaign) {
  const { client, workspace } = useApi();
  return useQuery({
    queryKey: [workspace, 'registration-check', brand, campaign],
    queryFn: ({ signal }) => {
      const path = '/api/workspaces/{workspace}/registration/check';
      return unwrap(client.POST(path, { params: { path: { workspace } }, body: { brand, campaign }, signal }));
    },
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 60_000,
  });
}

export function useSaveRegistration() {
  const { client, workspace } = useApi();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (body: { brand?: Brand; campaign?: Campaign }) =>
      whole(await unwrap(client.PATCH(PATH, { params: { path: { workspace } }, body }))),
    onSuccess: (registration) => cache.setQueryData([workspace, 'registration'], registration),
  });
}

/** Submits what is saved, for the fees that were shown and agreed to. */
export function useSubmitRegistration() {
  const { client, workspace } = useApi();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (agreedFees: Fees) => {
      const path = '/api/workspaces/{workspace}/registration/submit';
      return whole(await unwrap(client.POST(path, { params: { path: { workspace } }, body: { agreedFees } })));
    },
    onSuccess: (registration) => cache.setQueryData([workspace, 'registration'], registration),
    // Fees or findings are not those that were shown any more.
    onError: () => cache.invalidateQueries({ queryKey: [workspace, 'registration'] }),
  });
}
