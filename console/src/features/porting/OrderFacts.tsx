import type { PortOrder } from '@/api/types';
import { NumberTypeBadge } from '@/domain/NumberTypeBadge';
import { formatPhoneNumber } from '@/domain/phone-number';
import { Badge } from '@/ui/badge';
import { Fact, Facts } from '@/ui/facts';

import { formatCalendarDay, formatDate } from './dates';
import { DocumentName } from './DocumentName';

type PortNumber = PortOrder['numbers'][number];

/** What an order says. */
export function OrderFacts({ order }: { order: PortOrder }) {
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {order.numbers.length > 0 && (
        <ul aria-label="Numbers" className="flex flex-col divide-y divide-line rounded-md border border-line">
          {order.numbers.map((number) => (
            <NumberRow key={number.phoneNumber} number={number} isScheduled={order.state === 'scheduled'} />
          ))}
        </ul>
      )}
      <Facts>
        <Fact term="Present carrier">{order.losingCarrier ?? MISSING}</Fact>
        <Fact term="Account number">{secret(order.accountNumber, order.hasAccountNumber)}</Fact>
        <Fact term="PIN">{secret(order.pin, order.hasPin)}</Fact>
        <Fact term="Billing number">{order.billingPhoneNumber ? formatPhoneNumber(order.billingPhoneNumber) : MISSING}</Fact>
        {order.companyName && <Fact term="Company">{order.companyName}</Fact>}
        <Fact term="Authorized person">{order.authorizedName ?? MISSING}</Fact>
        <Fact term="Service address">{order.serviceAddress ? addressOf(order.serviceAddress) : MISSING}</Fact>
        <Fact term="Letter signed on">{order.loaSignedOn ? formatCalendarDay(order.loaSignedOn) : MISSING}</Fact>
        <Fact term="Documents">
          {order.documents.length === 0
            ? MISSING
            : order.documents.map((document) => (
                <span key={document.id} className="flex">
                  <DocumentName document={document} />
                </span>
              ))}
        </Fact>
      </Facts>
    </div>
  );
}

const MISSING = '–';

/** Members see that it is there. */
function secret(value: string | null, isThere: boolean): string {
  return value ?? (isThere ? 'only for administrators' : MISSING);
}

function addressOf({ street, street2, city, region, postalCode, country }: NonNullable<PortOrder['serviceAddress']>): string {
  return [street, street2, city, `${region} ${postalCode}`, country === 'CA' ? 'Canada' : null].filter(Boolean).join(', ');
}

function NumberRow({ number, isScheduled }: { number: PortNumber; isScheduled: boolean }) {
  // Numbers are in our account some days before calls and texts come.
  const isPrepared = number.foundAt !== null && number.phoneNumberId === null;
  return (
    <li className="flex flex-col gap-1 px-3 py-2 text-sm">
      <span className="flex flex-wrap items-center gap-2">
        <span className="font-medium tabular-nums">{formatPhoneNumber(number.phoneNumber)}</span>
        <span className="min-w-0 break-words text-muted">{number.friendlyName}</span>
        <NumberTypeBadge type={number.numberType} />
        {number.phoneNumberId && <Badge tone="success">Here</Badge>}
        {isPrepared && <Badge tone="teal">Prepared</Badge>}
      </span>
      {isPrepared && number.foundAt && (
        <span className="text-muted">
          In our network since {formatDate(number.foundAt)}. {isScheduled && 'Calls and texts come from the day of the move on.'}
        </span>
      )}
      {number.replacesPhoneNumberId && <span className="text-muted">Takes the place of a number that you have here.</span>}
      {number.portabilityDetail && <span className="break-words text-muted">{number.portabilityDetail}</span>}
      {number.portability === 'unknown' && !number.portabilityDetail && (
        <span className="text-muted">Whether it can move could not be checked automatically; we check it by hand.</span>
      )}
    </li>
  );
}
