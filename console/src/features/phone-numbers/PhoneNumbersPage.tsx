import { BadgeCheck, Phone, PhoneIncoming, Plus } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'react-router';

import type { PhoneNumber } from '@/api/types';
import { usePhoneNumbers, useWorkspace } from '@/api/workspace';
import { formatPhoneNumber } from '@/domain/phone-number';
import { useSession } from '@/session/session';
import { Button } from '@/ui/button';
import { Page } from '@/ui/page';
import { EmptyState, ErrorState, Skeleton } from '@/ui/states';

import { PhoneNumberCard } from './PhoneNumberCard';
import { PlanNotice } from './PlanNotice';
import { ProvisioningCard } from './ProvisioningCard';

// Only who changes something needs these.
const AddNumberDialog = lazy(() => import('./AddNumberDialog'));
const EditNumberDialog = lazy(() => import('./EditNumberDialog'));
const EmergencyAddressDialog = lazy(() => import('./EmergencyAddressDialog'));
const ReleaseNumberDialog = lazy(() => import('./ReleaseNumberDialog'));

type Task = { kind: 'add' } | { kind: 'edit' | 'emergency' | 'release'; number: PhoneNumber } | null;

/** The workspace's numbers. */
export default function PhoneNumbersPage() {
  const mayChange = useSession().role === 'admin';
  const numbers = usePhoneNumbers();
  const workspace = useWorkspace();
  const [task, setTask] = useState<Task>(null);
  const plan = workspace.data;
  const hasRoom = plan !== undefined && plan.numbersUsed < plan.numberLimit;
  const add = mayChange && hasRoom && (
    <Button onClick={() => setTask({ kind: 'add' })}>
      <Plus aria-hidden /> Add number
    </Button>
  );
  return (
    <Page
      title="Phone numbers"
      description={plan && plan.numberLimit > 0 ? usage(plan.numbersUsed, plan.numberLimit) : 'What customers call and text.'}
      actions={
        <>
          {mayChange && (
            <Button asChild variant="outline">
              <Link to="/settings/phone-numbers/registration">
                <BadgeCheck aria-hidden /> Texting registration
              </Link>
            </Button>
          )}
          <Button asChild variant="outline">
            <Link to="/settings/phone-numbers/porting">
              <PhoneIncoming aria-hidden /> Bring your number
            </Link>
          </Button>
          {add}
        </>
      }
    >
      {plan && <PlanNotice workspace={plan} mayChange={mayChange} />}
      {numbers.isPending && <Loading />}
      {numbers.isError && <ErrorState error={numbers.error} onRetry={() => void numbers.refetch()} />}
      {numbers.data && (
        <Numbers
          numbers={numbers.data.phoneNumbers}
          provisionings={numbers.data.provisionings}
          platformNumber={plan?.platformNumber}
          mayChange={mayChange}
          onTask={setTask}
        />
      )}
      <Suspense>{task && <Dialogs task={task} onClose={() => setTask(null)} />}</Suspense>
    </Page>
  );
}

function usage(used: number, limit: number): string {
  return `${used} of ${limit} ${limit === 1 ? 'number' : 'numbers'} of your plan in use.`;
}

function Dialogs({ task, onClose }: { task: NonNullable<Task>; onClose: () => void }) {
  switch (task.kind) {
    case 'add':
      return <AddNumberDialog onClose={onClose} />;
    case 'edit':
      return <EditNumberDialog number={task.number} onClose={onClose} />;
    case 'emergency':
      return <EmergencyAddressDialog number={task.number} onClose={onClose} />;
    case 'release':
      return <ReleaseNumberDialog number={task.number} onClose={onClose} />;
  }
}

interface NumbersProps extends Pick<NonNullable<ReturnType<typeof usePhoneNumbers>['data']>, 'provisionings'> {
  numbers: PhoneNumber[];
  platformNumber: string | undefined;
  mayChange: boolean;
  onTask: (task: Task) => void;
}

function Numbers({ numbers, provisionings, platformNumber, mayChange, onTask }: NumbersProps) {
  const active = numbers.filter((number) => number.status === 'active').length;
  if (numbers.length === 0 && provisionings.length === 0) {
    return (
      <EmptyState icon={Phone} title="No number yet">
        Your texts leave from the shared number{platformNumber && ` ${formatPhoneNumber(platformNumber)}`}.
      </EmptyState>
    );
  }
  return (
    <>
      {provisionings.length > 0 && (
        <section aria-label="Numbers on their way" className="flex flex-col gap-3">
          {provisionings.map((provisioning) => (
            <ProvisioningCard key={provisioning.id} provisioning={provisioning} mayChange={mayChange} />
          ))}
        </section>
      )}
      <section aria-label="Your numbers" className="grid gap-4 md:grid-cols-2">
        {numbers.map((number) => {
          const isLast = number.status === 'active' && active === 1;
          return (
            <PhoneNumberCard
              key={number.id}
              number={number}
              onEdit={mayChange ? () => onTask({ kind: 'edit', number }) : undefined}
              onEmergencyAddress={mayChange ? () => onTask({ kind: 'emergency', number }) : undefined}
              onRelease={isLast ? undefined : () => onTask({ kind: 'release', number })}
              whyKept={isLast ? 'The last active number of a workspace cannot be released.' : undefined}
            />
          );
        })}
      </section>
    </>
  );
}

function Loading() {
  return (
    <div role="status" aria-label="Loading the numbers" className="grid gap-4 md:grid-cols-2">
      <Skeleton className="h-56" />
      <Skeleton className="h-56" />
    </div>
  );
}
