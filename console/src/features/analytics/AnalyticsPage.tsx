import { ChartColumn } from 'lucide-react';
import { useSearchParams } from 'react-router';

import { explain } from '@/api/problem';
import type { Analytics } from '@/api/types';
import { formatMicros } from '@/domain/money';
import { cn } from '@/ui/cn';
import { Notice } from '@/ui/notice';
import { Page } from '@/ui/page';
import { EmptyState, ErrorState, Skeleton } from '@/ui/states';

import { ChartCard } from './ChartCard';
import { localTimeZone, localToday } from './days';
import { ExportMenu } from './ExportMenu';
import { formatCount } from './figures';
import { KeyFigures, MonthFigures } from './KeyFigures';
import { costChart, revenueChart } from './money-charts';
import { useAnalytics } from './queries';
import { daysOf, parseChoice, writeChoice, type Choice } from './range';
import { RangePicker } from './RangePicker';
import { TopErrors } from './TopErrors';
import { UsageCard } from './UsageCard';
import { callsChart, deliveryChart } from './volume';

/** What the workspace used, how well it went, and what it cost. */
export default function AnalyticsPage() {
  const [query, setQuery] = useSearchParams();
  const choice = parseChoice(query);
  const today = localToday();
  const range = daysOf(choice, today);
  const { data, error, isPlaceholderData, refetch } = useAnalytics(range);
  const choose = (chosen: Choice) => setQuery((present) => writeChoice(chosen, present), { replace: true });
  return (
    <Page
      title="Analytics"
      description={`Days of ${localTimeZone()}. The figures refresh by themselves.`}
      actions={<ExportMenu range={range} />}
    >
      <RangePicker choice={choice} today={today} onChoose={choose} />
      {data ? (
        <>
          {error && <Notice tone="warning">These figures could not be refreshed. {explain(error)}</Notice>}
          <div aria-busy={isPlaceholderData} className={cn('flex flex-col gap-6', isPlaceholderData && 'opacity-60')}>
            <Figures analytics={data} />
          </div>
        </>
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <Loading />
      )}
    </Page>
  );
}

function Figures({ analytics }: { analytics: Analytics }) {
  const { days, from, to, money, monthToDate, topErrors } = analytics;
  const range = { from, to };
  if (days.length === 0 && money.byService.length === 0) {
    return (
      <>
        <EmptyState icon={ChartColumn} title="Nothing in these days">
          Volume, delivery and cost appear here as soon as something is sent, received or called.
        </EmptyState>
        <MonthFigures month={monthToDate} />
      </>
    );
  }
  const revenue = revenueChart(money);
  return (
    <>
      <KeyFigures analytics={analytics} />
      <UsageCard days={days} range={range} />
      <div className="grid gap-6 lg:grid-cols-2">
        <ChartCard
          title="Delivery"
          data={deliveryChart(days, range)}
          format={formatCount}
          isWhole
          nothing="No message was sent in these days."
        />
        <ChartCard
          title="Calls of customers"
          data={callsChart(days, range)}
          format={formatCount}
          isWhole
          nothing="Nobody called in these days."
        />
        <ChartCard title="Costs" data={costChart(money)} format={formatMicros} nothing="Nothing was charged in these days." />
        {revenue && (
          <ChartCard
            title="Costs and revenue"
            data={revenue}
            format={formatMicros}
            nothing="Nothing was charged or earned in these days."
          />
        )}
      </div>
      <TopErrors errors={topErrors} />
      <MonthFigures month={monthToDate} />
    </>
  );
}

function Loading() {
  return (
    <div role="status" aria-label="Loading the figures" className="flex flex-col gap-6">
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        {[0, 1, 2, 3].map((place) => (
          <Skeleton key={place} className="h-22" />
        ))}
      </div>
      <Skeleton className="h-72" />
    </div>
  );
}
