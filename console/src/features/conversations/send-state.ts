import { CalendarClock, Check, CheckCheck, CircleAlert, CircleHelp, CircleSlash, Clock, type LucideIcon } from 'lucide-react';

import type { Message } from '@/api/types';
import { formatUpcoming } from '@/domain/time';

interface SendStateView {
  label: string;
  /** More about it. */
  hint?: string;
  icon: LucideIcon;
  tone?: 'danger' | 'success';
}

const STATES: Record<string, SendStateView> = {
  pending: { label: 'Sending', icon: Clock },
  queued: { label: 'Sending', hint: 'The carrier has it.', icon: Clock },
  sending: { label: 'Sending', hint: 'The carrier has it.', icon: Clock },
  sent: { label: 'Sent', hint: 'On its way to the phone.', icon: Check },
  delivered: { label: 'Delivered', icon: CheckCheck, tone: 'success' },
  undelivered: { label: 'Not delivered', icon: CircleAlert, tone: 'danger' },
  failed: { label: 'Failed', icon: CircleAlert, tone: 'danger' },
  canceled: { label: 'Canceled', icon: CircleSlash },
  unknown: {
    label: 'Not confirmed',
    hint: 'The carrier’s answer got lost. It is being looked up; sending it again could send it twice.',
    icon: CircleHelp,
  },
};

/** How far a message of ours has come, in words. */
export function describeSendState(message: Message): SendStateView {
  if (isScheduled(message)) {
    const at = message.scheduledFor;
    return { label: at ? `Will be sent at ${formatUpcoming(at)}` : 'Will be sent later', icon: CalendarClock };
  }
  return STATES[message.status] ?? { label: message.status.replaceAll('_', ' '), icon: Clock };
}

export function isFailed(message: Message): boolean {
  return message.status === 'failed' || message.status === 'undelivered';
}

/** Kept until the quiet hours are over. */
export function isScheduled(message: Message): boolean {
  return message.status === 'scheduled';
}
