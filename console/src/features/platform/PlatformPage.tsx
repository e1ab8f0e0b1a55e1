import { useSearchParams } from 'react-router';

import { explain } from '@/api/problem';
import type { PlatformAnalytics } from '@/api/types';
import { formatMicros } from '@/domain/money';
import { formatPhoneNumber } from '@/domain/phone-number';
import { ChartCard } from '@/features/analytics/ChartCard';
import { formatCount, formatShare } from '@/features/analytics/figures';
import { Figure } from '@/features/analytics/KeyFigures';
import { describeService } from '@/features/analytics/money-charts';
import { daysOf, parseChoice, writeChoice, type Choice } from '@/features/analytics/range';
import { RangePicker } from '@/features/analytics/RangePicker';
import { TopErrors } from '@/features/analytics/TopErrors';
import { cn } from '@/ui/cn';
import { Notice } from '@/ui/notice';
import { Page } from '@/ui/page';
import { ErrorState, Skeleton } from '@/ui/states';

import { billChart, moneyChart } from './charts';
import { PlatformNav } from './PlatformNav';
import { usePlatformAnalytics, utcToday } from './queries';
import { RecordTable } from './RecordTable';

/** What all workspaces cost and earn, how well they get their numbers, and whether the carrier's bill is right. */
export default function PlatformPage() {
  const [query, setQuery] = useSearchParams();
  const choice = parseChoice(query);
  const today = utcToday();
  const { data, error, isPlaceholderData, refetch } = usePlatformAnalytics(daysOf(choice, today));
  const choose = (chosen: Choice) => setQuery((present) => writeChoice(chosen, present), { replace: true });
  return (
    <Page title="Platform" description="All workspaces, by days of UTC. The figures refresh by themselves.">
      <PlatformNav />
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
        <div role="status" aria-label="Loading the figures">
          <Skeleton className="h-72" />
        </div>
      )}
    </Page>
  );
}

function Figures({ analytics }: { analytics: PlatformAnalytics }) {
  const { provisioning, money, workspaces, topErrors, reconciliation } = analytics;
  const revenue = moneyChart(money);
  return (
    <>
      <KeyFigures analytics={analytics} />
      <div className="grid gap-6 lg:grid-cols-2">
        {revenue && (
          <ChartCard
            title="Costs and revenue"
            data={revenue}
            format={formatMicros}
            nothing="Nothing was charged or earned in these days."
          />
        )}
        <ChartCard
          title="The carrier's bill"
          data={billChart(reconciliation.days)}
          format={formatMicros}
          nothing="No day of these has been compared."
        />
      </div>
      <RecordTable
        title="Workspaces"
        columns={[
          { name: 'Workspace', cell: ({ name, deleted }) => (deleted ? `${name} (deleted)` : name) },
          { name: 'Plan', cell: ({ subscriptionTier }) => <span className="capitalize">{subscriptionTier}</span> },
          { name: 'Costs', cell: ({ costMicros }) => formatMicros(costMicros), isFigure: true },
          { name: 'Subscription', cell: ({ subscriptionRevenueMicros }) => formatMicros(subscriptionRevenueMicros), isFigure: true },
          { name: 'Usage', cell: ({ usageRevenueMicros }) => formatMicros(usageRevenueMicros), isFigure: true },
          { name: 'Margin', cell: ({ marginMicros }) => formatMicros(marginMicros), isFigure: true },
        ]}
        rows={workspaces}
        keyOf={({ id }) => id}
        nothing="There is no workspace yet."
      />
      <RecordTable
        title="Differences of the bill"
        columns={[
          { name: 'Day', cell: ({ day }) => day },
          { name: 'Cause', cell: ({ cause }) => CAUSES[cause] ?? cause },
          { name: 'For', cell: ({ service }) => describeService(service) },
          { name: 'Number', cell: ({ phoneNumber }) => formatPhoneNumber(phoneNumber) },
          { name: 'Events', cell: ({ events }) => formatCount(events), isFigure: true },
          { name: 'Expected', cell: ({ ourMicros }) => formatMicros(ourMicros), isFigure: true },
          { name: 'Carrier', cell: ({ carrierMicros }) => formatMicros(carrierMicros), isFigure: true },
        ]}
        rows={reconciliation.differences}
        keyOf={({ day, service, phoneNumber, cause }) => [day, service, phoneNumber, cause].join(' ')}
        nothing="The carrier takes what was expected."
      />
      <RecordTable
        title="Numbers that could not be had"
        columns={[
          { name: 'Reason', cell: ({ code }) => code },
          { name: 'Attempts', cell: ({ count }) => formatCount(count), isFigure: true },
        ]}
        rows={provisioning.failureReasons}
        keyOf={({ code }) => code}
        nothing="Every attempt of these days got its number."
      />
      <TopErrors errors={topErrors} />
    </>
  );
}

const CAUSES: Record<string, string> = {
  missing_here: 'Missing here',
  missing_there: 'Missing at the carrier',
  price_differs: 'Another price',
  billing_date_differs: 'Another date',
};

function KeyFigures({ analytics: { provisioning, money, numbers, reconciliation } }: { analytics: PlatformAnalytics }) {
  return (
    <dl className="grid grid-cols-2 gap-3 md:grid-cols-3 lg:grid-cols-4">
      <Figure name="Paying workspaces with a number" value={formatShare(provisioning.successRate)}>
        {formatCount(provisioning.paidWorkspacesWithNumber)} of {formatCount(provisioning.paidWorkspaces)}
      </Figure>
      <Figure name="Numbers got at the first go" value={formatShare(provisioning.firstTimeRate)}>
        {formatCount(provisioning.succeededFirstTime)} of {formatCount(provisioning.attempts)} attempts, {formatCount(provisioning.failed)} failed
      </Figure>
      <Figure name="Numbers" value={formatCount(numbers.active)}>
        {formatCount(numbers.suspended)} suspended, {formatCount(numbers.released)} released, {formatCount(numbers.messagingPending)} not
        ready to text, {formatCount(numbers.messagingFailed)} refused
      </Figure>
      <Figure name="Bill of a month" value={formatMicros(numbers.expectedMonthlyCostMicros)}>
        for the numbers of now
      </Figure>
      <Figure name="Costs" value={formatMicros(money.costMicros)}>
        {money.estimatedCostMicros > 0 ? `${formatMicros(money.estimatedCostMicros)} of it estimated` : 'all of it final'}
      </Figure>
      <Figure name="Revenue" value={formatMicros(money.revenueMicros)}>
        subscriptions, numbers and usage
      </Figure>
      <Figure name="Margin" value={formatMicros(money.marginMicros)}>
        revenue less costs
      </Figure>
      <Figure name="Variance" value={formatShare(reconciliation.variance)}>
        the carrier's bill against what was expected
      </Figure>
    </dl>
  );
}
