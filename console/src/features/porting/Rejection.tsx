import type { ReactNode } from 'react';

import type { PortOrder } from '@/api/types';
import { Notice } from '@/ui/notice';

import { whatIsNext } from './port-state';

/** Why an order came back, and what to do about it. */
export function Rejection({ order, action }: { order: PortOrder; action?: ReactNode }) {
  if (order.state !== 'rejected') return null;
  return (
    <Notice tone="danger" action={action}>
      <p className="font-medium">Your present carrier has refused the move</p>
      {order.rejectionReason && <p className="break-words whitespace-pre-line">{order.rejectionReason}</p>}
      <p className="mt-1">{whatIsNext(order)}</p>
    </Notice>
  );
}
