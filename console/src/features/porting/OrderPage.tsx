import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link, Navigate, useSearchParams } from 'react-router';

import type { PortOrder } from '@/api/types';
import { formatPhoneNumber } from '@/domain/phone-number';
import { useSession } from '@/session/session';
import { Button } from '@/ui/button';
import { Page } from '@/ui/page';
import { ErrorState, Skeleton } from '@/ui/states';

import { OrderForm } from './OrderForm';
import { OrderView } from './OrderView';
import { isEditable } from './port-state';
import { usePortOrder } from './queries';

/** The form, empty. */
export function NewOrder() {
  if (useSession().role !== 'admin') return <Navigate to=".." relative="path" replace />;
  return (
    <Frame title="Bring a number">
      <OrderForm order={null} />
    </Frame>
  );
}

/** One order: the form while it may be written, else what is known. */
export function OrderPage({ id }: { id: string }) {
  const order = usePortOrder(id);
  return (
    <Frame title={order.data ? titleOf(order.data) : 'Bring a number'}>
      {order.isPending && (
        <div role="status" aria-label="Loading the order">
          <Skeleton className="h-72" />
        </div>
      )}
      {order.isError && !order.data && <ErrorState error={order.error} onRetry={() => void order.refetch()} />}
      {order.data && <Present order={order.data} />}
    </Frame>
  );
}

function Present({ order }: { order: PortOrder }) {
  const mayChange = useSession().role === 'admin';
  const [query] = useSearchParams();
  // What was refused is read first.
  const isWriting = mayChange && isEditable(order) && (order.state === 'draft' || query.has('step'));
  return isWriting ? <OrderForm order={order} /> : <OrderView order={order} mayChange={mayChange} />;
}

function titleOf({ numbers }: PortOrder): string {
  const [first] = numbers;
  if (!first) return 'Bring a number';
  const number = formatPhoneNumber(first.phoneNumber);
  return numbers.length === 1 ? `Bring ${number}` : `Bring ${number} and ${numbers.length - 1} more`;
}

function Frame({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Page
      title={title}
      className="max-w-3xl"
      actions={
        <Button asChild variant="ghost">
          <Link to="/settings/phone-numbers/porting">
            <ArrowLeft aria-hidden /> All orders
          </Link>
        </Button>
      }
    >
      {children}
    </Page>
  );
}
