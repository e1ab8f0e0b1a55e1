import type { PlatformAnalytics } from '@/api/types';
import { sum, type ChartData } from '@/features/analytics/chart-data';
import { revenueChart } from '@/features/analytics/money-charts';

type Days = PlatformAnalytics['reconciliation']['days'];

/** Costs beside revenue, both by service. */
export function moneyChart({ byService, subscriptionRevenueMicros }: PlatformAnalytics['money']): ChartData | null {
  return revenueChart({ byService, subscriptionRevenueMicros });
}

/** The carrier's bill beside ours, by service, over all days that were compared. */
export function billChart(days: Days): ChartData {
  const of = (service: string, amount: (day: Days[number]) => number) =>
    sum(days.filter((day) => day.service === service).map(amount));
  const services = ['sms', 'voice', 'number'];
  return {
    rowName: 'Bill',
    rows: [
      { key: 'ours', label: 'Expected' },
      { key: 'carrier', label: 'Carrier' },
    ],
    series: [
      { key: 'sms', label: 'Text', look: { color: 2, pattern: 'stripes' } },
      { key: 'voice', label: 'Calls', look: { color: 3, pattern: 'dots' } },
      { key: 'number', label: 'Numbers', look: { color: 5, pattern: 'waves' } },
    ],
    values: [
      services.map((service) => of(service, ({ ourMicros }) => ourMicros)),
      services.map((service) => of(service, ({ carrierMicros }) => carrierMicros)),
    ],
    totals: 'rows',
  };
}
