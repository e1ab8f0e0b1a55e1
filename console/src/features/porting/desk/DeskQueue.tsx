import { Inbox } from 'lucide-react';
import { Link, useSearchParams } from 'react-router';

import type { OperatorPortOrderRow } from '@/api/types';
import { formatPhoneNumber } from '@/domain/phone-number';
import { PlatformNav } from '@/features/platform/PlatformNav';
import { Badge } from '@/ui/badge';
import { Field } from '@/ui/field';
import { LoadMore } from '@/ui/load-more';
import { Page } from '@/ui/page';
import { Select } from '@/ui/select';
import { EmptyState, ErrorState, Skeleton } from '@/ui/states';

import { formatCalendarDay, formatDate } from '../dates';
import { describePortState, PORT_STATES } from '../port-state';
import { useDeskOrders } from './queries';

/** What waits for the carrier's dashboard, or for its answer. */
export function DeskQueue() {
  const [query, setQuery] = useSearchParams();
  const state = PORT_STATES.find((view) => view.state === query.get('state'))?.state ?? null;
  const orders = useDeskOrders(state);
  const all = orders.data?.pages.flatMap((page) => page.portOrders) ?? [];
  return (
    <Page title="Porting" description="Orders of all workspaces, to enter in the carrier's dashboard.">
      <PlatformNav />
      <div className="max-w-60">
        <Field label="State">
          <Select value={state ?? ''} onChange={(event) => setQuery(event.target.value ? { state: event.target.value } : {}, { replace: true })}>
            <option value="">All that are open</option>
            {/* Drafts are the workspace's own. */}
            {PORT_STATES.filter((view) => view.state !== 'draft').map((view) => (
              <option key={view.state} value={view.state}>
                {view.label}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      {orders.isPending && (
        <div role="status" aria-label="Loading the orders">
          <Skeleton className="h-40" />
        </div>
      )}
      {orders.isError && all.length === 0 && <ErrorState error={orders.error} onRetry={() => void orders.refetch()} />}
      {orders.data && all.length === 0 && <EmptyState icon={Inbox} title="There is no such order" />}
      {all.length > 0 && (
        <ul aria-label="Orders" className="flex flex-col gap-3">
          {all.map((row) => (
            <DeskRow key={row.portOrder.id} row={row} />
          ))}
        </ul>
      )}
      {orders.hasNextPage && (
        <LoadMore isLoading={orders.isFetchingNextPage} hasFailed={orders.isFetchNextPageError} onLoad={() => void orders.fetchNextPage()}>
          Older orders
        </LoadMore>
      )}
    </Page>
  );
}

function DeskRow({ row: { portOrder: order, workspace } }: { row: OperatorPortOrderRow }) {
  const { label, tone } = describePortState(order.state);
  return (
    <li className="relative flex flex-col gap-1 rounded-lg border border-line bg-surface p-4 text-sm hover:bg-hover">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="min-w-0 font-medium break-words">
          <Link to={order.id} className="after:absolute after:inset-0 after:rounded-lg">
            {workspace.name}
          </Link>
        </h2>
        <Badge tone={tone}>{label}</Badge>
      </div>
      <p className="break-words tabular-nums">{order.phoneNumbers.map(formatPhoneNumber).join(', ')}</p>
      <p className="break-words text-muted">
        {[
          order.losingCarrier && `from ${order.losingCarrier}`,
          order.submittedAt && `submitted ${formatDate(order.submittedAt)}`,
          order.focDate && `moves on ${formatCalendarDay(order.focDate)}`,
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
    </li>
  );
}
