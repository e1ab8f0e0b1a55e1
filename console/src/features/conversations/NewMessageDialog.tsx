import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';

import { useApi } from '@/api/ApiProvider';
import { ApiProblem, explain } from '@/api/problem';
import type { Channel, SendMessageRequest } from '@/api/types';
import { usePhoneNumbers, useWorkspace } from '@/api/workspace';
import { formatPhoneNumber } from '@/domain/phone-number';
import { countCharacters } from '@/domain/segments';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Input, Textarea } from '@/ui/input';
import { Notice } from '@/ui/notice';
import { Select } from '@/ui/select';

import { isUncertain } from './outbox';
import { post } from './OutboxProvider';
import { showMessage } from './queries';
import { RecipientField } from './RecipientField';
import { readRecipient } from './recipient';
import { LONGEST_TEXT, SegmentCounter } from './SegmentCounter';
import { canText, choiceOf, DEFAULT_SENDER } from './senders';
import { useSegmentPrice } from './useSegmentPrice';

interface Props {
  /** Whom to write to, when that is known. */
  to?: string;
  onClose: () => void;
}

/** Begins a conversation, or goes on with the one that there is. */
export default function NewMessageDialog({ to: known = '', onClose }: Props) {
  const form = useId();
  const [channel, setChannel] = useState<Channel>('sms');
  const [to, setTo] = useState(formatPhoneNumber(known));
  const [sender, setSender] = useState(DEFAULT_SENDER);
  const [subject, setSubject] = useState('');
  const [body, setBody] = useState('');
  const [toError, setToError] = useState<string>();
  const send = useSendFirst(onClose);
  const problem = send.error instanceof ApiProblem ? send.error : null;
  const isMail = channel === 'email';
  const price = useSegmentPrice();

  const canSend = body.trim() !== '' && (isMail || countCharacters(body) <= LONGEST_TEXT);

  const submit = () => {
    const recipient = readRecipient(channel, to);
    setToError(recipient.error);
    if (!recipient.to) return;
    const request: SendMessageRequest = { channel, to: recipient.to, body };
    if (sender !== DEFAULT_SENDER && !isMail) request.phoneNumberId = sender;
    if (isMail) request.subject = subject;
    send.mutate(request);
  };

  return (
    <Dialog
      isOpen
      title="New message"
      onClose={onClose}
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" form={form} isBusy={send.isPending} disabled={!canSend}>
            Send
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
        <RecipientField channel={channel} value={to} onChange={setTo} error={toError ?? problem?.field('to')} />
        <div className="grid grid-cols-1 gap-4 sm:grid-cols-[1fr_1.6fr]">
          <Field label="Channel" error={problem?.field('channel')}>
            <Select value={channel} onChange={(event) => setChannel(event.target.value as Channel)}>
              <option value="sms">Text</option>
              <option value="whatsapp">WhatsApp</option>
              <option value="email">Mail</option>
            </Select>
          </Field>
          {!isMail && <SenderField value={sender} onChange={setSender} error={problem?.field('phoneNumberId')} />}
        </div>
        {isMail && (
          <Field label="Subject" error={problem?.field('subject')}>
            <Input maxLength={998} value={subject} onChange={(event) => setSubject(event.target.value)} />
          </Field>
        )}
        <Field label="Message" error={problem?.field('body')}>
          <Textarea rows={5} value={body} onChange={(event) => setBody(event.target.value)} />
        </Field>
        {channel === 'sms' && (
          <div className="-mt-2 self-end">
            <SegmentCounter text={body} priceMicros={price} />
          </div>
        )}
        {send.isError && !problem?.fields().length && <Notice tone="danger">{describe(send.error)}</Notice>}
      </form>
    </Dialog>
  );
}

interface SenderFieldProps {
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
}

function SenderField({ value, onChange, error }: SenderFieldProps) {
  const numbers = usePhoneNumbers();
  const workspace = useWorkspace();
  const usable = numbers.data?.phoneNumbers.filter(canText) ?? [];
  const shared = workspace.data ? `Shared ${formatPhoneNumber(workspace.data.platformNumber)}` : 'The shared number';
  return (
    <Field label="From" error={error}>
      <Select value={value} onChange={(event) => onChange(event.target.value)}>
        <option value={DEFAULT_SENDER}>{usable.length > 0 ? 'Chosen automatically' : shared}</option>
        {usable.map(choiceOf).map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </Select>
    </Field>
  );
}

/** Sends, and goes to the conversation in which the message is. */
function useSendFirst(onSent: () => void) {
  const { client, workspace } = useApi();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const { search } = useLocation();
  const [last, setLast] = useState<{ key: string; content: string } | null>(null);

  return useMutation({
    mutationFn: (request: SendMessageRequest) => {
      // The same message again, after an answer that got lost, is sent once.
      const content = JSON.stringify(request);
      const key = last?.content === content ? last.key : crypto.randomUUID();
      setLast({ key, content });
      return post(client, workspace, { key, request });
    },
    onSuccess: async (message) => {
      await showMessage(cache, workspace, message);
      onSent();
      void navigate({ pathname: `/conversations/${message.conversationId}`, search });
    },
    onError: async (error) => {
      if (isUncertain(error)) return;
      setLast(null);
      // What the carrier refused is in its conversation, with the reason.
      if (!(error instanceof ApiProblem) || !error.body.message) return;
      await showMessage(cache, workspace, error.body.message);
      onSent();
      void navigate({ pathname: `/conversations/${error.body.message.conversationId}`, search });
    },
  });
}

function describe(error: Error): string {
  return isUncertain(error) ? `${explain(error)} Sending again does not send it twice.` : explain(error);
}
