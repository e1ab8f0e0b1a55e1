import { ArrowLeft, PhoneIncoming, Plus } from 'lucide-react';
import { Link } from 'react-router';

import type { PortOrderSummary } from '@/api/types';
import { formatPhoneNumber } from '@/domain/phone-number';
import { useSession } from '@/session/session';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { LoadMore } from '@/ui/load-more';
import { Page } from '@/ui/page';
import { EmptyState, ErrorState, Skeleton } from '@/ui/states';

import { formatDate } from './dates';
import { describePortState, whatIsNext } from './port-state';
import { usePortOrders } from './queries';

/** All orders of the workspace, and what happens next with each. */
export function OrderList() {
  const mayChange = useSession().role === 'admin';
  const orders = usePortOrders();
  const all = orders.data?.pages.flatMap((page) => page.portOrders) ?? [];
  return (
    <Page
      title="Bring your number"
      description="Numbers that you have at another carrier can move here. You keep them, and your customers notice nothing."
      actions={
        <>
          <Button asChild variant="ghost">
            <Link to="/settings/phone-numbers">
              <ArrowLeft aria-hidden /> Phone numbers
            </Link>
          </Button>
          {mayChange && all.length > 0 && <Begin />}
        </>
      }
    >
      {orders.isPending && <Loading />}
      {orders.isError && all.length === 0 && <ErrorState error={orders.error} onRetry={() => void orders.refetch()} />}
      {orders.data && all.length === 0 && <Nothing mayChange={mayChange} />}
      {all.length > 0 && (
        <ul aria-label="Orders" className="flex flex-col gap-3">
          {all.map((order) => (
            <OrderRow key={order.id} order={order} />
          ))}
        </ul>
      )}
      {orders.hasNextPage && (
        <LoadMore
          isLoading={orders.isFetchingNextPage}
          hasFailed={orders.isFetchNextPageError}
          onLoad={() => void orders.fetchNextPage()}
        >
          Older orders
        </LoadMore>
      )}
    </Page>
  );
}

function Begin() {
  return (
    <Button asChild>
      <Link to="new">
        <Plus aria-hidden /> Bring a number
      </Link>
    </Button>
  );
}

function Nothing({ mayChange }: { mayChange: boolean }) {
  return (
    <EmptyState icon={PhoneIncoming} title="No number is on its way" action={mayChange && <Begin />}>
      You need a recent invoice of your present carrier and a signed letter. It takes about a week.
      {!mayChange && ' An administrator can begin.'}
    </EmptyState>
  );
}

function OrderRow({ order }: { order: PortOrderSummary }) {
  const { label, tone } = describePortState(order.state);
  return (
    <li className="relative flex flex-col gap-1.5 rounded-lg border border-line bg-surface p-4 hover:bg-hover">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="min-w-0 font-medium break-words tabular-nums">
          {/* The whole card leads to the order. */}
          <Link to={order.id} className="after:absolute after:inset-0 after:rounded-lg">
            {numbersOf(order.phoneNumbers)}
          </Link>
        </h2>
        <Badge tone={tone}>{label}</Badge>
      </div>
      <p className="text-sm text-muted">{whatIsNext(order)}</p>
      {order.state === 'rejected' && order.rejectionReason && (
        <p className="text-sm break-words text-danger">{order.rejectionReason}</p>
      )}
      <p className="text-sm break-words text-muted">
        {order.losingCarrier && `From ${order.losingCarrier} · `}begun {formatDate(order.createdAt)}
      </p>
    </li>
  );
}

const MOST_SHOWN = 3;

function numbersOf(phoneNumbers: string[]): string {
  if (phoneNumbers.length === 0) return 'No number yet';
  const shown = phoneNumbers.slice(0, MOST_SHOWN).map(formatPhoneNumber).join(', ');
  const more = phoneNumbers.length - MOST_SHOWN;
  return more > 0 ? `${shown} and ${more} more` : shown;
}

function Loading() {
  return (
    <div role="status" aria-label="Loading the orders" className="flex flex-col gap-3">
      <Skeleton className="h-28" />
      <Skeleton className="h-28" />
    </div>
  );
}
