import { expect, it } from 'vitest';

import type { Contact } from '@/api/types';

import { changesOf, toDraft } from './contacts';

const contact: Contact = {
  id: 'c1',
  firstName: 'Maria',
  lastName: null,
  company: 'Alpine Dental',
  email: null,
  notes: null,
  phoneNumbers: ['+14055550123'],
  createdAt: '2026-05-01T10:00:00Z',
  updatedAt: '2026-05-01T10:00:00Z',
};

it('sends only what has changed', () => {
  const draft = toDraft(contact);
  expect(changesOf(contact, draft)).toEqual({});
  expect(changesOf(contact, { ...draft, lastName: ' Silva ', company: '  ' })).toEqual({ lastName: 'Silva', company: null });
});

it('sends all numbers when one of them has changed', () => {
  const draft = { ...toDraft(contact), phoneNumbers: ['+14055550123', ' (405) 555-0199 ', ''] };
  expect(changesOf(contact, draft)).toEqual({ phoneNumbers: ['+14055550123', '(405) 555-0199'] });
});
