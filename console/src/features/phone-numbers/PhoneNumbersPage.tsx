import { Phone } from 'lucide-react';

import { usePhoneNumbers } from '@/api/workspace';
import { NumberTypeBadge } from '@/domain/NumberTypeBadge';
import { formatPhoneNumber } from '@/domain/phone-number';
import { CopyButton } from '@/ui/copy-button';
import { Page } from '@/ui/page';
import { EmptyState, ErrorState, Skeleton } from '@/ui/states';

/** The workspace's numbers. */
export default function PhoneNumbersPage() {
  const numbers = usePhoneNumbers();
  return (
    <Page title="Phone numbers" description="What customers call and text, and what they see.">
      {numbers.isPending && <Skeleton className="h-20" />}
      {numbers.isError && <ErrorState error={numbers.error} onRetry={() => void numbers.refetch()} />}
      {numbers.data?.phoneNumbers.length === 0 && (
        <EmptyState icon={Phone} title="No number yet">
          Messages leave from the shared number.
        </EmptyState>
      )}
      <ul className="flex flex-col gap-3">
        {numbers.data?.phoneNumbers.map((number) => (
          <li key={number.id} className="flex items-center gap-3 rounded-lg border border-line bg-surface p-4">
            <div className="min-w-0 flex-1">
              <div className="font-medium">{formatPhoneNumber(number.phoneNumber)}</div>
              <div className="truncate text-sm text-muted">{number.friendlyName}</div>
            </div>
            <NumberTypeBadge type={number.numberType} />
            <CopyButton text={number.phoneNumber} label="Copy the number" />
          </li>
        ))}
      </ul>
    </Page>
  );
}
