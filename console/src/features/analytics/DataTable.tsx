import type { ReactNode } from 'react';

import { cn } from '@/ui/cn';

import { seriesTotals, sum, type ChartData } from './chart-data';

interface Props {
  data: ChartData;
  title: string;
  format: (value: number) => string;
}

/** The same data as the chart, to read, to hear and to copy. */
export function DataTable({ data, title, format }: Props) {
  const { rowName, rows, series, values, totals } = data;
  const hasTotal = series.length > 1;
  const ofSeries = seriesTotals(data);
  const cells = (figures: number[]) => (hasTotal ? [...figures, sum(figures)] : figures);
  return (
    <ScrollArea label={`${title}, table`} className="max-h-96">
      <table className="w-full text-sm tabular-nums">
        <caption className="sr-only">{title}</caption>
        <thead>
          <tr>
            {[rowName, ...series.map(({ label }) => label), ...(hasTotal ? ['Total'] : [])].map((name, column) => (
              <th key={name} scope="col" className={cn(CELL, 'sticky top-0 bg-surface font-medium', column > 0 && 'text-right')}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, label }, row) => (
            <TableRow key={key} name={label} cells={cells(values[row] ?? [])} format={format} />
          ))}
        </tbody>
        {totals === 'both' && rows.length > 1 && (
          <tfoot className="font-medium">
            <TableRow name="Total" cells={cells(ofSeries)} format={format} />
          </tfoot>
        )}
      </table>
    </ScrollArea>
  );
}

const CELL = 'border-b border-line px-2 py-1.5 text-left whitespace-nowrap first:pl-0 last:pr-0';

function TableRow({ name, cells, format }: { name: string; cells: number[]; format: (value: number) => string }) {
  return (
    <tr>
      <th scope="row" className={cn(CELL, 'font-[inherit]')}>
        {name}
      </th>
      {cells.map((value, column) => (
        <td key={column} className={cn(CELL, 'text-right')}>
          {format(value)}
        </td>
      ))}
    </tr>
  );
}

/** What may be wider or longer than its place; the keyboard can scroll it. */
export function ScrollArea({ label, className, children }: { label: string; className?: string; children: ReactNode }) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- without it only a pointer could scroll
    <div role="region" aria-label={label} tabIndex={0} data-focus-inset className={cn('overflow-auto', className)}>
      {children}
    </div>
  );
}
