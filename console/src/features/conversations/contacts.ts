import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { useApi } from '@/api/ApiProvider';
import { unwrap } from '@/api/client';
import type { Contact, Conversation, SaveContactRequest } from '@/api/types';
import { saveFile } from '@/ui/save-file';

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

/** Reads everything that is kept of a person, page by page, and saves it as one file. */
export function useExportContact(contactId: string) {
  const { client, workspace } = useApi();
  return useMutation({
    mutationFn: async () => {
      const path = '/api/workspaces/{workspace}/contacts/{contact}/export';
      const read = (cursor?: string) => {
        const params = { path: { workspace, contact: contactId }, query: { limit: 100, ...(cursor && { cursor }) } };
        return unwrap(client.GET(path, { params }));
      };
      const { nextCursor, ...person } = await read();
      for (let cursor = nextCursor; cursor; ) {
        const page = await read(cursor);
        person.messages.push(...page.messages);
        cursor = page.nextCursor;
      }
      saveFile(new Blob([JSON.stringify(person, null, 2)], { type: 'application/json' }), `contact-${contactId}.json`);
    },
  });
}

/** Takes a person out of everything. */
export function useEraseContact(contactId: string) {
  const { client, workspace } = useApi();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      const params = { path: { workspace, contact: contactId } };
      return (await unwrap(client.POST('/api/workspaces/{workspace}/contacts/{contact}/erase', { params }))).erasure;
    },
    // Whatever was read of the workspace may have the person in it.
    onSuccess: () => cache.invalidateQueries({ queryKey: [workspace] }),
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
