import { RotateCcw } from 'lucide-react';
import type { ReactNode } from 'react';

import type { Message } from '@/api/types';
import { describeNumberType } from '@/domain/number-type';
import { formatFull, formatTime } from '@/domain/time';
import { Button } from '@/ui/button';
import { cn } from '@/ui/cn';

import { CancelScheduled } from './CancelScheduled';
import { MessageMedia } from './MessageMedia';
import { useOutbox } from './OutboxProvider';
import { SendState } from './SendState';
import { isFailed, isScheduled } from './send-state';

/** A text, a WhatsApp message or a mail. */
export function MessageBubble({ message, isGroupEnd }: { message: Message; isGroupEnd: boolean }) {
  const isOurs = message.direction === 'outbound';
  // The time of what follows closely is that of the last of them; how far each message came is always shown.
  const isTimed = isOurs || isGroupEnd;
  return (
    <div className={cn('flex flex-col gap-1', isOurs ? 'items-end' : 'items-start')}>
      <span className="sr-only">{isOurs ? 'Sent:' : 'Received:'}</span>
      {message.media.length > 0 && <MessageMedia message={message} />}
      {(message.body || message.subject) && (
        <Bubble isOurs={isOurs} isFailed={isFailed(message)} isDashed={isScheduled(message)}>
          {message.subject && <span className="mb-1 block font-semibold">{message.subject}</span>}
          {message.body}
        </Bubble>
      )}
      <div
        className={cn('flex flex-wrap items-center gap-x-1.5 text-xs text-muted', isOurs && 'justify-end', !isTimed && 'sr-only')}
      >
        <time dateTime={message.createdAt} title={formatFull(message.createdAt)}>
          {formatTime(message.createdAt)}
        </time>
        {isOurs && <span>· {describeNumberType(message.numberType).label}</span>}
        {isOurs && <SendState message={message} />}
      </div>
      {isFailed(message) && <Failure message={message} />}
      {isScheduled(message) && <CancelScheduled message={message} />}
    </div>
  );
}

interface BubbleProps {
  isOurs: boolean;
  isFailed?: boolean;
  isDashed?: boolean;
  children: ReactNode;
}

export function Bubble({ isOurs, isFailed: hasFailed, isDashed, children }: BubbleProps) {
  return (
    <div
      className={cn(
        'max-w-[85%] rounded-2xl px-3.5 py-2 text-[0.9375rem] leading-snug wrap-anywhere whitespace-pre-wrap sm:max-w-[75%]',
        isOurs ? 'rounded-br-md bg-bubble text-on-bubble' : 'rounded-bl-md border border-line bg-surface',
        hasFailed && 'border border-danger-line bg-danger-tint text-ink',
        isDashed && 'border border-dashed border-line-strong bg-transparent text-ink',
      )}
    >
      {children}
    </div>
  );
}

function Failure({ message }: { message: Message }) {
  const outbox = useOutbox();
  const { conversationId, channel, body, subject, phoneNumberId, media } = message;
  // Files of ours have addresses that work for a while only: those are attached again by hand.
  const canBeRepeated = media.length === 0;
  return (
    <div className="flex max-w-[85%] flex-col items-end gap-1 text-right text-xs sm:max-w-[75%]">
      <p className="text-danger">
        {message.errorMessage ?? 'It was not delivered.'}
        {message.errorCode && <span className="text-muted"> (code {message.errorCode})</span>}
      </p>
      {message.advice && <p className="text-muted">{message.advice}</p>}
      {canBeRepeated && (
        <Button
          variant="link"
          size="inline"
          className="text-xs [&_svg]:size-3.5"
          onClick={() =>
            outbox.send(conversationId, {
              channel,
              conversationId,
              body,
              ...(subject !== null && { subject }),
              ...(phoneNumberId !== null && { phoneNumberId }),
            })
          }
        >
          <RotateCcw aria-hidden /> Send again
        </Button>
      )}
    </div>
  );
}
