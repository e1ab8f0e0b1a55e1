import { expect, it } from 'vitest';

import { formatPhoneNumber } from './phone-number';

it.each([
  ['+14055551234', '(405) 555-1234'],
  ['+442071838750', '+442071838750'],
  ['72975', '72975'],
  ['ALERTS', 'ALERTS'],
  ['+1405555123', '+1405555123'],
])('writes %s as %s', (number, shown) => {
  expect(formatPhoneNumber(number)).toBe(shown);
});
