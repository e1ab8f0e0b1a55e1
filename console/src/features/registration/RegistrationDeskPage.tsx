import { Inbox } from 'lucide-react';
import { useSearchParams } from 'react-router';

import { PlatformNav } from '@/features/platform/PlatformNav';
import { Field } from '@/ui/field';
import { Page } from '@/ui/page';
import { Select } from '@/ui/select';
import { EmptyState, ErrorState, Skeleton } from '@/ui/states';

import { DeskRegistration } from './desk/DeskRegistration';
import { useDeskRegistrations, type Chosen } from './desk/queries';
import { REGISTRATION_STATES } from './registration-state';

/** Registrations of all workspaces, for those who do in the carrier's dashboard what its API cannot. */
export default function RegistrationDeskPage() {
  const [query, setQuery] = useSearchParams();
  const wanted = query.get('show');
  const chosen: Chosen = wanted === 'all' ? 'all' : (REGISTRATION_STATES.find(({ state }) => state === wanted)?.state ?? 'waiting');
  const registrations = useDeskRegistrations(chosen);
  return (
    <Page title="Texting registration" description="Corrections and reasons that only the carrier's dashboard has.">
      <PlatformNav />
      <div className="max-w-60">
        <Field label="Show">
          <Select value={chosen} onChange={(event) => setQuery({ show: event.target.value }, { replace: true })}>
            <option value="waiting">What waits for us</option>
            <option value="all">All</option>
            {REGISTRATION_STATES.map(({ state, label }) => (
              <option key={state} value={state}>
                {label}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      {registrations.isPending && (
        <div role="status" aria-label="Loading the registrations">
          <Skeleton className="h-40" />
        </div>
      )}
      {registrations.isError && !registrations.data && (
        <ErrorState error={registrations.error} onRetry={() => void registrations.refetch()} />
      )}
      {registrations.data?.length === 0 && (
        <EmptyState icon={Inbox} title={chosen === 'waiting' ? 'Nothing waits for us' : 'There is no such registration'} />
      )}
      {registrations.data?.map((registration) => (
        <DeskRegistration key={registration.id} registration={registration} />
      ))}
    </Page>
  );
}
