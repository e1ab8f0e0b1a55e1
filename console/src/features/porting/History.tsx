import { useMembers } from '@/api/members';
import type { PortOrder } from '@/api/types';
import { formatFull } from '@/domain/time';
import { Card } from '@/ui/card';

import { labelOf } from './port-fields';

type Entry = PortOrder['history'][number];

const EVENTS: Record<string, string> = {
  created: 'Begun',
  edited: 'Changed',
  document_added: 'Document uploaded',
  submitted: 'Submitted',
  rejected: 'Refused by the present carrier',
  scheduled: 'Day of the move set',
  number_found: 'Number prepared',
  reminded: 'Reminder sent',
  completed: 'Moved',
  cancelled: 'Cancelled',
};

/** What has happened to an order, the newest first. */
export function History({ history, operatorName = 'us' }: { history: Entry[]; operatorName?: string }) {
  const names = useMembers();
  const by = ({ event, by: who, user }: Entry) => {
    // The operator only passes the carrier's word on.
    if (event === 'rejected') return '';
    if (who === 'operator') return ` by ${operatorName}`;
    if (who !== 'workspace') return '';
    const name = names.data?.find((member) => member.clerkUserId === user)?.name;
    return name ? ` by ${name}` : '';
  };
  return (
    <Card title="History">
      <ol className="flex flex-col gap-3 text-sm">
        {history.toReversed().map((entry, index) => (
          <li key={index} className="min-w-0">
            <p className="font-medium break-words">
              {EVENTS[entry.event] ?? entry.event}
              {by(entry)}
            </p>
            <p className="break-words text-muted">
              <time dateTime={entry.at}>{formatFull(entry.at)}</time>
              {entry.detail && ` · ${detailOf(entry)}`}
            </p>
          </li>
        ))}
      </ol>
    </Card>
  );
}

/** Changes are told by the names of the fields. */
function detailOf({ event, detail }: Entry): string {
  if (event !== 'edited' || !detail) return detail ?? '';
  return detail.split(/,\s*/).map(labelOf).join(', ');
}
