import { useState } from 'react';

import type { DayVolume } from '@/api/types';
import { Select } from '@/ui/select';

import { ChartCard } from './ChartCard';
import type { DayRange } from './days';
import { formatCount } from './figures';
import { GROUPINGS, MEASURES, usageChart, type Grouping, type Measure } from './volume';

/** What was sent and received, over time. */
export function UsageCard({ days, range }: { days: DayVolume[]; range: DayRange }) {
  const [grouping, setGrouping] = useState<Grouping>('both');
  const [measure, setMeasure] = useState<Measure>('all');
  return (
    <ChartCard
      title="Messages and calls"
      data={usageChart(days, range, grouping, measure)}
      format={formatCount}
      isWhole
      nothing="Nothing was sent or received in these days."
      controls={
        <>
          <Select aria-label="Split by" value={grouping} onChange={(event) => setGrouping(event.target.value as Grouping)}>
            {GROUPINGS.map((option) => (
              <option key={option.grouping} value={option.grouping}>
                {option.label}
              </option>
            ))}
          </Select>
          <Select aria-label="Direction" value={measure} onChange={(event) => setMeasure(event.target.value as Measure)}>
            {MEASURES.map((option) => (
              <option key={option.measure} value={option.measure}>
                {option.label}
              </option>
            ))}
          </Select>
        </>
      }
    />
  );
}
