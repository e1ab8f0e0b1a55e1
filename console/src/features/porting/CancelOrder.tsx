import { useState } from 'react';

import { explain } from '@/api/problem';
import type { PortOrder } from '@/api/types';
import { Button } from '@/ui/button';
import { ConfirmDialog } from '@/ui/dialog';
import { Notice } from '@/ui/notice';
import { toast } from '@/ui/toast';

import { useCancelOrder } from './queries';

/** Calls an order off, after it was asked. One with a date is the operator's to call off. */
export function CancelOrder({ order }: { order: PortOrder }) {
  const [isAsking, setIsAsking] = useState(false);
  const cancel = useCancelOrder();
  const name = order.state === 'draft' ? 'Discard the draft' : 'Cancel the order';
  const confirm = () =>
    cancel.mutate(order, {
      onSuccess: () => {
        toast.success('The order was cancelled.');
        setIsAsking(false);
      },
    });
  return (
    <>
      <Button variant="ghost" className="self-start text-danger" onClick={() => setIsAsking(true)}>
        {name}
      </Button>
      {isAsking && (
        <ConfirmDialog
          isOpen
          onClose={() => setIsAsking(false)}
          onConfirm={confirm}
          isBusy={cancel.isPending}
          title={`${name}?`}
          confirmLabel={name}
        >
          <p>
            {order.numbers.length > 1 ? 'The numbers stay' : 'The number stays'} with your present carrier, and what you have
            written here cannot be submitted any more. You can begin again at any time.
          </p>
          {cancel.isError && <Notice tone="danger">{explain(cancel.error)}</Notice>}
        </ConfirmDialog>
      )}
    </>
  );
}
