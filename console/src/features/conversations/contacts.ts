import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { useApi } from '@/api/ApiProvider';
import { unwrap } from '@/api/client';
import type { Contact, Conversation, SaveContactRequest } from '@/api/types';

/** The contact of a conversation, found by its number; it has more details than its badge. */
export function useContact(badge: Conversation['contact']) {
  const { client, workspace } = useApi();
  return useQuery({
    queryKey: [workspace, 'contact', badge?.id],
    enabled: badge !== null,
    queryFn: async ({ signal }) => {
      const params = { path: { workspace }, query: { q: badge?.phoneNumber ?? '' } };
      const { contacts } = await unwrap(client.GET('/api/workspaces/{workspace}/contacts', { params, signal }));
      const contact = contacts.find(({ id }) => id === badge?.id);
      if (!contact) throw new Error('The contact was not found.');
      return contact;
    },
  });
}

/** Contacts in which the words are; none without words. */
export function useContactSearch(q: string) {
  const { client, workspace } = useApi();
  return useQuery({
    queryKey: [workspace, 'contact-search', q],
    enabled: q !== '',
    queryFn: async ({ signal }) => {
      const params = { path: { workspace }, query: { q, limit: 5 } };
      return (await unwrap(client.GET('/api/workspaces/{workspace}/contacts', { params, signal }))).contacts;
    },
    placeholderData: (previous) => previous,
  });
}

export function useEditContact(contactId: string) {
  const { client, workspace } = useApi();
  const showChange = useShowChange();
  return useMutation({
    mutationFn: async (body: SaveContactRequest) => {
      const params = { path: { workspace, contact: contactId } };
      return (await unwrap(client.PATCH('/api/workspaces/{workspace}/contacts/{contact}', { params, body }))).contact;
    },
    onSuccess: showChange,
  });
}

/** Makes another contact part of this one. */
export function useMergeContacts(contactId: string) {
  const { client, workspace } = useApi();
  const showChange = useShowChange();
  return useMutation({
    mutationFn: async (otherId: string) => {
      const params = { path: { workspace, contact: contactId } };
      const path = '/api/workspaces/{workspace}/contacts/{contact}/merge';
      return (await unwrap(client.POST(path, { params, body: { contactId: otherId } }))).contact;
    },
    onSuccess: showChange,
  });
}

/** Names are shown in every list, so all of them are asked for again. */
function useShowChange() {
  const { workspace } = useApi();
  const cache = useQueryClient();
  return (contact: Contact) => {
    cache.setQueryData([workspace, 'contact', contact.id], contact);
    void cache.invalidateQueries({ queryKey: [workspace, 'conversations'] });
    void cache.invalidateQueries({ queryKey: [workspace, 'messages'] });
  };
}

export type ContactText = 'firstName' | 'lastName' | 'company' | 'email' | 'notes';

/** What the form has. */
export type ContactDraft = Record<ContactText, string> & { phoneNumbers: string[] };

export function toDraft(contact: Contact): ContactDraft {
  const { firstName, lastName, company, email, notes, phoneNumbers } = contact;
  return {
    firstName: firstName ?? '',
    lastName: lastName ?? '',
    company: company ?? '',
    email: email ?? '',
    notes: notes ?? '',
    phoneNumbers,
  };
}

/** Only what has changed, so that what somebody else changes meanwhile stays. An emptied field is taken away. */
export function changesOf(contact: Contact, draft: ContactDraft): SaveContactRequest {
  const before = toDraft(contact);
  const changes: SaveContactRequest = {};
  for (const name of ['firstName', 'lastName', 'company', 'email', 'notes'] as const) {
    const text = draft[name].trim();
    if (text !== before[name]) changes[name] = text === '' ? null : text;
  }
  const numbers = draft.phoneNumbers.map((number) => number.trim()).filter(Boolean);
  if (numbers.join() !== before.phoneNumbers.join()) changes.phoneNumbers = numbers;
  return changes;
}
