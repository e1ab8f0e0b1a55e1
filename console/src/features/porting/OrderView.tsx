import { Link } from 'react-router';

import type { PortOrder } from '@/api/types';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { Notice } from '@/ui/notice';

import { CancelOrder } from './CancelOrder';
import { History } from './History';
import { OrderFacts } from './OrderFacts';
import { describePortState, isFinished, whatIsNext } from './port-state';
import { Rejection } from './Rejection';

/** An order to read: what happens next, what it says, and what has happened. */
export function OrderView({ order, mayChange }: { order: PortOrder; mayChange: boolean }) {
  return (
    <>
      {order.state === 'rejected' ? <Refused order={order} mayChange={mayChange} /> : <Progress order={order} />}
      <Card title="The order">
        <OrderFacts order={order} />
      </Card>
      <History history={order.history} />
      {mayChange && !isFinished(order) && (order.state === 'scheduled' ? <Scheduled /> : <CancelOrder order={order} />)}
    </>
  );
}

function Refused({ order, mayChange }: { order: PortOrder; mayChange: boolean }) {
  const correct = mayChange && (
    <Button asChild variant="outline" size="sm" className="text-ink">
      <Link to="?step=numbers">Correct and resubmit</Link>
    </Button>
  );
  return <Rejection order={order} action={correct} />;
}

function Progress({ order }: { order: PortOrder }) {
  const { label, tone } = describePortState(order.state);
  return (
    <section aria-label="State" className="flex flex-col gap-2 rounded-lg border border-line bg-surface p-4 sm:p-5">
      <p>
        <Badge tone={tone}>{label}</Badge>
      </p>
      <p className="text-sm">{whatIsNext(order)}</p>
      {order.cancelReason && <p className="text-sm break-words text-muted">{order.cancelReason}</p>}
      {order.carrierReference && <p className="text-sm break-words text-muted">Reference: {order.carrierReference}</p>}
    </section>
  );
}

/** The carriers have agreed on a day, which takes a person to undo. */
function Scheduled() {
  return (
    <Notice>The carriers have set a day, so this order cannot be cancelled here any more. Ask us if it has to be called off.</Notice>
  );
}
