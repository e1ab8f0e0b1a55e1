import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createContext, use, useMemo, type ReactNode } from 'react';

import { useSession } from '@/session/session';

import { createApiClient, type ApiClient } from './client';
import { ApiProblem } from './problem';

interface Api {
  client: ApiClient;
  /** The `{workspace}` of every path, and the first part of every query key. */
  workspace: string;
}

const ApiContext = createContext<Api | null>(null);

/** The API as the signed-in user, with a cache that knows one workspace only. */
export function ApiProvider({ baseUrl, children }: { baseUrl: string; children: ReactNode }) {
  const session = useSession();
  const workspace = session.organization.id;
  // With a session comes a new cache: nothing of the last workspace is ever shown in the next.
  const [api, cache] = useMemo(
    () => [{ client: createApiClient(baseUrl, session.getToken), workspace }, createQueryClient()] as const,
    [baseUrl, session.getToken, workspace],
  );
  return (
    <ApiContext value={api}>
      <QueryClientProvider client={cache}>{children}</QueryClientProvider>
    </ApiContext>
  );
}

export function useApi(): Api {
  const api = use(ApiContext);
  if (!api) throw new Error('useApi needs an ApiProvider around it');
  return api;
}

function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // What was refused will be refused again.
        retry: (failures, error) => failures < 3 && !(error instanceof ApiProblem && !error.isTransient),
      },
      mutations: { retry: false },
    },
  });
}
