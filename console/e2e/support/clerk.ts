import { stack } from './stack';

/** Somebody of an organisation, as the console's sign-in page remembers one. */
export interface Identity {
  organization: { id: string; name: string };
  user: { id: string; name: string };
  role: 'admin' | 'member';
}

export type PlanSlug = 'starter' | 'pro' | 'enterprise';

/** Signs an organisation up at the Clerk simulator. Its events have arrived when this returns. */
export async function signUp(name: string, plan: PlanSlug): Promise<Identity> {
  const user = { firstName: 'Ada', lastName: 'Lopez', email: 'ada@example.com' };
  const answer = await post(`${stack().clerk}/_sim/organizations`, { name, plan, user });
  const { organizationId, userId } = answer as { organizationId: string; userId: string };
  return { organization: { id: organizationId, name }, user: { id: userId, name: 'Ada Lopez' }, role: 'admin' };
}

/** Somebody of the organisation that sees the platform's figures on this machine (dev/stack, parameters). */
export function platformAdmin(): Identity {
  return { organization: { id: 'org_platform', name: 'Platform' }, user: { id: 'user_platform', name: 'Pat Form' }, role: 'admin' };
}

/** A session token of somebody. */
export async function tokenOf({ organization, user, role }: Identity): Promise<string> {
  const query = new URLSearchParams({ organization: organization.id, user: user.id, role });
  return (await fetch(`${stack().token}?${query}`)).text();
}

/** An account of the API, for what a story needs to have happened before. */
export function api(identity: Identity) {
  const base = `${stack().api}/api/workspaces/${identity.organization.id}`;
  const call = async (method: string, path: string, body?: unknown): Promise<Record<string, unknown>> => {
    const token = await tokenOf(identity);
    const response = await fetch(`${base}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Record<string, unknown>;
  };
  return {
    get: (path: string) => call('GET', path),
    post: (path: string, body: unknown) => call('POST', path, body),
    patch: (path: string, body: unknown) => call('PATCH', path, body),
  };
}

export interface OwnNumber {
  id: string;
  phoneNumber: string;
  numberType: string;
  messagingStatus: string;
}

/** The numbers of an organisation, once there are this many. */
export async function numbersOf(identity: Identity, count = 1): Promise<OwnNumber[]> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const { phoneNumbers } = (await api(identity).get('/phone-numbers')) as { phoneNumbers: OwnNumber[] };
    if (phoneNumbers.length >= count) return phoneNumbers;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${identity.organization.name} has not got ${count} numbers in time`);
}

export async function post(url: string, body: unknown): Promise<unknown> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return response.json();
}
