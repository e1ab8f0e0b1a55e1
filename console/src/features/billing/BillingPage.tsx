import { useWorkspace } from '@/api/workspace';
import { useConfig } from '@/app/config-context';
import { Button } from '@/ui/button';
import { Page } from '@/ui/page';
import { ErrorState, Skeleton } from '@/ui/states';

/** The plan. */
export default function BillingPage() {
  const { billingUrl } = useConfig();
  const workspace = useWorkspace();
  return (
    <Page title="Billing">
      {workspace.isPending && <Skeleton className="h-20" />}
      {workspace.isError && <ErrorState error={workspace.error} onRetry={() => void workspace.refetch()} />}
      {workspace.data && (
        <section className="flex items-center justify-between rounded-lg border border-line bg-surface p-4">
          <div>
            <h2 className="font-medium capitalize">{workspace.data.subscriptionTier}</h2>
            <p className="text-sm text-muted">
              {workspace.data.numbersUsed} of {workspace.data.numberLimit} numbers used
            </p>
          </div>
          <Button asChild>
            <a href={billingUrl}>Change the plan</a>
          </Button>
        </section>
      )}
    </Page>
  );
}
