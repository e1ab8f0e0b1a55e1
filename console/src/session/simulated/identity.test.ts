import { expect, it } from 'vitest';

import { forgetIdentity, IDENTITY_KEY, readIdentity, rememberIdentity } from './identity';

it('remembers who signed in until they sign out', () => {
  const identity = { organization: { id: 'org_1', name: 'Harbour' }, user: { id: 'user_1', name: 'Ana' }, role: 'admin' } as const;
  expect(readIdentity()).toBeNull();
  rememberIdentity(identity);
  expect(readIdentity()).toEqual(identity);
  forgetIdentity();
  expect(readIdentity()).toBeNull();
});

it.each(['nonsense', 'null', '{}', '{"organization":{"id":1},"user":{},"role":"admin"}'])('ignores %s', (stored) => {
  window.localStorage.setItem(IDENTITY_KEY, stored);
  expect(readIdentity()).toBeNull();
});
