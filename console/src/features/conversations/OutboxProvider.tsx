import { useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  use,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useSyncExternalStore,
  type ReactNode,
} from 'react';
import { useNavigate } from 'react-router';

import { useApi } from '@/api/ApiProvider';
import { unwrap, type ApiClient } from '@/api/client';
import type { Message } from '@/api/types';
import { formatPhoneNumber } from '@/domain/phone-number';
import { toast } from '@/ui/toast';

import { Outbox, type Outgoing } from './outbox';
import { showMessage } from './queries';

const OutboxContext = createContext<Outbox | null>(null);

/** Keeps what is on its way while the user moves on to other conversations. */
export function OutboxProvider({ children }: { children: ReactNode }) {
  const { client, workspace } = useApi();
  const cache = useQueryClient();
  const follow = useFollowing();
  const outbox = useMemo(
    () =>
      new Outbox({
        send: (outgoing) => post(client, workspace, outgoing),
        onStored: async (outgoing, message) => {
          await showMessage(cache, workspace, message);
          if (message.conversationId !== outgoing.conversationId) follow(outgoing, message);
        },
        newKey: () => crypto.randomUUID(),
        now: () => new Date(),
        wait: (milliseconds) => new Promise((resolve) => window.setTimeout(resolve, milliseconds)),
      }),
    [client, workspace, cache, follow],
  );
  useWarningBeforeLeaving(outbox);
  return <OutboxContext value={outbox}>{children}</OutboxContext>;
}

export function useOutbox(): Outbox {
  const outbox = use(OutboxContext);
  if (!outbox) throw new Error('useOutbox needs an OutboxProvider around it');
  return outbox;
}

/** What is on its way in a conversation, in the order of writing. */
export function useOutgoing(conversationId: string): Outgoing[] {
  const outbox = useOutbox();
  const entries = useSyncExternalStore(outbox.subscribe, outbox.entries);
  return useMemo(() => entries.filter((entry) => entry.conversationId === conversationId), [entries, conversationId]);
}

export async function post(
  client: ApiClient,
  workspace: string,
  { key, request }: Pick<Outgoing, 'key' | 'request'>,
): Promise<Message> {
  const params = { path: { workspace }, header: { 'Idempotency-Key': key } };
  return (await unwrap(client.POST('/api/workspaces/{workspace}/messages', { params, body: request }))).message;
}

/** What another department sends is in that one's conversation: goes there, if the user is still where it was written. */
function useFollowing() {
  const navigate = useNavigate();
  const latest = useRef(navigate);
  useEffect(() => {
    latest.current = navigate;
  });
  return useCallback((outgoing: Outgoing, message: Message) => {
    toast.success(`Sent from ${formatPhoneNumber(message.from)}, in its own conversation`);
    const { pathname, search } = window.location;
    if (pathname !== `/conversations/${outgoing.conversationId}`) return;
    void latest.current({ pathname: `/conversations/${message.conversationId}`, search });
  }, []);
}

function useWarningBeforeLeaving(outbox: Outbox): void {
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (outbox.entries().some(({ state }) => state !== 'failed')) event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [outbox]);
}
