import type { AnalyticsMoney, ChargedService } from '@/api/types';
import { CHANNELS } from '@/domain/channels';

import type { ChartData, Look } from './chart-data';

/** What is charged for, in words. */
export function describeService(service: ChargedService): string {
  if (service === 'number') return 'Numbers';
  if (service === 'registration') return 'Registration';
  return CHANNELS.find(({ channel }) => channel === service)?.label ?? service;
}

/** What each service cost, and how much of that the carrier has not confirmed. */
export function costChart({ byService }: AnalyticsMoney): ChartData {
  return {
    rowName: 'Service',
    rows: byService.map(({ service }) => ({ key: service, label: describeService(service) })),
    series: [
      { key: 'final', label: 'Final', look: { color: 1, pattern: 'solid' } },
      { key: 'estimated', label: 'Estimated', look: { color: 2, pattern: 'stripes' } },
    ],
    values: byService.map(({ costMicros, estimatedCostMicros }) => [costMicros - estimatedCostMicros, estimatedCostMicros]),
    totals: 'both',
  };
}

interface Earned {
  byService: { service: ChargedService; costMicros: number; revenueMicros: number | null }[];
  subscriptionRevenueMicros: number | null;
}

/** Costs beside what they earn, both by service; null for those who may not see that. */
export function revenueChart(money: Earned): ChartData | null {
  const { byService, subscriptionRevenueMicros } = money;
  if (subscriptionRevenueMicros === null) return null;
  const services = byService.map(({ service }) => ({
    key: service,
    label: describeService(service),
    look: SERVICE_LOOKS[service] ?? UNKNOWN,
  }));
  return {
    rowName: 'Money',
    rows: [
      { key: 'costs', label: 'Costs' },
      { key: 'revenue', label: 'Revenue' },
    ],
    series: [{ key: 'subscription', label: 'Subscription', look: { color: 1, pattern: 'solid' } }, ...services],
    values: [
      [0, ...byService.map(({ costMicros }) => costMicros)],
      [subscriptionRevenueMicros, ...byService.map(({ revenueMicros }) => revenueMicros ?? 0)],
    ],
    totals: 'rows',
  };
}

const UNKNOWN: Look = { color: 6, pattern: 'waves' };
const SERVICE_LOOKS: Partial<Record<string, Look>> = {
  sms: { color: 2, pattern: 'stripes' },
  voice: { color: 3, pattern: 'dots' },
  whatsapp: { color: 4, pattern: 'grid' },
  email: { color: 6, pattern: 'solid' },
  number: { color: 5, pattern: 'waves' },
};
