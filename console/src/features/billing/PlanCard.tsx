import { Check } from 'lucide-react';

import type { Plan } from '@/api/types';
import { formatCents } from '@/domain/money';
import { Badge } from '@/ui/badge';
import { cn } from '@/ui/cn';

import { planName } from './plan-name';

interface Props {
  plan: Plan;
  isPresent: boolean;
  extraNumberCents: number;
}

const COUNT = new Intl.NumberFormat('en-US');

/** One plan: its price and its limits. */
export function PlanCard({ plan, isPresent, extraNumberCents }: Props) {
  const name = planName(plan.tier);
  return (
    <li
      aria-label={name}
      aria-current={isPresent ? 'true' : undefined}
      className={cn('flex flex-col gap-3 rounded-lg border border-line bg-surface p-4', isPresent && 'border-primary')}
    >
      <div className="flex items-center justify-between gap-2">
        <h2 className="font-medium">{name}</h2>
        {isPresent && <Badge tone="teal">Your plan</Badge>}
      </div>
      <p>
        <span className="text-2xl font-semibold tracking-tight">{formatCents(plan.monthlyPriceCents)}</span>{' '}
        <span className="text-sm text-muted">a month</span>
      </p>
      <ul className="flex flex-col gap-2 text-sm">
        <Included>{numbersOf(plan, extraNumberCents)}</Included>
        <Included>{`${COUNT.format(plan.messagesPerMinute)} messages a minute`}</Included>
        <Included>{`${COUNT.format(plan.messagesPerDay)} messages a day`}</Included>
      </ul>
    </li>
  );
}

function numbersOf(plan: Plan, extraNumberCents: number): string {
  if (plan.numberLimit === 0) return 'The shared number';
  if (plan.numberLimit === 1) return 'One number of your own';
  return `Up to ${plan.numberLimit} numbers of your own, ${formatCents(extraNumberCents)} a month for each beyond the first`;
}

function Included({ children }: { children: string }) {
  return (
    <li className="flex gap-2">
      <Check aria-hidden className="mt-0.5 size-4 shrink-0 text-success" />
      {children}
    </li>
  );
}
