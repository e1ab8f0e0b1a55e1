import type { Identity } from './simulator';

export const IDENTITY_KEY = 'switchboard.identity';

/** Who signed in last, unless signed out since. */
export function readIdentity(): Identity | null {
  const stored = window.localStorage.getItem(IDENTITY_KEY);
  if (!stored) return null;
  try {
    const value: unknown = JSON.parse(stored);
    return isIdentity(value) ? value : null;
  } catch {
    return null; // written by something else: sign in again
  }
}

export function rememberIdentity(identity: Identity): void {
  window.localStorage.setItem(IDENTITY_KEY, JSON.stringify(identity));
}

export function forgetIdentity(): void {
  window.localStorage.removeItem(IDENTITY_KEY);
}

function isIdentity(value: unknown): value is Identity {
  const { organization, user, role } = (value ?? {}) as Partial<Identity>;
  const isNamed = (thing?: { id?: unknown; name?: unknown }) =>
    typeof thing?.id === 'string' && typeof thing.name === 'string';
  return isNamed(organization) && isNamed(user) && (role === 'admin' || role === 'member');
}
