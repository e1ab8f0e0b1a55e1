import { Phone, PhoneIncoming, PhoneMissed, PhoneOff, PhoneOutgoing, Voicemail, type LucideIcon } from 'lucide-react';

import type { Call, Message, Recording } from '@/api/types';
import { formatPhoneNumber } from '@/domain/phone-number';
import { formatDuration, formatFull, formatTime } from '@/domain/time';
import { cn } from '@/ui/cn';

import { stableUrl } from './stable-urls';

/** A call: what came of it, and what was recorded. */
export function CallEntry({ message }: { message: Message }) {
  const isOurs = message.direction === 'outbound';
  const { label, icon: Icon, isBad } = describeCall(message);
  const call = message.call ?? null;
  return (
    <div className={cn('flex', isOurs ? 'justify-end' : 'justify-start')}>
      <div className="flex w-full max-w-sm flex-col gap-2 rounded-xl border border-line bg-surface px-3.5 py-3">
        <div className="flex items-start gap-3">
          <span
            className={cn(
              'grid size-8 shrink-0 place-items-center rounded-full bg-subtle text-muted',
              isBad && 'bg-danger-tint text-danger',
            )}
          >
            <Icon aria-hidden className="size-4" />
          </span>
          <div className="min-w-0 flex-1">
            <div className="text-sm font-medium">{label}</div>
            <div className="text-xs text-muted">
              <time dateTime={message.createdAt} title={formatFull(message.createdAt)}>
                {formatTime(message.createdAt)}
              </time>
              {call && <CallDetails call={call} />}
            </div>
          </div>
        </div>
        {call?.kind === 'spoken' && message.body && <p className="text-sm whitespace-pre-wrap">{message.body}</p>}
        {message.errorMessage && <p className="text-xs text-danger">{message.errorMessage}</p>}
        {message.advice && <p className="text-xs text-muted">{message.advice}</p>}
        {call?.recordings.map((recording) => <RecordingEntry key={recording.id} recording={recording} />)}
      </div>
    </div>
  );
}

function CallDetails({ call }: { call: Call }) {
  const answered = call.answeredBy && call.answeredBy !== 'voicemail' ? formatPhoneNumber(call.answeredBy) : null;
  return (
    <>
      {call.durationSeconds != null && <> · {formatDuration(call.durationSeconds)}</>}
      {answered && <> · answered by {answered}</>}
    </>
  );
}

function RecordingEntry({ recording }: { recording: Recording }) {
  const { id, kind, url, state, durationSeconds } = recording;
  const name = kind === 'voicemail' ? 'Voicemail' : 'Recording';
  return (
    <div className="flex flex-col gap-1.5 border-t border-line pt-2">
      <div className="flex justify-between text-xs text-muted">
        <span>{name}</span>
        {durationSeconds != null && <span className="tabular-nums">{formatDuration(durationSeconds)}</span>}
      </div>
      {url ? (
        // eslint-disable-next-line jsx-a11y/media-has-caption -- what is said is written below it
        <audio controls preload="none" src={stableUrl(id, url)} aria-label={name} className="h-9 w-full" />
      ) : (
        <p className="text-xs text-muted">{STATES[state] ?? 'It cannot be played.'}</p>
      )}
      <TranscriptionText {...recording.transcription} />
    </div>
  );
}

const STATES: Record<string, string> = {
  pending: 'It is being fetched from the carrier.',
  failed: 'It could not be fetched from the carrier.',
  deleted: 'It has been deleted.',
};

function TranscriptionText({ state, text }: Recording['transcription']) {
  if (text) return <blockquote className="border-l-2 border-line-strong pl-2.5 text-sm">{text}</blockquote>;
  if (state === 'pending') return <p className="text-xs text-muted">It is being transcribed.</p>;
  if (state === 'failed') return <p className="text-xs text-muted">It could not be transcribed.</p>;
  return null;
}

interface CallView {
  label: string;
  icon: LucideIcon;
  isBad?: boolean;
}

/** What came of a call, in words. */
export function describeCall(message: Message): CallView {
  const isOurs = message.direction === 'outbound';
  const isSpoken = message.call?.kind === 'spoken';
  const what = isSpoken ? 'Spoken message' : isOurs ? 'Outgoing call' : 'Incoming call';
  const usual = isOurs ? PhoneOutgoing : PhoneIncoming;
  const views: Record<string, CallView> = {
    missed: { label: 'Missed call', icon: PhoneMissed, isBad: true },
    voicemail: { label: 'Voicemail', icon: Voicemail },
    busy: { label: `${what}: busy`, icon: PhoneOff },
    no_answer: { label: `${what}: no answer`, icon: PhoneOff },
    canceled: { label: isOurs ? `${what}: canceled` : 'Hung up before an answer', icon: PhoneOff },
    failed: { label: `${what}: failed`, icon: PhoneOff, isBad: true },
    unknown: { label: `${what}: not confirmed`, icon: Phone },
    ringing: { label: `${what}: ringing`, icon: usual },
    answered: { label: `${what}: under way`, icon: usual },
    pending: { label: `${what}: starting`, icon: usual },
    queued: { label: `${what}: starting`, icon: usual },
  };
  return views[message.status] ?? { label: what, icon: usual };
}
