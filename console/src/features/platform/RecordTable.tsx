import type { ReactNode } from 'react';

import { Card } from '@/features/analytics/ChartCard';
import { ScrollArea } from '@/features/analytics/DataTable';
import { cn } from '@/ui/cn';

interface Column<Row> {
  name: string;
  cell: (row: Row) => ReactNode;
  isFigure?: boolean;
}

interface Props<Row> {
  title: string;
  /** The first one names its row. */
  columns: Column<Row>[];
  rows: Row[];
  keyOf: (row: Row) => string;
  /** Said where there is no row. */
  nothing: string;
}

/** A part of the page that is a table. */
export function RecordTable<Row>({ title, columns, rows, keyOf, nothing }: Props<Row>) {
  return (
    <Card title={title}>
      {rows.length === 0 ? (
        <p className="py-4 text-center text-sm text-muted">{nothing}</p>
      ) : (
        <ScrollArea label={`${title}, table`} className="max-h-96">
          <table className="w-full text-left text-sm">
            <caption className="sr-only">{title}</caption>
            <thead>
              <tr>
                {columns.map(({ name, isFigure }) => (
                  <th key={name} scope="col" className={cn(CELL, 'sticky top-0 bg-surface font-medium', isFigure && 'text-right')}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={keyOf(row)}>
                  {columns.map(({ name, cell, isFigure }, column) => {
                    const className = cn(CELL, isFigure && 'text-right tabular-nums');
                    return column === 0 ? (
                      <th key={name} scope="row" className={cn(className, 'font-medium')}>
                        {cell(row)}
                      </th>
                    ) : (
                      <td key={name} className={className}>
                        {cell(row)}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollArea>
      )}
    </Card>
  );
}

const CELL = 'border-b border-line px-2 py-1.5 whitespace-nowrap first:pl-0 last:pr-0';
