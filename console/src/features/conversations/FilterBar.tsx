import { Search, X } from 'lucide-react';
import { useEffect, useEffectEvent, useRef, useState } from 'react';

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
  const select = 'h-8 pr-6 pl-2.5 text-[0.8125rem] sm:text-[0.8125rem]';
  return (
    <div role="search" aria-label="Filter the conversations" className="flex flex-col gap-2">
      <div className="flex items-center gap-1.5">
        <SearchField q={filters.q} onSearch={(q) => onChange({ q })} />
        <Toggle isOn={filters.unread} onChange={(unread) => onChange({ unread })}>
          Unread
        </Toggle>
      </div>
      <div className="grid grid-cols-[1.2fr_1fr_1.1fr] gap-1.5">
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
          <option value="">All channels</option>
          {CHANNELS.map(({ channel, label }) => (
            <option key={channel} value={channel}>
              {label}
            </option>
          ))}
        </Select>
      </div>
    </div>
  );
}

function SearchField({ q, onSearch }: { q: string; onSearch: (q: string) => void }) {
  const [typed, setTyped] = useState(q);
  const [searched, setSearched] = useState(q);
  const field = useRef<HTMLInputElement>(null);
  // The address has changed, and not by what was typed here.
  if (q !== searched) {
    setSearched(q);
    setTyped(q);
  }
  const search = useEffectEvent((text: string) => {
    setSearched(text);
    onSearch(text);
  });

  useEffect(() => {
    if (typed === searched) return;
    const timer = window.setTimeout(() => search(typed), TYPED_MS);
    return () => window.clearTimeout(timer);
  }, [typed, searched]);

  return (
    <div className="relative min-w-0 flex-1">
      <Search aria-hidden className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-muted" />
      <Input
        ref={field}
        type="search"
        aria-label="Search"
        aria-keyshortcuts="/"
        placeholder="Search"
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
            setSearched('');
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
        'h-9 rounded-md border px-3 text-[0.8125rem] shadow-xs',
        isOn ? 'border-primary bg-selected font-medium' : 'border-line-strong bg-surface hover:bg-hover',
      )}
      onClick={() => onChange(!isOn)}
    >
      {children}
    </button>
  );
}
