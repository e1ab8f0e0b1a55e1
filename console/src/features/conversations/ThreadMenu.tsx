import { Archive, CheckCheck, EllipsisVertical, Inbox, MailOpen, OctagonAlert, UserRound, UserRoundX } from 'lucide-react';

import { explain } from '@/api/problem';
import type { Conversation, ConversationStatus, UpdateConversationRequest } from '@/api/types';
import { useSession } from '@/session/session';
import { Button } from '@/ui/button';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '@/ui/dropdown-menu';
import { toast } from '@/ui/toast';

import { useUpdateConversation } from './queries';
import { useLeave } from './useLeaveKey';

const MOVES: { status: ConversationStatus; label: string; done: string; icon: typeof Archive }[] = [
  { status: 'open', label: 'Reopen', done: 'Reopened', icon: Inbox },
  { status: 'archived', label: 'Archive', done: 'Archived', icon: Archive },
  { status: 'closed', label: 'Close', done: 'Closed', icon: CheckCheck },
  { status: 'spam', label: 'Mark as spam', done: 'Marked as spam', icon: OctagonAlert },
];

/** What can be done with a conversation. */
export function ThreadMenu({ conversation }: { conversation: Conversation }) {
  const { user } = useSession();
  const update = useUpdateConversation(conversation.id);
  const leave = useLeave();

  const change = (body: UpdateConversationRequest, done: string, isLeaving = false) =>
    update.mutate(body, {
      onSuccess: () => {
        toast.success(done);
        if (isLeaving) leave();
      },
      onError: (error) => toast.error(explain(error)),
    });

  const isMine = conversation.assignedTo?.userId === user.id;
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost" size="icon-sm" aria-label="More">
          <EllipsisVertical aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        {!isMine && (
          <DropdownMenuItem onSelect={() => change({ assignedTo: user.id }, 'Assigned to you')}>
            <UserRound aria-hidden /> Assign to me
          </DropdownMenuItem>
        )}
        {conversation.assignedTo && (
          <DropdownMenuItem onSelect={() => change({ assignedTo: null }, 'Assigned to nobody')}>
            <UserRoundX aria-hidden /> Unassign
          </DropdownMenuItem>
        )}
        <DropdownMenuItem onSelect={() => change({ read: false }, 'Marked as unread', true)}>
          <MailOpen aria-hidden /> Mark as unread
        </DropdownMenuItem>
        <DropdownMenuSeparator />
        {MOVES.filter(({ status }) => status !== conversation.status).map(({ status, label, done, icon: Icon }) => (
          <DropdownMenuItem key={status} onSelect={() => change({ status }, done, status !== 'open')}>
            <Icon aria-hidden /> {label}
          </DropdownMenuItem>
        ))}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
