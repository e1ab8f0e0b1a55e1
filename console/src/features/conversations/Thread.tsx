import { MessageSquareOff } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';

import { ApiProblem } from '@/api/problem';
import type { Conversation } from '@/api/types';
import { LoadMore } from '@/ui/load-more';
import { Notice } from '@/ui/notice';
import { Spinner } from '@/ui/spinner';
import { EmptyState, ErrorState } from '@/ui/states';

import { Composer } from './Composer';
import { MessageList } from './MessageList';
import { useOutgoing } from './OutboxProvider';
import { useConversation, useMessages } from './queries';
import { ThreadHeader } from './ThreadHeader';
import { useLeaveKey } from './useLeaveKey';
import { useMarkRead } from './useMarkRead';

const ContactPanel = lazy(() => import('./ContactPanel'));

/** One conversation: its messages, what is on its way, and a place to write. */
export function Thread({ id }: { id: string }) {
  const conversation = useConversation(id);
  const messages = useMessages(id);
  const [isPanelOpen, setIsPanelOpen] = useState(false);
  useLeaveKey();

  if (messages.isError && messages.items.length === 0) return <Failure error={messages.error} onRetry={messages.refetch} />;
  if (!conversation) {
    return (
      <div className="grid flex-1 place-items-center">
        <Spinner label="Loading the conversation" />
      </div>
    );
  }
  return (
    <>
      <section aria-label="Conversation" className="flex min-w-0 flex-1 flex-col">
        <ThreadHeader conversation={conversation} onShowContact={() => setIsPanelOpen((isOpen) => !isOpen)} isContactShown={isPanelOpen} />
        {messages.isStale && (
          <Notice tone="warning" className="rounded-none border-x-0 border-t-0">
            No connection. New messages appear when it is back.
          </Notice>
        )}
        <Messages conversation={conversation} messages={messages} />
        <Composer conversation={conversation} key={`${id} composer`} />
      </section>
      {isPanelOpen && (
        <Suspense>
          <ContactPanel conversation={conversation} onClose={() => setIsPanelOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

function Messages({ conversation, messages }: { conversation: Conversation; messages: ReturnType<typeof useMessages> }) {
  const outgoing = useOutgoing(conversation.id);
  useMarkRead(conversation, messages.items[0]);
  if (messages.isPending) {
    return (
      <div className="grid min-h-0 flex-1 place-items-center">
        <Spinner label="Loading the messages" />
      </div>
    );
  }
  return (
    <MessageList
      messages={messages.items}
      outgoing={outgoing}
      older={
        messages.hasNextPage && (
          <LoadMore
            isLoading={messages.isFetchingNextPage}
            hasFailed={messages.isFetchNextPageError}
            onLoad={() => void messages.fetchNextPage()}
          >
            Load older messages
          </LoadMore>
        )
      }
    />
  );
}

function Failure({ error, onRetry }: { error: Error; onRetry: () => unknown }) {
  if (error instanceof ApiProblem && error.status === 404) {
    return (
      <div className="grid flex-1 place-items-center">
        <EmptyState icon={MessageSquareOff} title="There is no such conversation">
          It may belong to another workspace.
        </EmptyState>
      </div>
    );
  }
  return <ErrorState className="grid flex-1 place-items-center" error={error} onRetry={() => void onRetry()} />;
}
