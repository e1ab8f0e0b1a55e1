import type { Registration } from '@/api/types';
import { Card } from '@/ui/card';

/** How many numbers text under the registration. */
export function CampaignNumbers({ registration: { state, numbers } }: { registration: Registration }) {
  return (
    <Card title="Numbers">
      <p className="text-sm">{summary(state, numbers)}</p>
    </Card>
  );
}

function summary(state: Registration['state'], { own, moving, platform, limit, waitingForRoom }: Registration['numbers']): string {
  if (state !== 'active') return 'Once the registration is approved, your numbers move over to it by themselves.';
  const parts = [`${own} of at most ${limit} text under your registration.`];
  if (moving > 0) parts.push(`${moving} on the way; until then, a day at most, they cannot text.`);
  if (waitingForRoom > 0) parts.push(`${waitingForRoom} stay on the platform’s registration, because yours is full.`);
  else if (platform > 0) parts.push(`${platform} still on the platform’s registration.`);
  return parts.join(' ');
}
