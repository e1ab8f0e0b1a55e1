import { createContext, use, type ComponentType } from 'react';

/** Who is signed in, for which organisation: the same for Clerk and for its simulator. */
export interface Session {
  organization: { id: string; name: string };
  user: { id: string; name: string };
  role: 'admin' | 'member';
  /** A token that is good for some seconds at least; `fresh`: not the one that was given last. */
  getToken: (options?: { fresh?: boolean }) => Promise<string>;
  /** Shows the plans of Clerk itself; its simulator has a page for that instead. */
  openBilling?: () => void;
  /** Changes the organisation. */
  OrganizationSwitcher: ComponentType;
  /** The user's account and the way out. */
  UserButton: ComponentType;
}

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error('useSession needs somebody to be signed in');
  return session;
}
