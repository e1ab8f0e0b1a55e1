import type { EmergencyAddress, PhoneNumber, Provisioning } from '@/api/types';
import type { BadgeTone } from '@/ui/badge';

interface View {
  label: string;
  tone: BadgeTone;
  /** What it means for the people who use the number. */
  explanation: string;
}

/** In use or not. */
export function describeStatus(number: PhoneNumber): View {
  switch (number.status) {
    case 'active':
      return { label: 'Active', tone: 'success', explanation: 'Calls and texts to this number reach you.' };
    case 'suspended':
      return {
        label: 'Suspended',
        tone: 'warning',
        explanation:
          'Your plan no longer covers it. Texts still arrive but none are sent, and it is given back unless you upgrade.',
      };
    case 'released':
      return { label: 'Released', tone: 'neutral', explanation: 'It was given back and does not reach you any more.' };
    default:
      return { label: number.status, tone: 'neutral', explanation: '' };
  }
}

/** Whether it may text. New US numbers wait until the carriers have registered them (10DLC). */
export function describeMessaging(number: PhoneNumber): View {
  switch (number.messagingStatus) {
    case 'ready':
      return { label: 'Can text', tone: 'success', explanation: 'Texts can be sent from this number.' };
    case 'pending':
      return {
        label: 'Texting soon',
        tone: 'warning',
        explanation:
          'The phone carriers are registering the number. Until then it receives texts and calls; yours leave from another number.',
      };
    case 'failed':
      return {
        label: 'Cannot text',
        tone: 'danger',
        explanation: number.messagingFailureReason ?? 'The phone carriers did not register the number for texting.',
      };
    default:
      return { label: number.messagingStatus, tone: 'neutral', explanation: '' };
  }
}

/** Whether a toll-free number may text: the carriers verify who has it, by a form of the carrier's website. */
export function describeTollFree({ tollFreeVerification }: PhoneNumber): View | null {
  if (tollFreeVerification === null) return null;
  const word = tollFreeVerification.toLowerCase();
  if (word === 'verified' || word === 'approved') {
    return { label: 'Verified', tone: 'success', explanation: 'The carriers know who texts from this toll-free number.' };
  }
  return {
    label: tollFreeVerification,
    tone: 'warning',
    explanation:
      'A toll-free number texts only when the carriers have verified who has it. That is done by a form at the carrier and takes up to two weeks.',
  };
}

/** What is known of where somebody is who calls 911; null where there is nothing to say. */
export function describeEmergencyAddress({ emergencyAddress, emergencyAddressMissing }: PhoneNumber): View | null {
  if (emergencyAddress?.status === 'failed') {
    return {
      label: 'Emergency address refused',
      tone: 'danger',
      explanation: emergencyAddress.failureReason ?? 'The carrier did not take the address.',
    };
  }
  if (emergencyAddressMissing) {
    return {
      label: 'No emergency address',
      tone: 'danger',
      explanation: 'Who calls 911 from this number reaches nobody who knows where they are, and the call costs $100.',
    };
  }
  switch (emergencyAddress?.status) {
    case 'active':
      return { label: 'Emergency address', tone: 'success', explanation: addressOf(emergencyAddress.address) };
    case 'pending':
      return { label: 'Emergency address', tone: 'blue', explanation: `${addressOf(emergencyAddress.address)} – on its way to the carrier.` };
    case 'removing':
      return { label: 'Emergency address', tone: 'warning', explanation: 'It is being removed at the carrier.' };
    default:
      return null;
  }
}

function addressOf({ streetNumber, streetName, unitType, unitNumber, city, state, postalCode }: EmergencyAddress['address']): string {
  const unit = [unitType, unitNumber].filter(Boolean).join(' ');
  return [`${streetNumber} ${streetName}`, unit, city, `${state} ${postalCode}`].filter(Boolean).join(', ');
}

/** How far an attempt to get a number is. */
export function describeProvisioning(provisioning: Provisioning): View & { step: number } {
  switch (provisioning.state) {
    case 'reserved':
      return { label: 'Searching', tone: 'blue', step: 1, explanation: 'Looking for a number that is free.' };
    case 'purchasing':
      return { label: 'Buying', tone: 'blue', step: 2, explanation: 'The carrier is asked for the number.' };
    case 'purchased':
      return { label: 'Setting up', tone: 'blue', step: 3, explanation: 'The number is yours and is being connected.' };
    case 'active':
      return { label: 'Done', tone: 'success', step: 4, explanation: 'The number is ready.' };
    case 'failed':
      return {
        label: 'Failed',
        tone: 'danger',
        step: 0,
        explanation: provisioning.failureReason ?? 'The number could not be had.',
      };
    default:
      return { label: provisioning.state, tone: 'neutral', step: 0, explanation: '' };
  }
}

export function isUnfinished(provisioning: Provisioning): boolean {
  return provisioning.state !== 'active' && provisioning.state !== 'failed';
}
