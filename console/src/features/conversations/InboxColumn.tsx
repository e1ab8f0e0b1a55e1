import { SquarePen } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useSearchParams } from 'react-router';

import { IconButton } from '@/ui/button';
import { cn } from '@/ui/cn';

import { ConversationList } from './ConversationList';
import { FilterBar } from './FilterBar';
import { parseFilters, writeFilters, type Filters } from './filters';
import { FromNumbers } from './FromNumbers';

const NewMessageDialog = lazy(() => import('./NewMessageDialog'));

/** The list of conversations with what belongs to it. */
export function InboxColumn({ selectedId, className }: { selectedId: string | null; className?: string }) {
  const [query, setQuery] = useSearchParams();
  const [isWriting, setIsWriting] = useState(false);
  const filters = parseFilters(query);
  const change = (next: Partial<Filters>) => setQuery(writeFilters({ ...filters, ...next }, query), { replace: true });

  return (
    <section aria-label="Inbox" className={cn('flex min-h-0 min-w-0 flex-col bg-surface', className)}>
      <header className="flex flex-col gap-3 border-b border-line px-4 pt-4 pb-3">
        <div className="flex items-start justify-between gap-2">
          <div className="min-w-0">
            <h1 className="text-lg leading-8 font-semibold tracking-tight">Conversations</h1>
            <FromNumbers />
          </div>
          <IconButton label="New message" variant="primary" onClick={() => setIsWriting(true)}>
            <SquarePen aria-hidden />
          </IconButton>
        </div>
        <FilterBar filters={filters} onChange={change} />
      </header>
      <ConversationList filters={filters} selectedId={selectedId} onClear={() => setQuery({}, { replace: true })} />
      {isWriting && (
        <Suspense>
          <NewMessageDialog onClose={() => setIsWriting(false)} />
        </Suspense>
      )}
    </section>
  );
}
