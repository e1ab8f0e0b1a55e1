import { ArrowUp } from 'lucide-react';
import { lazy, Suspense, useEffect, useRef, useState, type KeyboardEvent, type ReactNode, type RefObject } from 'react';

import type { Conversation, SendMessageRequest } from '@/api/types';
import { usePhoneNumbers } from '@/api/workspace';
import { countCharacters } from '@/domain/segments';
import { Button } from '@/ui/button';
import { Input } from '@/ui/input';
import { Notice } from '@/ui/notice';
import { Select } from '@/ui/select';

import { AttachButton, AttachmentList } from './AttachmentList';
import { keepDraft, readDraft } from './drafts';
import { useOutbox } from './OutboxProvider';
import { LONGEST_TEXT, SegmentCounter } from './SegmentCounter';
import { DEFAULT_SENDER, senderChoices } from './senders';
import { useAttachments } from './useAttachments';
import { useSegmentPrice } from './useSegmentPrice';

const NewMessageDialog = lazy(() => import('./NewMessageDialog'));

/** Where an answer is written. */
export function Composer({ conversation }: { conversation: Conversation }) {
  if (conversation.channel === 'voice') return <CallsOnly conversation={conversation} />;
  if (conversation.optedOut && conversation.channel !== 'email') {
    return (
      <Footer>
        <Notice tone="warning">
          This customer has opted out of messages from this number. They get messages again when they text START.
        </Notice>
      </Footer>
    );
  }
  return <WriteAnswer conversation={conversation} />;
}

function WriteAnswer({ conversation }: { conversation: Conversation }) {
  const { id, channel } = conversation;
  const outbox = useOutbox();
  const [body, setBody] = useState(() => readDraft(id));
  const [subject, setSubject] = useState('');
  const [sender, setSender] = useState(DEFAULT_SENDER);
  const choices = useSenderChoices(conversation);
  const price = useSegmentPrice();
  const field = useGrowing(body);
  useFocusFromKeyboard(field);

  const files = useAttachments();

  const isMail = channel === 'email';
  const isTooLong = !isMail && countCharacters(body) > LONGEST_TEXT;
  const mediaUrls = files.attachments.flatMap(({ mediaUrl }) => mediaUrl ?? []);
  const isComplete = mediaUrls.length === files.attachments.length;
  const hasContent = body.trim() !== '' || mediaUrls.length > 0;
  const canSend = hasContent && isComplete && !isTooLong && (!isMail || subject.trim() !== '');

  const write = (text: string) => {
    setBody(text);
    keepDraft(id, text);
  };
  const send = () => {
    if (!canSend) return;
    const request: SendMessageRequest = { channel, conversationId: id, body };
    if (sender !== DEFAULT_SENDER) request.phoneNumberId = sender;
    if (isMail) request.subject = subject;
    if (mediaUrls.length > 0) request.mediaUrls = mediaUrls;
    outbox.send(id, request);
    write('');
    files.clear();
    field.current?.focus();
  };

  return (
    <Footer>
      <form
        aria-label="Answer"
        className="flex flex-col rounded-xl border border-line-strong bg-surface shadow-xs focus-within:border-primary focus-within:ring-2 focus-within:ring-primary/20"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        {isMail && (
          <Input
            aria-label="Subject"
            placeholder="Subject"
            maxLength={998}
            className="rounded-none border-0 border-b border-line shadow-none focus-visible:outline-none"
            value={subject}
            onChange={(event) => setSubject(event.target.value)}
          />
        )}
        <AttachmentList attachments={files.attachments} onRemove={files.remove} />
        <textarea
          ref={field}
          aria-label="Message"
          aria-keyshortcuts="Enter"
          placeholder="Write an answer"
          rows={1}
          className="max-h-48 min-h-11 w-full resize-none bg-transparent px-3.5 py-2.5 text-base outline-none sm:text-[0.9375rem]"
          value={body}
          onChange={(event) => write(event.target.value)}
          onPaste={(event) => {
            if (event.clipboardData.files.length === 0 || isMail) return;
            event.preventDefault();
            files.add(Array.from(event.clipboardData.files));
          }}
          onKeyDown={(event) => {
            if (isSendKey(event)) {
              event.preventDefault();
              send();
            }
          }}
        />
        <div className="flex items-center gap-2 px-2 pb-2">
          {!isMail && <AttachButton count={files.attachments.length} onAdd={files.add} />}
          <SenderPicker choices={choices} value={sender} onChange={setSender} />
          <span className="flex-1" />
          {channel === 'sms' && <SegmentCounter text={body} priceMicros={price} />}
          <Button type="submit" size="icon-sm" aria-label="Send" className="rounded-full" aria-disabled={!canSend}>
            <ArrowUp aria-hidden />
          </Button>
        </div>
      </form>
    </Footer>
  );
}

interface PickerProps {
  choices: ReturnType<typeof senderChoices>;
  value: string;
  onChange: (value: string) => void;
}

/** The department that answers. */
export function SenderPicker({ choices, value, onChange }: PickerProps) {
  return (
    <Select
      aria-label="Send from"
      className="h-8 max-w-52 border-transparent bg-transparent pl-2 text-[0.8125rem] text-muted shadow-none hover:bg-hover sm:max-w-72 sm:text-[0.8125rem]"
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.label}
        </option>
      ))}
    </Select>
  );
}

function useSenderChoices(conversation: Conversation) {
  const numbers = usePhoneNumbers();
  return senderChoices(conversation, numbers.data?.phoneNumbers ?? []);
}

/** Calls are not answered in writing; the customer can still be texted. */
function CallsOnly({ conversation }: { conversation: Conversation }) {
  const [isWriting, setIsWriting] = useState(false);
  return (
    <Footer>
      <Notice
        action={
          conversation.counterpart.startsWith('+') && (
            <Button variant="link" size="inline" onClick={() => setIsWriting(true)}>
              Send a text
            </Button>
          )
        }
      >
        Calls and voicemails with this customer.
      </Notice>
      {isWriting && (
        <Suspense>
          <NewMessageDialog to={conversation.counterpart} onClose={() => setIsWriting(false)} />
        </Suspense>
      )}
    </Footer>
  );
}

function Footer({ children }: { children: ReactNode }) {
  return (
    <footer className="shrink-0 px-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]">
      <div className="mx-auto max-w-3xl">{children}</div>
    </footer>
  );
}

/** Enter sends where there is a keyboard; on a phone it begins a line, as everywhere on phones. */
function isSendKey(event: KeyboardEvent): boolean {
  if (event.key !== 'Enter' || event.nativeEvent.isComposing) return false;
  if (event.ctrlKey || event.metaKey) return true;
  return !event.shiftKey && window.matchMedia('(hover: hover)').matches;
}

/** As high as what is written, up to its maximum. */
function useGrowing(text: string): RefObject<HTMLTextAreaElement | null> {
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (!field.current) return;
    field.current.style.height = 'auto';
    field.current.style.height = `${field.current.scrollHeight}px`;
  }, [text]);
  return field;
}

/** Whoever came by the keyboard writes at once; a tap does not open the keyboard of a phone. */
function useFocusFromKeyboard(field: RefObject<HTMLTextAreaElement | null>): void {
  useEffect(() => {
    const row = document.activeElement;
    if (row instanceof HTMLElement && row.matches('[data-row]:focus-visible')) field.current?.focus();
  }, [field]);
}
