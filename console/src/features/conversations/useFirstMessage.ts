import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation, useNavigate } from 'react-router';

import { useApi } from '@/api/ApiProvider';
import { ApiProblem, explain } from '@/api/problem';
import type { Message } from '@/api/types';

import { isUncertain } from './outbox';
import { showMessage } from './queries';

/** Sends or calls from a dialog, and goes to the conversation in which the entry is. `send` gets an `Idempotency-Key`. */
export function useFirstMessage<Request>(
  send: (key: string, request: Request) => Promise<Message>,
  onSent: () => void,
) {
  const { workspace } = useApi();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const { search } = useLocation();
  const [last, setLast] = useState<{ key: string; content: string } | null>(null);

  const show = async (message: Message) => {
    await showMessage(cache, workspace, message);
    onSent();
    void navigate({ pathname: `/conversations/${message.conversationId}`, search });
  };

  return useMutation({
    mutationFn: (request: Request) => {
      // The same again, after an answer that got lost, leaves once.
      const content = JSON.stringify(request);
      const key = last?.content === content ? last.key : crypto.randomUUID();
      setLast({ key, content });
      return send(key, request);
    },
    onSuccess: show,
    onError: async (error) => {
      if (isUncertain(error)) return;
      setLast(null);
      // What the carrier refused is in its conversation, with the reason.
      if (error instanceof ApiProblem && error.body.message) await show(error.body.message);
    },
  });
}

export function describeFailure(error: Error): string {
  return isUncertain(error) ? `${explain(error)} Trying again does not do it twice.` : explain(error);
}
