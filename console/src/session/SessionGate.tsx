import { lazy, Suspense, type ReactNode } from 'react';

import type { RuntimeConfig } from '@/config';
import { FullPageSpinner } from '@/ui/spinner';

// Either way of signing in is loaded only where it is used; Clerk's SDK is most of the code of its chunk.
const ClerkSession = lazy(() => import('./clerk/ClerkSession'));
const SimulatedSession = lazy(() => import('./simulated/SimulatedSession'));

/** Shows its children to who is signed in with an organisation, and a way to sign in to everybody else. */
export function SessionGate({ config, children }: { config: RuntimeConfig; children: ReactNode }) {
  const { clerk } = config;
  return (
    <Suspense fallback={<FullPageSpinner />}>
      {clerk.mode === 'clerk' ? (
        <ClerkSession publishableKey={clerk.publishableKey}>{children}</ClerkSession>
      ) : (
        <SimulatedSession url={clerk.url} tokenUrl={clerk.tokenUrl}>
          {children}
        </SimulatedSession>
      )}
    </Suspense>
  );
}
