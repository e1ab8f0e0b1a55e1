import { ArrowLeft, PanelRight, Phone } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';

import type { Conversation } from '@/api/types';
import { NumberTypeBadge } from '@/domain/NumberTypeBadge';
import { formatPhoneNumber } from '@/domain/phone-number';
import { IconButton } from '@/ui/button';

import { titleOf } from './ConversationRow';
import { FromNumber } from './FromNumbers';
import { ThreadMenu } from './ThreadMenu';
import { useLeave } from './useLeaveKey';

const CallDialog = lazy(() => import('./CallDialog'));

interface Props {
  conversation: Conversation;
  isContactShown: boolean;
  onShowContact: () => void;
}

/** Who it is with, from which number, and what can be done. */
export function ThreadHeader({ conversation, isContactShown, onShowContact }: Props) {
  const leave = useLeave();
  const { contact, counterpart, phoneNumber } = conversation;
  return (
    <header className="flex items-center gap-1 border-b border-line bg-surface py-2 pr-2 pl-2 md:pl-4">
      <IconButton label="Back to the list" className="md:hidden" size="icon" onClick={leave}>
        <ArrowLeft aria-hidden />
      </IconButton>
      <div className="min-w-0 flex-1">
        <div className="flex items-center gap-2">
          <h2 className="truncate font-semibold">{titleOf(conversation)}</h2>
          <NumberTypeBadge type={phoneNumber.numberType} />
        </div>
        <div className="flex flex-wrap items-center gap-x-3 text-xs text-muted">
          {contact?.name && <span>{formatPhoneNumber(counterpart)}</span>}
          <FromNumber
            number={phoneNumber.phoneNumber}
            hint={
              phoneNumber.id ? 'Messages sent from your workspace number' : 'Messages sent from the shared number'
            }
          />
        </div>
      </div>
      {conversation.channel !== 'email' && <CallButton conversation={conversation} />}
      <IconButton label="Contact" aria-expanded={isContactShown} onClick={onShowContact}>
        <PanelRight aria-hidden />
      </IconButton>
      <ThreadMenu conversation={conversation} />
    </header>
  );
}

function CallButton({ conversation }: { conversation: Conversation }) {
  const [isCalling, setIsCalling] = useState(false);
  return (
    <>
      <IconButton label="Call" onClick={() => setIsCalling(true)}>
        <Phone aria-hidden />
      </IconButton>
      {isCalling && (
        <Suspense>
          <CallDialog conversation={conversation} onClose={() => setIsCalling(false)} />
        </Suspense>
      )}
    </>
  );
}
