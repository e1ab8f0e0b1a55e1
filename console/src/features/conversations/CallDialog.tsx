import { useId, useState } from 'react';

import { useApi } from '@/api/ApiProvider';
import { unwrap, type ApiClient } from '@/api/client';
import { ApiProblem } from '@/api/problem';
import type { Conversation, Message, StartCallRequest } from '@/api/types';
import { formatPhoneNumber } from '@/domain/phone-number';
import { useSession } from '@/session/session';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Notice } from '@/ui/notice';

import { keepOwnPhone, readOwnPhone } from './own-phone';
import { readRecipient } from './recipient';
import { SenderField } from './SenderField';
import { canCall, DEFAULT_SENDER } from './senders';
import { describeFailure, useFirstMessage } from './useFirstMessage';

interface Props {
  conversation: Conversation;
  onClose: () => void;
}

/** Connects the user's own phone with the customer. */
export default function CallDialog({ conversation, onClose }: Props) {
  const form = useId();
  const { user } = useSession();
  const { client, workspace } = useApi();
  const [phone, setPhone] = useState(() => formatPhoneNumber(readOwnPhone(user.id)));
  const [phoneError, setPhoneError] = useState<string>();
  const [sender, setSender] = useState(DEFAULT_SENDER);
  const call = useFirstMessage((key, request: StartCallRequest) => start(client, workspace, key, request), onClose);
  const problem = call.error instanceof ApiProblem ? call.error : null;
  const ownError = phoneError ?? problem?.field('memberPhoneNumber');
  const senderError = problem?.field('phoneNumberId');

  const submit = () => {
    const own = readRecipient('voice', phone);
    setPhoneError(own.error);
    if (!own.to) return;
    keepOwnPhone(user.id, own.to);
    const request: StartCallRequest = { memberPhoneNumber: own.to, conversationId: conversation.id };
    if (sender !== DEFAULT_SENDER) request.phoneNumberId = sender;
    call.mutate(request);
  };

  return (
    <Dialog
      isOpen
      title={`Call ${conversation.contact?.name ?? formatPhoneNumber(conversation.counterpart)}`}
      description="Your phone rings first. Press 1 there, and the customer is called."
      onClose={onClose}
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" form={form} isBusy={call.isPending}>
            Call
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="flex flex-col gap-4"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Field
          label="Your phone"
          hint="It is remembered in this browser. The customer sees the number below."
          error={ownError}
        >
          <Input type="tel" autoComplete="tel" value={phone} onChange={(event) => setPhone(event.target.value)} />
        </Field>
        <SenderField value={sender} onChange={setSender} canSend={canCall} error={senderError} />
        {call.isError && !ownError && !senderError && <Notice tone="danger">{describeFailure(call.error)}</Notice>}
      </form>
    </Dialog>
  );
}

async function start(client: ApiClient, workspace: string, key: string, body: StartCallRequest): Promise<Message> {
  const params = { path: { workspace }, header: { 'Idempotency-Key': key } };
  return (await unwrap(client.POST('/api/workspaces/{workspace}/calls', { params, body }))).message;
}
