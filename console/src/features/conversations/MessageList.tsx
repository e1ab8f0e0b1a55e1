import { ArrowDown } from 'lucide-react';
import { Fragment, useMemo, useState, type ReactNode } from 'react';

import type { Message } from '@/api/types';
import { formatDay, isSameDay } from '@/domain/time';
import { Button } from '@/ui/button';

import { CallEntry } from './CallEntry';
import { MessageBubble } from './MessageBubble';
import type { Outgoing } from './outbox';
import { OutgoingBubble } from './OutgoingBubble';
import { useStickToEnd } from './useStickToEnd';

interface Props {
  /** The newest first, as the API has them. */
  messages: Message[];
  outgoing: Outgoing[];
  /** Before the first message. */
  older: ReactNode;
}

/** The messages, the newest last. */
export function MessageList({ messages, outgoing, older }: Props) {
  const inOrder = useMemo(() => messages.toReversed(), [messages]);
  const newest = outgoing.at(-1)?.key ?? messages[0]?.id ?? '';
  const { scroller, content, isAtEnd, toEnd } = useStickToEnd(inOrder[0]?.id ?? '', newest);
  const [lastSeen, setLastSeen] = useState(newest);
  if (isAtEnd && lastSeen !== newest) setLastSeen(newest);

  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        // Reachable with the keyboard, which then scrolls it.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be focusable
        tabIndex={0}
        role="log"
        aria-label="Messages"
        data-focus-inset
        className="h-full overflow-y-auto overscroll-contain [overflow-anchor:none]"
      >
        <div ref={content} className="mx-auto flex min-h-full max-w-3xl flex-col justify-end px-4 py-4">
          {older}
          <ol className="flex flex-col">
            {inOrder.map((message, index) => (
              <Fragment key={message.id}>
                <DayLine before={inOrder[index - 1]} message={message} />
                <li className={isContinued(inOrder[index - 1], message) ? 'mt-1' : 'mt-4'}>
                  {message.channel === 'voice' ? (
                    <CallEntry message={message} />
                  ) : (
                    <MessageBubble message={message} isGroupEnd={!isContinued(message, inOrder[index + 1])} />
                  )}
                </li>
              </Fragment>
            ))}
            {outgoing.map((entry) => (
              <li key={entry.key} className="mt-1">
                <OutgoingBubble outgoing={entry} />
              </li>
            ))}
          </ol>
        </div>
      </div>
      {!isAtEnd && (
        <Button
          variant="outline"
          size="sm"
          className="absolute bottom-3 left-1/2 -translate-x-1/2 rounded-full shadow-md"
          onClick={toEnd}
        >
          <ArrowDown aria-hidden /> {lastSeen === newest ? 'Latest' : 'New messages'}
        </Button>
      )}
    </div>
  );
}

function DayLine({ before, message }: { before: Message | undefined; message: Message }) {
  if (before && isSameDay(before.createdAt, message.createdAt)) return null;
  return (
    <li className="mt-5 flex items-center gap-3 text-xs font-medium text-muted first:mt-0">
      <span aria-hidden className="h-px flex-1 bg-line" />
      {formatDay(message.createdAt)}
      <span aria-hidden className="h-px flex-1 bg-line" />
    </li>
  );
}

const SAME_BREATH_MS = 300_000;

/** Whether it follows a message of the same side closely. */
function isContinued(before: Message | undefined, message: Message | undefined): boolean {
  if (!before || !message || message.channel === 'voice') return false;
  return (
    before.direction === message.direction &&
    Date.parse(message.createdAt) - Date.parse(before.createdAt) < SAME_BREATH_MS
  );
}
