import type { PhoneNumber, Registration } from '@/api/types';
import { usePhoneNumbers } from '@/api/workspace';
import { formatPhoneNumber } from '@/domain/phone-number';
import { Badge } from '@/ui/badge';
import { Card } from '@/ui/card';

/** Which numbers text under the registration. */
export function CampaignNumbers({ registration: { state, numbers } }: { registration: Registration }) {
  const all = usePhoneNumbers().data?.phoneNumbers ?? [];
  const local = all.filter(({ campaign, status }) => campaign !== null && status !== 'released');
  return (
    <Card title="Numbers" description={summary(state, numbers)}>
      {local.length > 0 && (
        <ul aria-label="Numbers" className="flex flex-col divide-y divide-line rounded-md border border-line text-sm">
          {local.map((number) => (
            <li key={number.id} className="flex flex-wrap items-center gap-2 px-3 py-2">
              <span className="font-medium tabular-nums">{formatPhoneNumber(number.phoneNumber)}</span>
              <span className="min-w-0 flex-1 break-words text-muted">{number.friendlyName}</span>
              <Place number={number} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Place({ number }: { number: PhoneNumber }) {
  if (number.messagingStatus === 'pending') return <Badge tone="warning">On its way</Badge>;
  if (number.messagingStatus === 'failed') return <Badge tone="danger">Cannot text</Badge>;
  return number.campaign === 'own' ? <Badge tone="success">Your registration</Badge> : <Badge>The platform’s registration</Badge>;
}

function summary(state: Registration['state'], { own, moving, platform, limit, waitingForRoom }: Registration['numbers']): string {
  if (state !== 'active') return 'Once the registration is approved, your numbers move over to it by themselves.';
  const parts = [`${own} of at most ${limit} text under your registration.`];
  if (moving > 0) parts.push(`${moving} on the way; until then, a day at most, they cannot text.`);
  if (waitingForRoom > 0) parts.push(`${waitingForRoom} stay on the platform’s registration, because yours is full.`);
  else if (platform > 0) parts.push(`${platform} still on the platform’s registration.`);
  return parts.join(' ');
}
