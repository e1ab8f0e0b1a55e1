import { CircleAlert, Clock } from 'lucide-react';

import { ApiProblem } from '@/api/problem';
import { Button } from '@/ui/button';

import { Bubble } from './MessageBubble';
import { isUncertain, type Outgoing } from './outbox';
import { useOutbox } from './OutboxProvider';

/** A message that the server has not taken yet. */
export function OutgoingBubble({ outgoing }: { outgoing: Outgoing }) {
  const hasFailed = outgoing.state === 'failed';
  const body = outgoing.request.body ?? '';
  const files = outgoing.request.mediaUrls?.length ?? 0;
  return (
    <div className="flex flex-col items-end gap-1">
      <Bubble isOurs isFailed={hasFailed}>
        {outgoing.request.subject && <span className="mb-1 block font-semibold">{outgoing.request.subject}</span>}
        {body === '' ? (files === 1 ? '1 file' : `${files} files`) : body}
      </Bubble>
      {hasFailed ? (
        <Failure outgoing={outgoing} />
      ) : (
        <span className="flex items-center gap-1 text-xs text-muted">
          <Clock aria-hidden className="size-3.5" />
          {outgoing.state === 'waiting' ? 'No answer yet, trying again' : 'Sending'}
        </span>
      )}
    </div>
  );
}

function Failure({ outgoing }: { outgoing: Outgoing }) {
  const outbox = useOutbox();
  return (
    <div className="flex max-w-[85%] flex-col items-end gap-1 text-right text-xs sm:max-w-[75%]" role="alert">
      <p className="flex items-start gap-1 text-danger">
        <CircleAlert aria-hidden className="mt-px size-3.5 shrink-0" />
        {outgoing.error && describe(outgoing.error)}
      </p>
      <div className="flex gap-3">
        <Button variant="link" size="inline" className="text-xs" onClick={() => outbox.retry(outgoing.key)}>
          Try again
        </Button>
        <Button variant="link" size="inline" className="text-xs" onClick={() => outbox.discard(outgoing.key)}>
          Discard
        </Button>
      </div>
    </div>
  );
}

function describe(error: Error): string {
  if (isUncertain(error)) return 'Not sent, or not confirmed: the server did not answer. Trying again does not send it twice.';
  const fields = error instanceof ApiProblem ? error.fields().map(({ detail }) => detail) : [];
  return [error.message, ...fields].join(' ');
}
