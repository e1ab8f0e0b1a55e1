import { Search, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';

import { NUMBER_TYPES } from '@/domain/number-type';
import { cn } from '@/ui/cn';
import { Input } from '@/ui/input';
import { Select } from '@/ui/select';

import { CHANNELS } from './channels';
import { parseFilters, STATUSES, type Filters } from './filters';

const TYPED_MS = 300;

interface Props {
  filters: Filters;
  onChange: (filters: Partial<Filters>) => void;
}

/** What of the inbox is shown. */
export function FilterBar({ filters, onChange }: Props) {
  // The words are checked by the same rules as those of an address.
  const parsed = (name: string, value: string) => parseFilters(new URLSearchParams({ [name]: value }));
  const select = 'h-8 pr-7 pl-2.5 text-[0.8125rem] sm:text-[0.8125rem]';
  return (
    <div role="search" aria-label="Filter the conversations" className="flex flex-col gap-2">
      <SearchField key={filters.q === '' ? 'empty' : 'filled'} q={filters.q} onSearch={(q) => onChange({ q })} />
      <div className="grid grid-cols-[1.25fr_1fr_1.1fr_auto] gap-1.5">
        <Select
          aria-label="Number type"
          className={select}
          value={filters.numberType ?? ''}
          onChange={(event) => onChange({ numberType: parsed('numberType', event.target.value).numberType })}
        >
          <option value="">All numbers</option>
          {NUMBER_TYPES.map(({ type, label }) => (
            <option key={type} value={type}>
              {label}
            </option>
          ))}
        </Select>
        <Select
          aria-label="State"
          className={select}
          value={filters.status}
          onChange={(event) => onChange({ status: parsed('status', event.target.value).status })}
        >
          {STATUSES.map(({ status, label }) => (
            <option key={status} value={status}>
              {label}
            </option>
          ))}
        </Select>
        <Select
          aria-label="Channel"
          className={select}
          value={filters.channel ?? ''}
          onChange={(event) => onChange({ channel: parsed('channel', event.target.value).channel })}
        >
          <option value="">Channels</option>
          {CHANNELS.map(({ channel, label }) => (
            <option key={channel} value={channel}>
              {label}
            </option>
          ))}
        </Select>
        <Toggle isOn={filters.unread} onChange={(unread) => onChange({ unread })}>
          Unread
        </Toggle>
      </div>
    </div>
  );
}

function SearchField({ q, onSearch }: { q: string; onSearch: (q: string) => void }) {
  const [typed, setTyped] = useState(q);
  const field = useRef<HTMLInputElement>(null);
  const search = useRef(onSearch);
  useEffect(() => {
    search.current = onSearch;
  });

  useEffect(() => {
    if (typed === q) return;
    const timer = window.setTimeout(() => search.current(typed), TYPED_MS);
    return () => window.clearTimeout(timer);
  }, [typed, q]);

  return (
    <div className="relative">
      <Search aria-hidden className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-muted" />
      <Input
        ref={field}
        type="search"
        aria-label="Search"
        aria-keyshortcuts="/"
        placeholder="Search names, numbers, messages"
        maxLength={200}
        className="px-9 [&::-webkit-search-cancel-button]:hidden"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      {typed && (
        <button
          type="button"
          aria-label="Clear the search"
          className="absolute top-1/2 right-2 -translate-y-1/2 rounded-sm p-1 text-muted hover:text-ink"
          onClick={() => {
            setTyped('');
            onSearch('');
            field.current?.focus();
          }}
        >
          <X aria-hidden className="size-4" />
        </button>
      )}
    </div>
  );
}

function Toggle({ isOn, onChange, children }: { isOn: boolean; onChange: (isOn: boolean) => void; children: string }) {
  return (
    <button
      type="button"
      aria-pressed={isOn}
      className={cn(
        'h-8 rounded-md border px-2.5 text-[0.8125rem] shadow-xs',
        isOn ? 'border-primary bg-selected font-medium' : 'border-line-strong bg-surface hover:bg-hover',
      )}
      onClick={() => onChange(!isOn)}
    >
      {children}
    </button>
  );
}
