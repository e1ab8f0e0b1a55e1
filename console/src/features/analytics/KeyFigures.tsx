import type { ReactNode } from 'react';

import type { Analytics } from '@/api/types';
import { formatMicros } from '@/domain/money';

import { formatCount, formatShare, formatWait, NONE } from './figures';

/** The figures that most people come for. */
export function KeyFigures({ analytics }: { analytics: Analytics }) {
  const { messages, calls, responseTime, money } = analytics;
  return (
    <dl className="grid grid-cols-2 gap-3 md:grid-cols-3 lg:grid-cols-4">
      <Figure name="Messages" value={formatCount(messages.inbound + messages.outbound)}>
        {formatCount(messages.outbound)} sent, {formatCount(messages.inbound)} received
      </Figure>
      <Figure name="Delivery rate" value={formatShare(messages.deliveryRate)}>
        {formatCount(messages.delivered)} delivered
      </Figure>
      <Figure name="Failure rate" value={formatShare(messages.failureRate)}>
        {formatCount(messages.failed + messages.undelivered)} failed
      </Figure>
      <Figure name="Response time" value={formatWait(responseTime.medianSeconds)}>
        median; 90% within {formatWait(responseTime.p90Seconds)}
      </Figure>
      <Figure name="Calls" value={formatCount(calls.inbound + calls.outbound)}>
        {formatCount(calls.answered)} answered, {formatCount(calls.missed)} missed, {formatCount(calls.voicemail)} voicemail
      </Figure>
      <Figure name="Costs" value={formatMicros(money.costMicros)}>
        {money.estimatedCostMicros > 0 ? `${formatMicros(money.estimatedCostMicros)} of it estimated` : 'all of it final'}
      </Figure>
      {money.revenueMicros !== null && (
        <>
          <Figure name="Revenue" value={formatMicros(money.revenueMicros)}>
            subscription, numbers and usage
          </Figure>
          <Figure name="Margin" value={money.marginMicros === null ? NONE : formatMicros(money.marginMicros)}>
            revenue less costs
          </Figure>
        </>
      )}
    </dl>
  );
}

/** The current month, whatever days are shown. */
export function MonthFigures({ month }: { month: Analytics['monthToDate'] }) {
  const forecast = (micros: number | null) => (micros === null ? 'no forecast yet' : `${formatMicros(micros)} at its end`);
  return (
    <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      <Figure name="Costs this month" value={formatMicros(month.costMicros)}>
        {forecast(month.forecastCostMicros)}
      </Figure>
      {month.revenueMicros !== null && (
        <Figure name="Revenue this month" value={formatMicros(month.revenueMicros)}>
          {forecast(month.forecastRevenueMicros)}
        </Figure>
      )}
    </dl>
  );
}

export function Figure({ name, value, children }: { name: string; value: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col gap-0.5 rounded-lg border border-line bg-surface p-3">
      <dt className="text-sm text-muted">{name}</dt>
      <dd className="text-xl font-semibold tracking-tight tabular-nums">{value}</dd>
      <dd className="text-xs text-muted">{children}</dd>
    </div>
  );
}
