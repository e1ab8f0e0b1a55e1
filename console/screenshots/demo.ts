import { stack } from '../e2e/support/stack';
import type { Identity } from '../e2e/support/clerk';

interface Organization {
  id: string;
  name: string;
  members: { userId: string; role: string }[];
}

interface User {
  id: string;
  first_name: string | null;
  last_name: string | null;
}

/** The admin of the demo data's organisation of this name. */
export async function adminOf(name: string): Promise<Identity> {
  const get = async (path: string): Promise<unknown> => (await fetch(`${stack().clerk}${path}`)).json();
  const { organizations } = (await get('/_sim/organizations')) as { organizations: Organization[] };
  const { users } = (await get('/_sim/users')) as { users: User[] };
  const organization = organizations.find((candidate) => candidate.name === name);
  const admin = organization?.members.find(({ role }) => role === 'org:admin');
  const user = users.find(({ id }) => id === admin?.userId);
  if (!organization || !user) throw new Error(`The demo data have no organisation ${name}.`);
  const fullName = [user.first_name, user.last_name].filter(Boolean).join(' ') || 'Administrator';
  return { organization: { id: organization.id, name: organization.name }, user: { id: user.id, name: fullName }, role: 'admin' };
}
