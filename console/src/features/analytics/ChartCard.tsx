import { ChartColumn, Table } from 'lucide-react';
import { lazy, Suspense, useId, useState, type ReactNode } from 'react';

import { Button } from '@/ui/button';
import { Skeleton } from '@/ui/states';

import { isEmpty, type ChartData } from './chart-data';
import { DataTable } from './DataTable';

// The figures do not wait for what draws.
const StackedColumns = lazy(() => import('./StackedColumns'));

interface CardProps {
  title: string;
  /** Beside the title. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A part of the page. */
export function Card({ title, actions, children }: CardProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="flex min-w-0 flex-col gap-4 rounded-lg border border-line bg-surface p-4">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 id={id} className="font-medium">
          {title}
        </h2>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {children}
    </section>
  );
}

interface Props {
  title: string;
  data: ChartData;
  format: (value: number) => string;
  isWhole?: boolean;
  /** Said where there is nothing to draw. */
  nothing: string;
  /** What is chosen for the chart. */
  controls?: ReactNode;
  /** Figures above it. */
  children?: ReactNode;
}

/** A chart, or the table of the same data. */
export function ChartCard({ title, data, format, isWhole, nothing, controls, children }: Props) {
  const [isTable, setIsTable] = useState(false);
  const Icon = isTable ? ChartColumn : Table;
  return (
    <Card
      title={title}
      actions={
        <>
          {controls}
          <Button
            variant="outline"
            size="sm"
            aria-label={isTable ? `Chart: ${title}` : `Table: ${title}`}
            onClick={() => setIsTable(!isTable)}
          >
            <Icon aria-hidden /> {isTable ? 'Chart' : 'Table'}
          </Button>
        </>
      }
    >
      {children}
      {isTable ? (
        <DataTable data={data} title={title} format={format} />
      ) : isEmpty(data) ? (
        <p className="py-8 text-center text-sm text-muted">{nothing}</p>
      ) : (
        <Suspense fallback={<Skeleton className="h-60" />}>
          <StackedColumns data={data} title={title} format={format} isWhole={isWhole ?? false} />
        </Suspense>
      )}
    </Card>
  );
}
