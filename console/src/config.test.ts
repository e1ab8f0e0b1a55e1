import { expect, it } from 'vitest';

import { parseConfig } from './config';

it('reads the settings of either way to sign in', () => {
  const simulated = { apiUrl: '', clerk: { mode: 'simulated', url: 'http://c', tokenUrl: 'http://c/token' }, billingUrl: 'b' };
  const real = { apiUrl: 'https://api', clerk: { mode: 'clerk', publishableKey: 'pk_live_x' }, billingUrl: 'b' };
  expect(parseConfig(simulated)).toEqual(simulated);
  expect(parseConfig(real)).toEqual(real);
});

it.each([
  [null, 'apiUrl|clerk.mode'],
  [{ apiUrl: '', billingUrl: '' }, 'clerk.mode'],
  [{ apiUrl: '', billingUrl: '', clerk: { mode: 'clerk' } }, 'clerk.publishableKey'],
  [{ apiUrl: '', billingUrl: '', clerk: { mode: 'simulated', url: 'x' } }, 'clerk.tokenUrl'],
  [{ clerk: { mode: 'clerk', publishableKey: 'x' }, billingUrl: '' }, 'apiUrl'],
])('names the setting that is missing: %j', (value, name) => {
  expect(() => parseConfig(value)).toThrow(new RegExp(name));
});
