import { MessagesSquare } from 'lucide-react';
import { useParams } from 'react-router';

import { cn } from '@/ui/cn';
import { EmptyState } from '@/ui/states';

import { InboxColumn } from './InboxColumn';
import { OutboxProvider } from './OutboxProvider';
import { Thread } from './Thread';

/** The inbox: conversations beside the open one; on a phone each has the whole screen. */
export default function ConversationsPage() {
  const { id } = useParams();
  return (
    <OutboxProvider>
      <title>Conversations · Switchboard</title>
      <div className="flex h-full">
        <InboxColumn
          selectedId={id ?? null}
          className={cn('w-full md:w-80 md:shrink-0 md:border-r lg:w-96', id && 'hidden md:flex')}
        />
        {id ? (
          <Thread key={id} id={id} />
        ) : (
          <div className="hidden flex-1 place-items-center md:grid">
            <EmptyState icon={MessagesSquare} title="No conversation is open">
              Choose one from the list. The keys J and K move through it, Enter opens.
            </EmptyState>
          </div>
        )}
      </div>
    </OutboxProvider>
  );
}
