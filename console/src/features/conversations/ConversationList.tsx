import { Inbox, SearchX } from 'lucide-react';
import { useRef } from 'react';

import { Button } from '@/ui/button';
import { LoadMore } from '@/ui/load-more';
import { Notice } from '@/ui/notice';
import { EmptyState, ErrorState, Skeleton } from '@/ui/states';

import { ConversationRow } from './ConversationRow';
import { isFiltered, type Filters } from './filters';
import { useConversations } from './queries';
import { useListKeys } from './useListKeys';

interface Props {
  filters: Filters;
  selectedId: string | null;
  onClear: () => void;
}

/** The conversations as filtered, endlessly. */
export function ConversationList({ filters, selectedId, onClear }: Props) {
  const list = useConversations(filters);
  const region = useRef<HTMLDivElement>(null);
  useListKeys(region);

  if (list.isPending) return <Loading />;
  if (list.isError && list.items.length === 0) {
    return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  }
  return (
    <div ref={region} className="min-h-0 flex-1 overflow-y-auto overscroll-contain">
      {list.isStale && <Notice tone="warning" className="m-3">No connection. The list may be old.</Notice>}
      {list.items.length === 0 && <Nothing isFiltered={isFiltered(filters)} onClear={onClear} />}
      <ul aria-label="Conversations" aria-keyshortcuts="j k" className="divide-y divide-line">
        {list.items.map((conversation) => (
          <li key={conversation.id} className="[contain-intrinsic-size:auto_5.5rem] [content-visibility:auto]">
            <ConversationRow conversation={conversation} isSelected={conversation.id === selectedId} />
          </li>
        ))}
      </ul>
      {list.hasNextPage && (
        <LoadMore isLoading={list.isFetchingNextPage} hasFailed={list.isFetchNextPageError} onLoad={() => void list.fetchNextPage()}>
          Load more conversations
        </LoadMore>
      )}
    </div>
  );
}

function Nothing({ isFiltered: hasFilters, onClear }: { isFiltered: boolean; onClear: () => void }) {
  if (!hasFilters) {
    return (
      <EmptyState icon={Inbox} title="The inbox is empty">
        What customers text to your numbers appears here by itself.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={SearchX}
      title="Nothing like that"
      action={
        <Button variant="outline" onClick={onClear}>
          Show all conversations
        </Button>
      }
    >
      No conversation fits the filters.
    </EmptyState>
  );
}

function Loading() {
  return (
    <div role="status" className="flex flex-col gap-4 p-4">
      <span className="sr-only">Loading the conversations</span>
      {Array.from({ length: 6 }, (_, index) => (
        <div key={index} className="flex gap-3">
          <Skeleton className="size-9 rounded-full" />
          <div className="flex flex-1 flex-col gap-2">
            <Skeleton className="h-4 w-1/2" />
            <Skeleton className="h-4" />
          </div>
        </div>
      ))}
    </div>
  );
}
