import { useEffect, useSyncExternalStore } from 'react';

import type { Conversation, Message } from '@/api/types';

import { useUpdateConversation } from './queries';

/** What is on the screen has been read: up to the newest message that is shown, so that later ones stay unread. */
export function useMarkRead(conversation: Conversation, newest: Message | undefined): void {
  const { mutate } = useUpdateConversation(conversation.id);
  const isVisible = useSyncExternalStore(subscribe, () => document.visibilityState === 'visible');
  const isUnread = conversation.unreadCount > 0;
  const upToMessageId = newest?.id;

  useEffect(() => {
    // A failure is not worth a word: the next message, or the next visit, tries again.
    if (isVisible && isUnread && upToMessageId) mutate({ read: true, upToMessageId });
  }, [isVisible, isUnread, upToMessageId, mutate]);
}

function subscribe(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener);
  return () => document.removeEventListener('visibilitychange', listener);
}
