import {
  ClerkProvider,
  OrganizationList,
  OrganizationSwitcher,
  SignIn,
  UserButton,
  useAuth,
  useClerk,
  useOrganization,
  useUser,
} from '@clerk/clerk-react';
import { useCallback, useMemo, type ReactNode } from 'react';

import { FullPageSpinner } from '@/ui/spinner';

import { SessionContext, type Session } from '../session';

/** The session of Clerk itself. */
export default function ClerkSession({ publishableKey, children }: { publishableKey: string; children: ReactNode }) {
  return (
    <ClerkProvider publishableKey={publishableKey} afterSignOutUrl="/">
      <Authenticated>{children}</Authenticated>
    </ClerkProvider>
  );
}

function Authenticated({ children }: { children: ReactNode }) {
  const auth = useAuth();
  const { organization, isLoaded, membership } = useOrganization();
  const { user } = useUser();
  const clerk = useClerk();

  const { getToken: token } = auth;
  const getToken = useCallback(
    async (options?: { fresh?: boolean }) => {
      // Clerk keeps the token and renews it before its end.
      const value = await token({ skipCache: options?.fresh ?? false });
      if (!value) throw new Error('You have been signed out.');
      return value;
    },
    [token],
  );

  const organizationId = organization?.id;
  const organizationName = organization?.name ?? '';
  const userId = user?.id;
  const userName = user?.fullName ?? user?.primaryEmailAddress?.emailAddress ?? '';
  const role = membership?.role === 'org:admin' ? 'admin' : 'member';
  const session = useMemo<Session | null>(
    () =>
      organizationId && userId
        ? {
            organization: { id: organizationId, name: organizationName },
            user: { id: userId, name: userName },
            role,
            getToken,
            openBilling: () => clerk.openOrganizationProfile(),
            OrganizationSwitcher: Organizations,
            UserButton,
          }
        : null,
    [organizationId, organizationName, userId, userName, role, getToken, clerk],
  );

  if (!auth.isLoaded || !isLoaded) return <FullPageSpinner />;
  if (session) return <SessionContext value={session}>{children}</SessionContext>;
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      {auth.isSignedIn ? <OrganizationList hidePersonal afterSelectOrganizationUrl="/" /> : <SignIn routing="hash" />}
    </main>
  );
}

function Organizations() {
  return <OrganizationSwitcher hidePersonal />;
}
