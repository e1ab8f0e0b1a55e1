import { expect, it } from 'vitest';

import { billingAddress } from './billing-address';

const clerk = { mode: 'simulated', url: 'http://clerk', tokenUrl: 'http://clerk/token' } as const;

it('tells the simulator whose plan it is and where to come back to', () => {
  const config = { apiUrl: '', clerk, billingUrl: 'http://clerk/billing' };
  expect(billingAddress(config, 'org_1', 'http://console/billing?a=b')).toBe(
    'http://clerk/billing?organization=org_1&return_to=http%3A%2F%2Fconsole%2Fbilling%3Fa%3Db',
  );
});

it('leads to Clerk as it is configured, or leaves it to its own window', () => {
  const real = { apiUrl: '', clerk: { mode: 'clerk', publishableKey: 'pk_test_1' } as const };
  expect(billingAddress({ ...real, billingUrl: 'https://accounts.example.com/b' }, 'org_1', '')).toBe(
    'https://accounts.example.com/b',
  );
  expect(billingAddress({ ...real, billingUrl: '' }, 'org_1', '')).toBeNull();
});
