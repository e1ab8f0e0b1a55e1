import { Ellipsis, Pencil, Siren, Undo2 } from 'lucide-react';
import type { ReactNode } from 'react';

import type { PhoneNumber } from '@/api/types';
import { formatCents } from '@/domain/money';
import { NumberTypeBadge } from '@/domain/NumberTypeBadge';
import { formatPhoneNumber } from '@/domain/phone-number';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from '@/ui/dropdown-menu';

import { describeEmergencyAddress, describeMessaging, describeStatus, describeTollFree } from './number-state';

interface Props {
  number: PhoneNumber;
  /** Absent for those who may not change numbers. */
  onEdit?: (() => void) | undefined;
  /** Absent when it cannot be released. */
  onRelease?: (() => void) | undefined;
  /** Why it cannot be released. */
  whyKept?: string | undefined;
  /** Absent for those who may not change numbers. */
  onEmergencyAddress?: (() => void) | undefined;
}

const DATE = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium' });

/** One number and everything about it. */
export function PhoneNumberCard({ number, onEdit, onRelease, whyKept, onEmergencyAddress }: Props) {
  const shown = formatPhoneNumber(number.phoneNumber);
  // Only numbers of the United States and Canada that take calls have one.
  const emergency = number.emergencyAddress || number.emergencyAddressMissing ? onEmergencyAddress : undefined;
  return (
    <article aria-label={`${number.friendlyName}, ${shown}`} className="flex flex-col rounded-lg border border-line bg-surface">
      <header className="flex items-start gap-2 p-4 pb-3">
        <div className="min-w-0 flex-1">
          <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <h2 className="min-w-0 truncate text-sm font-medium text-muted">{number.friendlyName}</h2>
            <NumberTypeBadge type={number.numberType} />
          </div>
          <div className="flex items-center gap-1">
            <span className="text-xl font-semibold tracking-tight tabular-nums">{shown}</span>
            <CopyButton text={number.phoneNumber} name={shown} />
          </div>
        </div>
        {onEdit && (
          <Actions shown={shown} onEdit={onEdit} onEmergencyAddress={emergency} onRelease={onRelease} whyKept={whyKept} />
        )}
      </header>
      <States number={number} />
      {number.emergencyAddressMissing && emergency && (
        <Button variant="outline" size="sm" className="mx-4 mt-3 self-start" onClick={emergency}>
          <Siren aria-hidden /> Give it an emergency address
        </Button>
      )}
      <dl className="grid grid-cols-2 gap-3 px-4 py-3 text-sm">
        <Fact term="Monthly cost">{formatCents(number.monthlyCostCents)}</Fact>
        <Fact term="Provisioned">
          <time dateTime={number.provisionedAt}>{DATE.format(new Date(number.provisionedAt))}</time>
        </Fact>
      </dl>
    </article>
  );
}

function States({ number }: { number: PhoneNumber }) {
  const states = number.status === 'active' ? statesOfActive(number) : [describeStatus(number)];
  return (
    <ul className="flex flex-1 flex-col gap-2 border-y border-line bg-subtle/50 px-4 py-3">
      {states.map(({ label, tone, explanation }) => (
        <li key={label} className="flex items-baseline gap-2 text-sm">
          <Badge tone={tone}>{label}</Badge>
          <span className="min-w-0 text-muted">{explanation}</span>
        </li>
      ))}
    </ul>
  );
}

/** A suspended number texts nobody whatever its registration says, and one that is to be verified does not either. */
function statesOfActive(number: PhoneNumber) {
  const tollFree = describeTollFree(number);
  const messaging = tollFree && tollFree.tone !== 'success' ? null : describeMessaging(number);
  return [describeStatus(number), messaging, tollFree, describeEmergencyAddress(number)].filter((state) => state !== null);
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-muted">{term}</dt>
      <dd className="font-medium">{children}</dd>
    </div>
  );
}

interface ActionsProps {
  shown: string;
  onEdit: () => void;
  onEmergencyAddress: (() => void) | undefined;
  onRelease: (() => void) | undefined;
  whyKept: string | undefined;
}

function Actions({ shown, onEdit, onEmergencyAddress, onRelease, whyKept }: ActionsProps) {
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost" size="icon-sm" aria-label={`Change ${shown}`}>
          <Ellipsis aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end" className="max-w-64">
        <DropdownMenuItem onSelect={onEdit}>
          <Pencil aria-hidden /> Edit
        </DropdownMenuItem>
        {onEmergencyAddress && (
          <DropdownMenuItem onSelect={onEmergencyAddress}>
            <Siren aria-hidden /> Emergency address
          </DropdownMenuItem>
        )}
        <DropdownMenuItem disabled={!onRelease} onSelect={onRelease ?? (() => undefined)}>
          <Undo2 aria-hidden /> Release
        </DropdownMenuItem>
        {whyKept && <p className="px-2 pt-1 pb-1.5 text-xs text-muted">{whyKept}</p>}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
