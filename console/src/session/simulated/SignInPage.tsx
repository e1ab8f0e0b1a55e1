import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { explain } from '@/api/problem';
import { Logo } from '@/app/Logo';
import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Notice } from '@/ui/notice';
import { Select } from '@/ui/select';
import { Spinner } from '@/ui/spinner';

import { createOrganization, listOrganizations, listUsers, PLANS, type SimulatedOrganization, type SimulatedUser } from './simulator';
import { useSimulator } from './SimulatorContext';

/** Who to be, of everybody whom the simulator knows, or somebody new. */
export default function SignInPage() {
  const { url, setIdentity } = useSimulator();
  const directory = useQuery({
    queryKey: ['directory', url],
    queryFn: async () => {
      const [organizations, users] = await Promise.all([listOrganizations(url), listUsers(url)]);
      return { organizations, users };
    },
  });
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-md flex-col justify-center gap-6 p-4">
      <header className="flex items-center gap-3">
        <Logo className="size-9" />
        <div>
          <h1 className="text-lg font-semibold">Sign in to Switchboard</h1>
          <p className="text-sm text-muted">The Clerk simulator lets you be anybody.</p>
        </div>
      </header>
      {directory.isPending && <Spinner label="Loading the organisations" className="self-center" />}
      {directory.isError && <Notice tone="danger">{explain(directory.error)}</Notice>}
      {directory.data && directory.data.organizations.length > 0 && (
        <ChooseIdentity {...directory.data} onChoose={setIdentity} key={directory.data.organizations[0]?.id} />
      )}
      {directory.data && <SignUp url={url} />}
    </main>
  );
}

interface ChooseProps {
  organizations: SimulatedOrganization[];
  users: SimulatedUser[];
  onChoose: ReturnType<typeof useSimulator>['setIdentity'];
}

function ChooseIdentity({ organizations, users, onChoose }: ChooseProps) {
  const [organizationId, setOrganizationId] = useState(organizations[0]?.id ?? '');
  const [role, setRole] = useState<'admin' | 'member'>('admin');
  const [userId, setUserId] = useState('');

  const organization = organizations.find(({ id }) => id === organizationId);
  const members = (organization?.members ?? []).map(
    (member) => users.find(({ id }) => id === member.userId) ?? { id: member.userId, name: member.userId },
  );
  const user = members.find(({ id }) => id === userId) ?? members[0];

  return (
    <form
      className="flex flex-col gap-4 rounded-lg border border-line bg-surface p-5 shadow-xs"
      onSubmit={(event) => {
        event.preventDefault();
        if (organization && user) onChoose({ organization: { id: organization.id, name: organization.name }, user, role });
      }}
    >
      <Field label="Organisation">
        <Select value={organizationId} onChange={(event) => setOrganizationId(event.target.value)}>
          {organizations.map(({ id, name, plan }) => (
            <option key={id} value={id}>
              {name} ({planName(plan)})
            </option>
          ))}
        </Select>
      </Field>
      <div className="grid grid-cols-2 gap-4">
        <Field label="User">
          <Select value={user?.id ?? ''} onChange={(event) => setUserId(event.target.value)}>
            {members.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
        <Field label="Role">
          <Select value={role} onChange={(event) => setRole(event.target.value === 'member' ? 'member' : 'admin')}>
            <option value="admin">Admin</option>
            <option value="member">Member</option>
          </Select>
        </Field>
      </div>
      <Button type="submit" disabled={!user}>
        Sign in
      </Button>
    </form>
  );
}

function SignUp({ url }: { url: string }) {
  const [name, setName] = useState('');
  const [plan, setPlan] = useState<string>('pro');
  const cache = useQueryClient();
  const signUp = useMutation({
    mutationFn: () => createOrganization(url, name.trim(), plan),
    onSuccess: () => {
      setName('');
      return cache.invalidateQueries();
    },
  });

  return (
    <form
      className="flex flex-col gap-4 rounded-lg border border-line bg-surface p-5 shadow-xs"
      aria-label="Sign up a new organisation"
      onSubmit={(event) => {
        event.preventDefault();
        signUp.mutate();
      }}
    >
      <h2 className="text-sm font-semibold">A new organisation</h2>
      <div className="grid grid-cols-[1fr_8rem] gap-4">
        <Field label="Name">
          <Input required maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field label="Plan">
          <Select value={plan} onChange={(event) => setPlan(event.target.value)}>
            {PLANS.map(({ slug, name: label }) => (
              <option key={slug} value={slug}>
                {label}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      {signUp.isError && <Notice tone="danger">{explain(signUp.error)}</Notice>}
      <Button type="submit" variant="outline" isBusy={signUp.isPending}>
        Sign up
      </Button>
    </form>
  );
}

function planName(slug: string | null): string {
  return PLANS.find((plan) => plan.slug === slug)?.name ?? 'no plan';
}
