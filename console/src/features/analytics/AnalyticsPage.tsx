import { ChartColumn } from 'lucide-react';

import { Page } from '@/ui/page';
import { EmptyState } from '@/ui/states';

/** Figures of the workspace's numbers. */
export default function AnalyticsPage() {
  return (
    <Page title="Analytics">
      <EmptyState icon={ChartColumn} title="No figures yet">
        Volume, delivery and cost of each number will be shown here.
      </EmptyState>
    </Page>
  );
}
