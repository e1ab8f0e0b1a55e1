import { Download } from 'lucide-react';

import { explain } from '@/api/problem';
import { Button } from '@/ui/button';
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from '@/ui/dropdown-menu';
import { toast } from '@/ui/toast';

import type { DayRange } from './days';
import { useExport, type Report } from './queries';

const REPORTS: { report: Report; label: string }[] = [
  { report: 'days', label: 'Sums by day' },
  { report: 'charges', label: 'Every charge' },
];

/** Downloads the shown days as CSV. */
export function ExportMenu({ range }: { range: DayRange }) {
  const download = useExport();
  const start = (report: Report) => download.mutate({ range, report }, { onError: (error) => toast.error(explain(error)) });
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="outline" isBusy={download.isPending}>
          {!download.isPending && <Download aria-hidden />} CSV
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        {REPORTS.map(({ report, label }) => (
          <DropdownMenuItem key={report} onSelect={() => start(report)}>
            {label}
          </DropdownMenuItem>
        ))}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
