import { Link, useLocation } from 'react-router';

import type { Conversation } from '@/api/types';
import { NumberTypeBadge } from '@/domain/NumberTypeBadge';
import { formatPhoneNumber } from '@/domain/phone-number';
import { formatFull, formatWhen } from '@/domain/time';
import { Avatar } from '@/ui/avatar';
import { Badge } from '@/ui/badge';
import { cn } from '@/ui/cn';

import { describeChannel } from '@/domain/channels';

/** One conversation in the list. */
export function ConversationRow({ conversation, isSelected }: { conversation: Conversation; isSelected: boolean }) {
  const { search } = useLocation();
  const { id, channel, phoneNumber, snippet, unreadCount, lastMessageAt, status, assignedTo } = conversation;
  const name = titleOf(conversation);
  const { label, icon: ChannelIcon } = describeChannel(channel);
  const isUnread = unreadCount > 0;
  return (
    <Link
      to={{ pathname: `/conversations/${id}`, search }}
      data-row
      data-focus-inset
      aria-current={isSelected ? 'page' : undefined}
      className={cn('flex gap-3 px-4 py-3 hover:bg-hover', isSelected && 'bg-selected hover:bg-selected')}
    >
      <Avatar name={name} className="mt-0.5" />
      <span className="flex min-w-0 flex-1 flex-col gap-0.5">
        <span className="flex items-baseline gap-2">
          <span className={cn('min-w-0 flex-1 truncate text-sm', isUnread ? 'font-semibold' : 'font-medium')}>{name}</span>
          <time dateTime={lastMessageAt} title={formatFull(lastMessageAt)} className="shrink-0 text-xs text-muted">
            {formatWhen(lastMessageAt)}
          </time>
        </span>
        <span className="flex items-center gap-2">
          <span className={cn('min-w-0 flex-1 truncate text-sm', isUnread ? 'text-ink' : 'text-muted')}>
            {snippet || label}
          </span>
          {isUnread && (
            <span className="grid h-5 min-w-5 shrink-0 place-items-center rounded-full bg-primary px-1.5 text-[0.6875rem] font-semibold text-on-primary">
              {unreadCount > 99 ? '99+' : unreadCount}
              <span className="sr-only"> unread</span>
            </span>
          )}
        </span>
        <span className="mt-0.5 flex items-center gap-1.5">
          <NumberTypeBadge type={phoneNumber.numberType} />
          {channel !== 'sms' && (
            <Badge>
              <ChannelIcon aria-hidden /> {label}
            </Badge>
          )}
          {status !== 'open' && <Badge className="capitalize">{status}</Badge>}
          {assignedTo && (
            <span className="ml-auto flex items-center" title={`Assigned to ${nameOf(assignedTo)}`}>
              <Avatar name={nameOf(assignedTo)} imageUrl={assignedTo.imageUrl} size="sm" />
              <span className="sr-only">Assigned to {nameOf(assignedTo)}</span>
            </span>
          )}
        </span>
      </span>
    </Link>
  );
}

/** Who is on the other side. */
export function titleOf({ contact, counterpart }: Pick<Conversation, 'contact' | 'counterpart'>): string {
  // Without its person (erase-contact) a conversation has only a name that tells it from others.
  if (counterpart.startsWith('erased-')) return 'Erased contact';
  return contact?.name ?? (counterpart ? formatPhoneNumber(counterpart) : 'Unknown caller');
}

export function nameOf(person: { firstName: string | null; lastName: string | null; userId: string }): string {
  return [person.firstName, person.lastName].filter(Boolean).join(' ') || person.userId;
}
