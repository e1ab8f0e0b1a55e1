import { Archive, CheckCheck, EllipsisVertical, Inbox, MailOpen, OctagonAlert, UserRound } from 'lucide-react';

import { useMembers } from '@/api/members';
import { explain } from '@/api/problem';
import type { Conversation, ConversationStatus, UpdateConversationRequest } from '@/api/types';
import { useSession } from '@/session/session';
import { Button } from '@/ui/button';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuSeparator,
  DropdownMenuSub,
  DropdownMenuSubContent,
  DropdownMenuSubTrigger,
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

  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost" size="icon-sm" aria-label="More">
          <EllipsisVertical aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuSub>
          <DropdownMenuSubTrigger>
            <UserRound aria-hidden /> Assign to
          </DropdownMenuSubTrigger>
          <DropdownMenuSubContent>
            <Assignees
              current={conversation.assignedTo?.userId ?? null}
              onAssign={(assignedTo, name) => change({ assignedTo }, `Assigned to ${name}`)}
            />
          </DropdownMenuSubContent>
        </DropdownMenuSub>
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

const NOBODY = '';

interface AssigneesProps {
  current: string | null;
  onAssign: (userId: string | null, name: string) => void;
}

/** The members, the user first. */
function Assignees({ current, onAssign }: AssigneesProps) {
  const { user } = useSession();
  const members = useMembers();
  if (!members.data) {
    return <DropdownMenuItem disabled>{members.isError ? explain(members.error) : 'Loading'}</DropdownMenuItem>;
  }
  const others = members.data.filter(({ clerkUserId }) => clerkUserId !== user.id);
  const choices = [
    { userId: NOBODY, name: 'nobody' },
    { userId: user.id, name: 'Me' },
    ...others.map(({ clerkUserId, name, email }) => ({ userId: clerkUserId, name: name ?? email ?? clerkUserId })),
  ];
  return (
    <DropdownMenuRadioGroup
      value={current ?? NOBODY}
      onValueChange={(userId) => {
        const name = choices.find((choice) => choice.userId === userId)?.name ?? userId;
        onAssign(userId === NOBODY ? null : userId, userId === user.id ? 'you' : name);
      }}
    >
      {choices.map(({ userId, name }) => (
        <DropdownMenuRadioItem key={userId} value={userId}>
          <span className="truncate first-letter:uppercase">{name}</span>
        </DropdownMenuRadioItem>
      ))}
    </DropdownMenuRadioGroup>
  );
}
