import { useApi } from '@/api/ApiProvider';
import type { Workspace } from '@/api/types';
import { usePlans, useWorkspace } from '@/api/workspace';
import { useConfig } from '@/app/config-context';
import { useSession } from '@/session/session';
import { Button } from '@/ui/button';
import { Notice } from '@/ui/notice';
import { Page } from '@/ui/page';
import { ErrorState, Skeleton } from '@/ui/states';

import { billingAddress } from './billing-address';
import { PlanCard } from './PlanCard';

/** The plans, which one it is, and the way to another. */
export default function BillingPage() {
  const { role } = useSession();
  const workspace = useWorkspace();
  const plans = usePlans();
  const error = workspace.error ?? plans.error;
  const retry = () => void Promise.all([workspace.refetch(), plans.refetch()]);
  const tier = workspace.data?.subscriptionTier;
  // Who has said nothing about a plan yet has the least one; it is not for choosing.
  const shown = plans.data?.plans.filter((plan) => plan.tier !== 'free');
  return (
    <Page title="Billing" description="What your plan allows, and what others would.">
      {error && <ErrorState error={error} onRetry={retry} />}
      {!error && (!shown || !workspace.data) && <Loading />}
      {shown && plans.data && workspace.data && (
        <>
          <Present workspace={workspace.data} mayChange={role === 'admin'} />
          <ul className="grid gap-4 md:grid-cols-3" aria-label="Plans">
            {shown.map((plan) => (
              <PlanCard
                key={plan.tier}
                plan={plan}
                isPresent={plan.tier === tier || (tier === 'free' && plan.tier === 'starter')}
                extraNumberCents={plans.data.extraNumberMonthlyPriceCents}
              />
            ))}
          </ul>
        </>
      )}
    </Page>
  );
}

function Present({ workspace, mayChange }: { workspace: Workspace; mayChange: boolean }) {
  const { numbersUsed, numberLimit } = workspace;
  return (
    <section
      aria-label="Your plan"
      className="flex flex-wrap items-center justify-between gap-3 rounded-lg border border-line bg-surface p-4"
    >
      <p className="text-sm">
        <strong className="font-medium">{workspace.name}</strong> uses{' '}
        {numberLimit === 0 ? 'the shared number' : `${numbersUsed} of ${numberLimit} ${numberLimit === 1 ? 'number' : 'numbers'}`}
        .
      </p>
      {mayChange ? <ManagePlan /> : <Notice>An administrator of your organisation can change the plan.</Notice>}
    </section>
  );
}

/** Money is Clerk's: its page takes the card and changes the plan. */
function ManagePlan() {
  const config = useConfig();
  const { workspace } = useApi();
  const { openBilling } = useSession();
  const address = billingAddress(config, workspace, window.location.href);
  if (address) {
    return (
      <Button asChild>
        <a href={address}>Change the plan</a>
      </Button>
    );
  }
  return <Button onClick={openBilling}>Change the plan</Button>;
}

function Loading() {
  return (
    <div role="status" aria-label="Loading the plans" className="grid gap-4 md:grid-cols-3">
      <Skeleton className="h-52" />
      <Skeleton className="h-52" />
      <Skeleton className="h-52" />
    </div>
  );
}
