import { formatCents } from '@/domain/money';

import type { Fees } from './queries';

/** What it costs, now and each month. */
export function FeeList({ fees: { brandCents, campaignVettingCents, campaignMonthlyCents } }: { fees: Fees }) {
  const once = [
    { name: 'Check of the company', cents: brandCents },
    { name: 'Check of what you text', cents: campaignVettingCents },
  ].filter(({ cents }) => cents > 0);
  return (
    <dl aria-label="Fees" className="flex flex-col gap-1.5 text-sm">
      {once.map(({ name, cents }) => (
        <Row key={name} name={`${name}, once`} cents={cents} />
      ))}
      <Row name="Each month, from the approval on" cents={campaignMonthlyCents} />
      <Row name="Due now" cents={dueNow({ brandCents, campaignVettingCents })} isSum />
    </dl>
  );
}

export function dueNow({ brandCents, campaignVettingCents }: Pick<Fees, 'brandCents' | 'campaignVettingCents'>): number {
  return brandCents + campaignVettingCents;
}

function Row({ name, cents, isSum }: { name: string; cents: number; isSum?: boolean }) {
  return (
    <div className={isSum ? 'flex justify-between gap-4 border-t border-line pt-1.5 font-medium' : 'flex justify-between gap-4'}>
      <dt>{name}</dt>
      <dd className="tabular-nums">{formatCents(cents)}</dd>
    </div>
  );
}
