import { expect, it } from 'vitest';

import type { DayVolume } from '@/api/types';

import { seriesTotals } from './chart-data';
import { callsChart, deliveryChart, usageChart } from './volume';

const RANGE = { from: '2026-01-14', to: '2026-01-16' };

function day(changes: Partial<DayVolume>): DayVolume {
  return {
    date: '2026-01-15',
    numberType: 'primary',
    channel: 'sms',
    inbound: 0,
    outbound: 0,
    delivered: 0,
    failed: 0,
    answered: 0,
    missed: 0,
    voicemail: 0,
    units: 0,
    costMicros: 0,
    ...changes,
  };
}

const DAYS = [
  day({ date: '2026-01-14', numberType: null, outbound: 3, delivered: 2 }),
  day({ numberType: 'sales', channel: 'voice', inbound: 4, answered: 2, missed: 1, voicemail: 1 }),
  day({ inbound: 2, outbound: 5, delivered: 3, failed: 1 }),
  day({ numberType: 'sales', inbound: 1, outbound: 1, delivered: 1 }),
  day({ date: '2026-01-16', inbound: 7 }),
];

it('counts by day, department and channel, also days without anything', () => {
  const chart = usageChart(DAYS, { ...RANGE, from: '2026-01-13' }, 'both', 'all');
  expect(chart.rows.map(({ label }) => label)).toEqual(['Jan 13', 'Jan 14', 'Jan 15', 'Jan 16']);
  expect(chart.series.map(({ label }) => label)).toEqual(['Primary · Text', 'Sales · Text', 'Sales · Calls', 'Shared · Text']);
  expect(chart.values).toEqual([
    [0, 0, 0, 0],
    [0, 0, 0, 3],
    [7, 2, 4, 0],
    [7, 0, 0, 0],
  ]);
});

it('counts by either, and by direction', () => {
  const departments = usageChart(DAYS, RANGE, 'department', 'inbound');
  expect(departments.series.map(({ label }) => label)).toEqual(['Primary', 'Sales', 'Shared']);
  expect(seriesTotals(departments)).toEqual([9, 5, 0]);
  const channels = usageChart(DAYS, RANGE, 'channel', 'outbound');
  expect(channels.series.map(({ label }) => label)).toEqual(['Text', 'Calls']);
  expect(seriesTotals(channels)).toEqual([9, 0]);
});

it('no two series look the same', () => {
  const types = ['primary', 'sales', 'support', 'custom', null] as const;
  const channels = ['sms', 'whatsapp', 'voice', 'email'] as const;
  const all = types.flatMap((numberType) => channels.map((channel) => day({ numberType, channel, inbound: 1 })));
  for (const grouping of ['both', 'department', 'channel'] as const) {
    const { series } = usageChart(all, RANGE, grouping, 'all');
    expect(new Set(series.map(({ look }) => `${look.color} ${look.pattern}`)).size).toBe(series.length);
  }
});

it('what is longer has wider columns, and loses nothing', () => {
  const history = [day({ date: '2025-02-01', inbound: 1 }), day({ date: '2025-12-31', inbound: 2 }), day({ inbound: 4 })];
  const year = usageChart(history, { from: '2025-01-17', to: '2026-01-16' }, 'both', 'all');
  expect(year.rows.map(({ label }) => label)).toHaveLength(13);
  expect(seriesTotals(year)).toEqual([7]);
  const quarter = usageChart(history, { from: '2025-10-19', to: '2026-01-16' }, 'both', 'all');
  expect(quarter.rows).toHaveLength(13);
  expect(quarter.rows.at(-1)?.label).toBe('Jan 11 – Jan 16');
  expect(seriesTotals(quarter)).toEqual([6]);
});

it('tells what became of messages and of calls', () => {
  expect(seriesTotals(deliveryChart(DAYS, RANGE))).toEqual([6, 1, 2]);
  expect(seriesTotals(callsChart(DAYS, RANGE))).toEqual([2, 1, 1]);
});
