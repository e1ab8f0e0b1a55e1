import type { Channel, DayVolume, NumberType } from '@/api/types';
import { CHANNELS, describeChannel } from '@/domain/channels';
import { describeNumberType, NUMBER_TYPES } from '@/domain/number-type';

import { sum, type ChartData, type Look, type Pattern, type Series } from './chart-data';
import { periodsOf, type DayRange } from './days';

export const GROUPINGS = [
  { grouping: 'both', label: 'Department and channel' },
  { grouping: 'department', label: 'Department' },
  { grouping: 'channel', label: 'Channel' },
] as const;

export type Grouping = (typeof GROUPINGS)[number]['grouping'];

export const MEASURES = [
  { measure: 'all', label: 'Sent and received' },
  { measure: 'outbound', label: 'Sent' },
  { measure: 'inbound', label: 'Received' },
] as const;

export type Measure = (typeof MEASURES)[number]['measure'];

interface Group {
  numberType: NumberType | null;
  channel: Channel;
}

const PATTERNS: Pattern[] = ['solid', 'stripes', 'dots', 'grid', 'waves'];
const COLORS: Look['color'][] = [1, 2, 3, 4, 5];
const TYPES: (NumberType | null)[] = [...NUMBER_TYPES.map(({ type }) => type), null];

/** Messages and calls by period, department and channel. */
export function usageChart(days: DayVolume[], range: DayRange, grouping: Grouping, measure: Measure): ChartData {
  return overTime(days, range, seriesOf(days, grouping), (day, key) =>
    keyOf(day, grouping) === key ? measured(day, measure) : 0,
  );
}

/** What became of the messages to customers. Other ones are on their way, were taken back, or have no receipt. */
export function deliveryChart(days: DayVolume[], range: DayRange): ChartData {
  const series: Series[] = [
    { key: 'delivered', label: 'Delivered', look: { color: 1, pattern: 'solid' } },
    { key: 'failed', label: 'Failed', look: { color: 2, pattern: 'stripes' } },
    { key: 'other', label: 'Other', look: { color: 5, pattern: 'dots' } },
  ];
  return overTime(days, range, series, (day, key) => {
    if (day.channel === 'voice') return 0;
    if (key === 'delivered') return day.delivered;
    return key === 'failed' ? day.failed : day.outbound - day.delivered - day.failed;
  });
}

/** What became of the calls of customers. */
export function callsChart(days: DayVolume[], range: DayRange): ChartData {
  const series: Series[] = [
    { key: 'answered', label: 'Answered', look: { color: 1, pattern: 'solid' } },
    { key: 'voicemail', label: 'Voicemail', look: { color: 3, pattern: 'dots' } },
    { key: 'missed', label: 'Missed', look: { color: 2, pattern: 'stripes' } },
  ];
  return overTime(days, range, series, (day, key) => {
    if (day.channel !== 'voice') return 0;
    if (key === 'answered') return day.answered;
    return key === 'voicemail' ? day.voicemail : day.missed;
  });
}

function overTime(
  days: DayVolume[],
  range: DayRange,
  series: Series[],
  valueOf: (day: DayVolume, series: string) => number,
): ChartData {
  const periods = periodsOf(range);
  const values = periods.map(({ from, to }) => {
    const within = days.filter(({ date }) => date >= from && date <= to);
    return series.map(({ key }) => sum(within.map((day) => valueOf(day, key))));
  });
  const isDaily = periods.every(({ from, to }) => from === to);
  const rows = periods.map(({ from, label }) => ({ key: from, label }));
  return { rowName: isDaily ? 'Day' : 'Days', rows, series, values, totals: 'both' };
}

function measured({ inbound, outbound }: DayVolume, measure: Measure): number {
  if (measure === 'all') return inbound + outbound;
  return measure === 'inbound' ? inbound : outbound;
}

/** Only what there is, in the usual order; what this version does not know yet comes last. */
function seriesOf(days: DayVolume[], grouping: Grouping): Series[] {
  const groups = new Map<string, Group>();
  for (const day of days) groups.set(keyOf(day, grouping), day);
  return [...groups]
    .sort(([, first], [, second]) => rank(first) - rank(second))
    .map(([key, group]) => ({ key, label: labelOf(group, grouping), look: lookOf(group, grouping) }));
}

function keyOf({ numberType, channel }: Group, grouping: Grouping): string {
  const department = numberType ?? 'shared';
  if (grouping === 'department') return department;
  return grouping === 'channel' ? channel : `${department} ${channel}`;
}

function labelOf({ numberType, channel }: Group, grouping: Grouping): string {
  const department = describeNumberType(numberType).label;
  const by = describeChannel(channel).label;
  if (grouping === 'department') return department;
  return grouping === 'channel' ? by : `${department} · ${by}`;
}

function lookOf({ numberType, channel }: Group, grouping: Grouping): Look {
  const [department, by] = [TYPES.indexOf(numberType), channelRank(channel)];
  const [color, pattern] = grouping === 'both' ? [department, by] : grouping === 'channel' ? [by, by] : [department, department];
  return { color: COLORS[color] ?? 6, pattern: PATTERNS[pattern] ?? 'waves' };
}

function rank({ numberType, channel }: Group): number {
  const department = TYPES.indexOf(numberType);
  return (department < 0 ? TYPES.length : department) * 100 + channelRank(channel);
}

function channelRank(channel: Channel): number {
  const found = CHANNELS.findIndex((view) => view.channel === channel);
  return found < 0 ? CHANNELS.length : found;
}
