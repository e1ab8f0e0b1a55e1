import type { UseQueryResult } from '@tanstack/react-query';
import { useId, type ReactNode } from 'react';

import { explain } from '@/api/problem';
import type { AvailableNumber } from '@/api/types';
import { formatCents } from '@/domain/money';
import { formatPhoneNumber } from '@/domain/phone-number';
import { cn } from '@/ui/cn';
import { Notice } from '@/ui/notice';
import { Skeleton } from '@/ui/states';

interface Props {
  query: UseQueryResult<AvailableNumber[]>;
  chosen: string | null;
  onChoose: (phoneNumber: string | null) => void;
  /** Whether any number of the area will do. */
  mayLeaveOpen: boolean;
}

/** What a search has found, to choose from. */
export function AvailableNumbers({ query, chosen, onChoose, mayLeaveOpen }: Props) {
  const name = useId();
  if (query.isPending) return <Skeleton className="h-40" />;
  if (query.isError) return <Notice tone="danger">{explain(query.error)}</Notice>;
  const isShown = query.data.some((number) => number.phoneNumber === chosen);
  return (
    <fieldset className={cn('flex flex-col gap-2', query.isPlaceholderData && 'opacity-60')} aria-busy={query.isFetching}>
      <legend className="mb-2 text-sm font-medium">Numbers on offer</legend>
      {query.data.length === 0 && (
        <Notice>
          {mayLeaveOpen
            ? 'There is none here. Numbers nearby, then in the rest of the country, are tried instead.'
            : 'There is none right now. Try again in a while.'}
        </Notice>
      )}
      {mayLeaveOpen && (
        <Choice name={name} isChosen={!isShown} onChoose={() => onChoose(null)}>
          <span className="font-medium">Any of them</span>
          <span className="text-muted">the first that is free</span>
        </Choice>
      )}
      <div className="grid gap-2 sm:grid-cols-2">
        {query.data.map(({ phoneNumber, locality, region, monthlyCostCents }) => (
          <Choice
            key={phoneNumber}
            name={name}
            isChosen={phoneNumber === chosen}
            onChoose={() => onChoose(phoneNumber)}
          >
            <span className="flex flex-wrap justify-between gap-x-3">
              <span className="font-medium tabular-nums">{formatPhoneNumber(phoneNumber)}</span>
              <span className="text-muted">{formatCents(monthlyCostCents)}</span>
            </span>
            <span className="truncate text-muted">{placeOf(locality, region)}</span>
          </Choice>
        ))}
      </div>
    </fieldset>
  );
}

interface ChoiceProps {
  name: string;
  isChosen: boolean;
  onChoose: () => void;
  children: ReactNode;
}

function Choice({ name, isChosen, onChoose, children }: ChoiceProps) {
  return (
    <label
      className={cn(
        'flex cursor-pointer items-center gap-3 rounded-md border border-line-strong px-3 py-2 text-sm hover:bg-hover has-focus-visible:outline-2 has-focus-visible:outline-primary',
        isChosen && 'border-primary bg-selected',
      )}
    >
      <input type="radio" name={name} checked={isChosen} onChange={onChoose} className="size-4 accent-primary outline-none" />
      <span className="flex min-w-0 flex-1 flex-col">{children}</span>
    </label>
  );
}

/** The carrier shouts: `OKLAHOMA CITY` is Oklahoma City. */
function placeOf(locality: string | null, region: string | null): string {
  const town = locality?.toLowerCase().replace(/(^|[\s-])\p{L}/gu, (first) => first.toUpperCase());
  return [town, region].filter(Boolean).join(', ') || 'Toll-free';
}
