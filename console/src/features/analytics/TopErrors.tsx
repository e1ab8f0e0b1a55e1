import type { ErrorCount } from '@/api/types';

import { Card } from './ChartCard';
import { ScrollArea } from './DataTable';
import { formatCount } from './figures';

/** Why messages and calls failed, and what to do about it. */
export function TopErrors({ errors }: { errors: ErrorCount[] }) {
  return (
    <Card title="Top errors">
      {errors.length === 0 ? (
        <p className="py-4 text-center text-sm text-muted">Nothing failed in these days.</p>
      ) : (
        <ScrollArea label="Top errors, table">
          <table className="w-full text-left text-sm">
            <caption className="sr-only">Top errors</caption>
            <thead className="border-b border-line">
              <tr>
                <th scope="col" className="py-1.5 pr-3 font-medium">
                  Code
                </th>
                <th scope="col" className="py-1.5 pr-3 text-right font-medium">
                  Count
                </th>
                <th scope="col" className="min-w-56 py-1.5 font-medium">
                  Cause and advice
                </th>
              </tr>
            </thead>
            <tbody className="divide-y divide-line">
              {errors.map(({ code, count, cause, advice }) => (
                <tr key={code} className="align-top">
                  <th scope="row" className="py-1.5 pr-3 font-medium tabular-nums">
                    {code}
                  </th>
                  <td className="py-1.5 pr-3 text-right tabular-nums">{formatCount(count)}</td>
                  <td className="py-1.5">
                    {cause ?? 'The carrier does not say what this code means.'} <span className="text-muted">{advice}</span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollArea>
      )}
    </Card>
  );
}
