/** The part of the Clerk simulator's control API that signing in needs. */
export interface SimulatedOrganization {
  id: string;
  name: string;
  plan: string | null;
  members: { userId: string; role: string }[];
}

export interface SimulatedUser {
  id: string;
  name: string;
}

/** Who a developer wants to be; remembered in this browser. */
export interface Identity {
  organization: { id: string; name: string };
  user: SimulatedUser;
  role: 'admin' | 'member';
}

/** Slug and name, as the simulator has them. */
export const PLANS = [
  { slug: 'free_org', name: 'Starter' },
  { slug: 'pro', name: 'Pro' },
  { slug: 'enterprise', name: 'Enterprise' },
] as const;

export async function listOrganizations(url: string): Promise<SimulatedOrganization[]> {
  const answer = (await ask(`${url}/_sim/organizations`)) as { organizations: SimulatedOrganization[] };
  return answer.organizations.toReversed();
}

/** As Clerk's own API writes users. */
interface ClerkUser {
  id: string;
  first_name: string | null;
  last_name: string | null;
  email_addresses: { email_address: string }[];
}

export async function listUsers(url: string): Promise<SimulatedUser[]> {
  const answer = (await ask(`${url}/_sim/users`)) as { users: ClerkUser[] };
  return answer.users.map((user) => {
    const name = [user.first_name, user.last_name].filter(Boolean).join(' ');
    return { id: user.id, name: name || (user.email_addresses[0]?.email_address ?? user.id) };
  });
}

/** Signs an organisation up: Clerk's events go out before this answers. */
export async function createOrganization(url: string, name: string, plan: string): Promise<string> {
  const body = JSON.stringify({ name, plan });
  const answer = (await ask(`${url}/_sim/organizations`, { method: 'POST', body })) as { organizationId: string };
  return answer.organizationId;
}

export async function fetchToken(tokenUrl: string, { organization, user, role }: Identity): Promise<string> {
  const query = new URLSearchParams({ organization: organization.id, user: user.id, role });
  const response = await fetch(`${tokenUrl}?${query}`);
  if (!response.ok) throw new Error(`The Clerk simulator gave no token: ${await response.text()}`);
  return response.text();
}

// A body without a content type of its own spares the preflight; the simulator reads JSON whatever it is called.
async function ask(url: string, init?: RequestInit): Promise<unknown> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`The Clerk simulator answered: ${await response.text()}`);
  return response.json();
}
