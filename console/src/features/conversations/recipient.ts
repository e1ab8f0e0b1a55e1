import { parsePhoneNumberFromString } from 'libphonenumber-js/min';

import type { Channel } from '@/api/types';

type Recipient = { to: string; error?: undefined } | { to?: undefined; error: string };

/** What was typed, as the API wants it. Numbers without a country code are in the United States, as for contacts. */
export function readRecipient(channel: Channel, typed: string): Recipient {
  const text = typed.trim();
  if (channel === 'email') {
    return /^\S+@\S+\.\S+$/.test(text) ? { to: text } : { error: 'This is not a mail address.' };
  }
  const number = parsePhoneNumberFromString(text, 'US');
  return number?.isPossible() ? { to: number.number } : { error: 'This is not a phone number.' };
}
