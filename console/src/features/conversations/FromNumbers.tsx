import { usePhoneNumbers, useWorkspace } from '@/api/workspace';
import { NumberTypeBadge } from '@/domain/NumberTypeBadge';
import { formatPhoneNumber } from '@/domain/phone-number';
import { CopyButton, useCopy } from '@/ui/copy-button';
import { Popover, PopoverContent, PopoverTrigger } from '@/ui/popover';
import { Skeleton } from '@/ui/states';
import { Tooltip } from '@/ui/tooltip';

/** From which number messages leave, and which others the workspace has. */
export function FromNumbers() {
  const numbers = usePhoneNumbers();
  const workspace = useWorkspace();
  const active = numbers.data?.phoneNumbers.filter(({ status }) => status === 'active') ?? [];
  const [first, ...others] = active;

  if (numbers.isPending || workspace.isPending) return <Skeleton className="h-5 w-40" />;
  const number = first?.phoneNumber ?? workspace.data?.platformNumber;
  // A failure of either is shown where the list is.
  if (!number) return null;
  return (
    <div className="flex h-5 items-center gap-2 text-sm text-muted">
      <FromNumber
        number={number}
        hint={first ? 'Messages sent from your workspace number' : 'Messages sent from the shared number'}
      />
      {others.length > 0 && (
        <Popover>
          <PopoverTrigger className="rounded-sm text-link hover:underline">+{others.length} more</PopoverTrigger>
          <PopoverContent aria-label="Numbers of the workspace">
            <ul>
              {active.map(({ id, phoneNumber, friendlyName, numberType }) => (
                <li key={id} className="flex items-center gap-2 py-1 pl-2">
                  <div className="min-w-0 flex-1">
                    <div className="font-medium">{formatPhoneNumber(phoneNumber)}</div>
                    <div className="truncate text-xs text-muted">{friendlyName}</div>
                  </div>
                  <NumberTypeBadge type={numberType} />
                  <CopyButton text={phoneNumber} name={formatPhoneNumber(phoneNumber)} />
                </li>
              ))}
            </ul>
          </PopoverContent>
        </Popover>
      )}
    </div>
  );
}

/** `From: (405) 555-1234`, copied on click. */
export function FromNumber({ number, hint }: { number: string; hint: string }) {
  const { copy } = useCopy();
  return (
    <Tooltip content={hint}>
      <button
        type="button"
        className="cursor-pointer rounded-sm whitespace-nowrap hover:text-ink"
        onClick={() => void copy(number, formatPhoneNumber(number))}
      >
        From: {formatPhoneNumber(number)}
        <span className="sr-only">, copy</span>
      </button>
    </Tooltip>
  );
}
