import { X } from 'lucide-react';

import type { Conversation } from '@/api/types';
import { IconButton } from '@/ui/button';
import { Sheet } from '@/ui/sheet';
import { useMediaQuery } from '@/ui/useMediaQuery';

import { ContactDetails } from './ContactDetails';

interface Props {
  conversation: Conversation;
  onClose: () => void;
}

/** Who is on the other side: beside the conversation where there is room, else over it. */
export default function ContactPanel({ conversation, onClose }: Props) {
  const isWide = useMediaQuery('(min-width: 1440px)');
  if (!isWide) {
    return (
      <Sheet title="Contact" onClose={onClose}>
        <ContactDetails conversation={conversation} />
      </Sheet>
    );
  }
  return (
    <aside aria-label="Contact" className="flex w-80 shrink-0 flex-col gap-4 overflow-y-auto border-l border-line bg-surface p-5">
      <header className="flex items-center justify-between">
        <h2 className="font-semibold">Contact</h2>
        <IconButton label="Close" onClick={onClose}>
          <X aria-hidden />
        </IconButton>
      </header>
      <ContactDetails conversation={conversation} />
    </aside>
  );
}
