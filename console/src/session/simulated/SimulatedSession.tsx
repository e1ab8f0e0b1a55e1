import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useMemo, useState, type ReactNode } from 'react';

import { FullPageSpinner } from '@/ui/spinner';

import { SessionContext, type Session } from '../session';
import { cacheTokens } from '../tokens';
import { forgetIdentity, IDENTITY_KEY, readIdentity, rememberIdentity } from './identity';
import { SimulatedAccount, SimulatedOrganizations } from './SimulatedControls';
import { fetchToken, type Identity } from './simulator';
import { SimulatorContext } from './SimulatorContext';

const SignInPage = lazy(() => import('./SignInPage'));

interface Props {
  url: string;
  tokenUrl: string;
  children: ReactNode;
}

/** The session of the Clerk simulator: anybody may be anybody. */
export default function SimulatedSession({ url, tokenUrl, children }: Props) {
  const [identity, setIdentity] = useIdentity();
  const [cache] = useState(() => new QueryClient());

  const session = useMemo<Session | null>(
    () =>
      identity && {
        ...identity,
        getToken: cacheTokens(() => fetchToken(tokenUrl, identity)),
        OrganizationSwitcher: SimulatedOrganizations,
        UserButton: SimulatedAccount,
      },
    [identity, tokenUrl],
  );
  const simulator = useMemo(() => ({ url, identity, setIdentity }), [url, identity, setIdentity]);

  return (
    <SimulatorContext value={simulator}>
      {session ? (
        <SessionContext value={session}>{children}</SessionContext>
      ) : (
        <Suspense fallback={<FullPageSpinner />}>
          <QueryClientProvider client={cache}>
            <SignInPage />
          </QueryClientProvider>
        </Suspense>
      )}
    </SimulatorContext>
  );
}

/** Who is signed in, in this browser: signing out in one tab does so in all. */
function useIdentity() {
  const [identity, setIdentity] = useState(readIdentity);

  useEffect(() => {
    const follow = (event: StorageEvent) => {
      if (event.key === IDENTITY_KEY) setIdentity(readIdentity());
    };
    window.addEventListener('storage', follow);
    return () => window.removeEventListener('storage', follow);
  }, []);

  const change = useMemo(
    () => (next: Identity | null) => {
      if (next) rememberIdentity(next);
      else forgetIdentity();
      setIdentity(next);
    },
    [],
  );
  return [identity, change] as const;
}
