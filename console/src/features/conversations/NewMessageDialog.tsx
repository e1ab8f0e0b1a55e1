import { useId, useState } from 'react';

import { useApi } from '@/api/ApiProvider';
import { ApiProblem } from '@/api/problem';
import type { Channel, SendMessageRequest } from '@/api/types';
import { formatPhoneNumber } from '@/domain/phone-number';
import { countCharacters } from '@/domain/segments';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Input, Textarea } from '@/ui/input';
import { Notice } from '@/ui/notice';
import { Select } from '@/ui/select';

import { post } from './OutboxProvider';
import { RecipientField } from './RecipientField';
import { readRecipient } from './recipient';
import { LONGEST_TEXT, SegmentCounter } from './SegmentCounter';
import { SenderField } from './SenderField';
import { canCall, canText, DEFAULT_SENDER } from './senders';
import { describeFailure, useFirstMessage } from './useFirstMessage';
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
  const { client, workspace } = useApi();
  const send = useFirstMessage((key, request: SendMessageRequest) => post(client, workspace, { key, request }), onClose);
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
              <option value="voice">Spoken call</option>
            </Select>
          </Field>
          {!isMail && (
            <SenderField
              value={sender}
              onChange={setSender}
              canSend={channel === 'voice' ? canCall : canText}
              error={problem?.field('phoneNumberId')}
            />
          )}
        </div>
        {isMail && (
          <Field label="Subject" error={problem?.field('subject')}>
            <Input maxLength={998} value={subject} onChange={(event) => setSubject(event.target.value)} />
          </Field>
        )}
        <Field
          label="Message"
          hint={channel === 'voice' && 'The customer is called, and hears it read aloud.'}
          error={problem?.field('body')}
        >
          <Textarea rows={5} value={body} onChange={(event) => setBody(event.target.value)} />
        </Field>
        {channel === 'sms' && (
          <div className="-mt-2 self-end">
            <SegmentCounter text={body} priceMicros={price} />
          </div>
        )}
        {send.isError && !problem?.fields().length && <Notice tone="danger">{describeFailure(send.error)}</Notice>}
      </form>
    </Dialog>
  );
}
