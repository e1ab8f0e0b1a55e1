import type { Conversation, PhoneNumber } from '@/api/types';
import { describeNumberType } from '@/domain/number-type';
import { formatPhoneNumber } from '@/domain/phone-number';

/** A choice of the department picker. */
export interface SenderChoice {
  /** The number's id; `default`: the API chooses, which is the conversation's number when it can send. */
  value: string;
  label: string;
}

export const DEFAULT_SENDER = 'default';

/** From which numbers an answer may leave: the conversation's own first, then the workspace's others. */
export function senderChoices(conversation: Conversation, numbers: PhoneNumber[]): SenderChoice[] {
  const own = conversation.phoneNumber;
  const others = numbers.filter((number) => canText(number) && number.id !== own.id);
  const isOwnUsable = own.id === null || numbers.some((number) => number.id === own.id && canText(number));
  const first = isOwnUsable
    ? `${describeNumberType(own.numberType).label} ${formatPhoneNumber(own.phoneNumber)}`
    : 'Another number of yours';
  return [{ value: DEFAULT_SENDER, label: first }, ...others.map(choiceOf)];
}

export function choiceOf({ id, numberType, phoneNumber }: PhoneNumber): SenderChoice {
  return { value: id, label: `${describeNumberType(numberType).label} ${formatPhoneNumber(phoneNumber)}` };
}

export function canText({ status, messagingStatus, capabilities }: PhoneNumber): boolean {
  return status === 'active' && messagingStatus === 'ready' && capabilities.sms;
}

export function canCall({ status, capabilities }: PhoneNumber): boolean {
  return status === 'active' && capabilities.voice;
}
