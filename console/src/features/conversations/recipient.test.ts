import { expect, it } from 'vitest';

import { readRecipient } from './recipient';

it.each(['(405) 555-0123', '405-555-0123', '+1 405 555 0123', '14055550123'])('reads the number %s', (typed) => {
  expect(readRecipient('sms', typed)).toEqual({ to: '+14055550123' });
});

it('reads numbers of other countries and addresses', () => {
  expect(readRecipient('whatsapp', '+44 20 7183 8750')).toEqual({ to: '+442071838750' });
  expect(readRecipient('email', ' maria@example.com ')).toEqual({ to: 'maria@example.com' });
});

it.each([
  ['sms', ''],
  ['sms', '555'],
  ['sms', 'Maria'],
  ['email', '(405) 555-0123'],
] as const)('refuses for %s: %j', (channel, typed) => {
  expect(readRecipient(channel, typed).error).toMatch(/^This is not a/);
});
