import { screen, waitFor, within } from '@testing-library/react';
import { Route, Routes } from 'react-router';
import { afterEach, expect, it, vi } from 'vitest';

import type { Contact } from '@/api/types';
import { json, message, stubApi, type Routes as ApiRoutes } from '@/test/api';
import { renderAt } from '@/test/render';
import { saveFile } from '@/ui/save-file';

import { PersonalData } from './PersonalData';

vi.mock('@/ui/save-file', () => ({ saveFile: vi.fn() }));

afterEach(() => vi.unstubAllGlobals());

const CONTACT: Contact = {
  id: 'p1',
  firstName: 'Maria',
  lastName: 'Silva',
  company: null,
  email: null,
  notes: null,
  phoneNumbers: ['+14055550123'],
  createdAt: '2026-05-01T10:00:00Z',
  updatedAt: '2026-05-01T10:00:00Z',
};
const PERSON = { contact: CONTACT, formerContacts: [], conversations: [], optOuts: [] };

function open(routes: ApiRoutes, role?: 'member') {
  const api = stubApi(routes);
  const pages = (
    <Routes>
      <Route path="conversations/c1" element={<PersonalData contact={CONTACT} name="Maria Silva" />} />
      <Route path="conversations" element={<p>Nothing is open</p>} />
    </Routes>
  );
  return { api, ...renderAt('/conversations/c1', pages, role) };
}

it('saves all pages of what is kept as one file', async () => {
  const { api, user } = open({
    'GET contacts/p1/export': ({ query }) =>
      query.cursor
        ? { ...PERSON, messages: [message({ id: 'm2' })], nextCursor: null }
        : { ...PERSON, messages: [message()], nextCursor: 'two' },
  });
  await user.click(screen.getByRole('button', { name: 'Export all data' }));
  await waitFor(() => expect(saveFile).toHaveBeenCalledOnce());
  const [file, name] = vi.mocked(saveFile).mock.calls[0] ?? [];
  expect(name).toBe('contact-p1.json');
  const saved = JSON.parse((await file?.text()) ?? '') as { contact: Contact; messages: { id: string }[] };
  expect(saved.contact).toEqual(CONTACT);
  expect(saved.messages.map(({ id }) => id)).toEqual(['m1', 'm2']);
  expect(api.of('GET contacts/p1/export').map(({ query }) => query.cursor)).toEqual([undefined, 'two']);
});

it('erases after it was asked, and leaves the conversation', async () => {
  const erasure = { contactId: 'p1', state: 'pending', remaining: 2, requestedAt: '2026-05-01T10:00:00Z', finishedAt: null };
  const { api, user, address } = open({ 'POST contacts/p1/erase': { erasure } });
  await user.click(screen.getByRole('button', { name: 'Erase' }));
  const dialog = await screen.findByRole('alertdialog', { name: 'Erase Maria Silva?' });
  expect(dialog).toHaveTextContent('This cannot be undone.');
  expect(api.asked).toEqual([]);
  await user.click(within(dialog).getByRole('button', { name: 'Erase' }));
  await waitFor(() => expect(address()).toBe('/conversations'));
  expect(api.of('POST contacts/p1/erase')).toHaveLength(1);
});

it('says why somebody cannot be erased, and stays', async () => {
  const refused = () => json(403, { code: 'impersonated', detail: 'administrators do this in person' });
  const { user, address } = open({ 'POST contacts/p1/erase': refused });
  await user.click(screen.getByRole('button', { name: 'Erase' }));
  const dialog = await screen.findByRole('alertdialog');
  await user.click(within(dialog).getByRole('button', { name: 'Erase' }));
  expect(await within(dialog).findByText('Administrators do this in person.')).toBeVisible();
  expect(address()).toBe('/conversations/c1');
});

it('is for administrators', () => {
  open({}, 'member');
  expect(screen.queryByRole('region', { name: 'Personal data' })).not.toBeInTheDocument();
});
