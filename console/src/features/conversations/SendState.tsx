import type { Message } from '@/api/types';
import { formatMicros } from '@/domain/money';
import { cn } from '@/ui/cn';
import { Tooltip } from '@/ui/tooltip';

import { describeSendState } from './send-state';

/** How far a message of ours has come; the hint has its cost. */
export function SendState({ message }: { message: Message }) {
  const { label, hint, icon: Icon, tone } = describeSendState(message);
  const cost = message.costMicros ?? message.estimatedCostMicros;
  const parts = message.segments === 1 ? '1 segment' : `${message.segments} segments`;
  return (
    <Tooltip
      content={
        <>
          {hint && <p>{hint}</p>}
          <p>
            {parts}, {formatMicros(cost)}
            {message.costMicros === null && ' (estimate)'}
          </p>
        </>
      }
    >
      <button
        type="button"
        className={cn(
          'flex cursor-default items-center gap-1 rounded-sm',
          tone === 'danger' && 'font-medium text-danger',
          tone === 'success' && 'text-success',
        )}
      >
        <Icon aria-hidden className="size-3.5" /> {label}
      </button>
    </Tooltip>
  );
}
