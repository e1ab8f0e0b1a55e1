import type { PortOrder, PortOrderState } from '@/api/types';
import type { BadgeTone } from '@/ui/badge';

import { addBusinessDays, formatCalendarDay, formatDate } from './dates';

/** States in the order in which an order goes through them. */
export const PORT_STATES: readonly { state: PortOrderState; label: string; tone: BadgeTone }[] = [
  { state: 'draft', label: 'Draft', tone: 'neutral' },
  { state: 'submitted', label: 'Submitted', tone: 'blue' },
  { state: 'rejected', label: 'Needs correction', tone: 'danger' },
  { state: 'scheduled', label: 'Date is set', tone: 'amber' },
  { state: 'completed', label: 'Moved', tone: 'success' },
  { state: 'cancelled', label: 'Cancelled', tone: 'neutral' },
];

export function describePortState(state: PortOrderState): { label: string; tone: BadgeTone } {
  return PORT_STATES.find((view) => view.state === state) ?? { label: state, tone: 'neutral' };
}

type Progress = Pick<PortOrder, 'state' | 'submittedAt' | 'expectedBusinessDays' | 'cancelsAt' | 'focDate'>;

/** What happens next, and what is to be done until then. */
export function whatIsNext({ state, submittedAt, expectedBusinessDays, cancelsAt, focDate }: Progress): string {
  switch (state) {
    case 'draft':
      return cancelsAt
        ? `Not sent yet. Fill in the rest and submit it. A draft that nobody changes is cancelled, this one on ${formatDate(cancelsAt)}.`
        : 'Not sent yet. Fill in the rest and submit it.';
    case 'submitted':
      return submittedAt
        ? `Your present carrier is being asked. Expect a date for the move by about ${formatDate(addBusinessDays(submittedAt, expectedBusinessDays))}.`
        : 'Your present carrier is being asked.';
    case 'rejected':
      return cancelsAt
        ? `Correct it and submit it again by ${formatDate(cancelsAt)}. Without an answer it is cancelled then.`
        : 'Correct it and submit it again.';
    case 'scheduled':
      return focDate
        ? `The move is on ${formatCalendarDay(focDate)}. Keep your present contract until it is done.`
        : 'A date for the move is set. Keep your present contract until it is done.';
    case 'completed':
      return 'Calls and texts to these numbers reach you here. You can end the contract with your old carrier.';
    case 'cancelled':
      return 'Nothing moves. The numbers stay with your present carrier.';
    default:
      return '';
  }
}

/** Whether the workspace may change it. */
export function isEditable({ state }: Pick<PortOrder, 'state'>): boolean {
  return state === 'draft' || state === 'rejected';
}

/** Whether it is over. */
export function isFinished({ state }: Pick<PortOrder, 'state'>): boolean {
  return state === 'completed' || state === 'cancelled';
}
