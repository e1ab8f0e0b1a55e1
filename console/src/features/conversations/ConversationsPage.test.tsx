import { screen, waitFor, within } from '@testing-library/react';
import { Route, Routes } from 'react-router';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { CONVERSATION, json, message, NUMBER, reply, stubApi, type Routes as ApiRoutes } from '@/test/api';
import { renderAt } from '@/test/render';

import ConversationsPage from './ConversationsPage';

vi.mock('@/api/polling', () => ({ pollInterval: () => 250 }));

afterEach(() => vi.unstubAllGlobals());

const conversation = (changes: Partial<typeof CONVERSATION> = {}) => ({ ...CONVERSATION, ...changes });
const thread = (shown = CONVERSATION, messages = [message()]) => ({ conversation: shown, messages, nextCursor: null });

function open(address: string, routes: ApiRoutes = {}) {
  const api = stubApi({
    'GET /': { workspace: { platformNumber: '+18885550100' } },
    'GET phone-numbers': { phoneNumbers: [NUMBER], provisionings: [] },
    'GET api/plans': { plans: [], textSegmentCostMicros: 7900 },
    'GET conversations': { conversations: [CONVERSATION], nextCursor: null },
    'GET conversations/c1/messages': thread(),
    ...routes,
  });
  const pages = (
    <Routes>
      <Route path="conversations/:id?" element={<ConversationsPage />} />
    </Routes>
  );
  return { api, ...renderAt(address, pages) };
}

describe('the list', () => {
  it('shows who wrote, what, and to which department', async () => {
    open('/conversations', { 'GET conversations': { conversations: [conversation({ unreadCount: 2 })], nextCursor: null } });
    const row = await screen.findByRole('link', { name: /Maria Silva/ });
    expect(row).toHaveTextContent('Are you open today?');
    expect(row).toHaveTextContent('Primary');
    expect(row).toHaveTextContent('2 unread');
  });

  it('filters by what the address says, and writes the address', async () => {
    const { api, user, address } = open('/conversations?numberType=sales');
    await waitFor(() => expect(api.of('GET conversations')[0]?.query).toEqual({ numberType: 'sales' }));
    await user.selectOptions(screen.getByLabelText('Number type'), 'Support');
    expect(address()).toBe('/conversations?numberType=support');
    await user.type(screen.getByLabelText('Search'), 'maria');
    await waitFor(() => expect(address()).toBe('/conversations?numberType=support&q=maria'));
    await waitFor(() => expect(api.asked.at(-1)?.query).toEqual({ numberType: 'support', q: 'maria' }));
  });

  it('says what is wrong when it cannot be loaded, and tries again', async () => {
    const refused = () => json(403, { code: 'forbidden', detail: 'you are no member of it' });
    const { api, user } = open('/conversations', { 'GET conversations': refused });
    expect(await screen.findByText('You are no member of it.')).toBeVisible();
    api.routes['GET conversations'] = { conversations: [CONVERSATION], nextCursor: null };
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('link', { name: /Maria Silva/ })).toBeVisible();
  });

  it('is walked through with J and K', async () => {
    const second = conversation({ id: 'c2', contact: null, lastMessageAt: '2026-05-01T09:00:00Z' });
    const { user } = open('/conversations', { 'GET conversations': { conversations: [CONVERSATION, second], nextCursor: null } });
    await screen.findByRole('link', { name: /Maria Silva/ });
    await user.keyboard('j');
    expect(screen.getByRole('link', { name: /Maria Silva/ })).toHaveFocus();
    await user.keyboard('j');
    expect(screen.getByRole('link', { name: /\(405\) 555-0123/ })).toHaveFocus();
    await user.keyboard('k');
    expect(screen.getByRole('link', { name: /Maria Silva/ })).toHaveFocus();
  });

  it('says from which number messages leave, and copies it', async () => {
    const { user } = open('/conversations');
    await user.click(await screen.findByRole('button', { name: /From: \(405\) 555-1234/ }));
    await expect(navigator.clipboard.readText()).resolves.toBe('+14055551234');
  });
});

describe('a conversation', () => {
  it('is marked as read up to the newest message shown', async () => {
    const unread = conversation({ unreadCount: 1 });
    const { api } = open('/conversations/c1', {
      'GET conversations/c1/messages': thread(unread),
      'PATCH conversations/c1': { conversation: CONVERSATION },
    });
    await waitFor(() => expect(api.of('PATCH conversations/c1')[0]?.body).toEqual({ read: true, upToMessageId: 'm1' }));
  });

  it('shows new messages without being told to', async () => {
    const { api } = open('/conversations/c1');
    await screen.findByText('Are you open today?', { selector: '[role=log] *' });
    const news = message({ id: 'm9', body: 'Hello?', createdAt: '2026-05-01T11:00:00Z' });
    api.routes['GET conversations/c1/messages'] = thread(CONVERSATION, [news, message()]);
    expect(await screen.findByText('Hello?')).toBeVisible();
  });

  it('says why a message was not delivered, and what to do', async () => {
    const failed = reply({
      status: 'undelivered',
      errorCode: '30005',
      errorMessage: 'Unknown destination',
      advice: 'Check the number.',
    });
    open('/conversations/c1', { 'GET conversations/c1/messages': thread(CONVERSATION, [failed]) });
    const log = await screen.findByRole('log');
    for (const text of ['Not delivered', /Unknown destination/, 'Check the number.']) {
      expect(await within(log).findByText(text)).toBeVisible();
    }
    expect(within(log).getByRole('button', { name: 'Send again' })).toBeVisible();
  });

  it('cannot be answered when the customer has opted out', async () => {
    open('/conversations/c1', { 'GET conversations/c1/messages': thread(conversation({ optedOut: true })) });
    expect(await screen.findByText(/has opted out/)).toBeVisible();
    expect(screen.queryByRole('textbox', { name: 'Message' })).not.toBeInTheDocument();
  });

  it('is left with Escape', async () => {
    const { user, address } = open('/conversations/c1?channel=sms');
    await user.click(await screen.findByRole('textbox', { name: 'Message' }));
    await user.keyboard('{Escape}');
    expect(address()).toBe('/conversations?channel=sms');
  });

  it('says so when there is none', async () => {
    open('/conversations/c1', { 'GET conversations/c1/messages': () => json(404, { code: 'conversation_not_found' }) });
    expect(await screen.findByText('There is no such conversation')).toBeVisible();
  });
});

describe('an answer', () => {
  it('is shown at once, leaves under a key of its own, and becomes the message that is stored', async () => {
    let finish: (answer: Record<string, unknown>) => void = () => undefined;
    const { api, user } = open('/conversations/c1', { 'POST messages': () => new Promise((resolve) => (finish = resolve)) });
    await user.click(await screen.findByRole('textbox', { name: 'Message' }));
    await user.paste('Yes, until five.');
    expect(screen.getByText('144 · 1 segment · $0.0079')).toBeVisible();
    await user.keyboard('{Enter}');
    expect(await screen.findByText('Sending')).toBeVisible();
    expect(screen.getByRole('textbox', { name: 'Message' })).toHaveValue('');

    const [asked] = api.of('POST messages');
    expect(asked?.body).toEqual({ channel: 'sms', conversationId: 'c1', body: 'Yes, until five.' });
    expect(asked?.headers.get('idempotency-key')).toMatch(/^[0-9a-f-]{36}$/);
    api.routes['GET conversations/c1/messages'] = thread(CONVERSATION, [reply({ status: 'delivered' }), message()]);
    finish({ message: reply() });
    expect(await screen.findByText('Delivered')).toBeVisible();
    expect(screen.getAllByText('Yes, until five.')).toHaveLength(1);
  });

  it('says why it was refused, and can be tried again', async () => {
    const refused = () => json(422, { code: 'invalid_destination', detail: 'this country is not allowed' });
    const { api, user } = open('/conversations/c1', { 'POST messages': refused });
    await user.type(await screen.findByRole('textbox', { name: 'Message' }), 'Hello{Enter}');
    expect(await screen.findByText('This country is not allowed.')).toBeVisible();
    api.routes['POST messages'] = { message: reply({ body: 'Hello' }) };
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(screen.queryByText('This country is not allowed.')).not.toBeInTheDocument());
    const keys = api.of('POST messages').map(({ headers }) => headers.get('idempotency-key'));
    expect(new Set(keys).size).toBe(2);
  });

  it('may leave from another department', async () => {
    const sales = { ...NUMBER, id: 'n2', phoneNumber: '+14055559999', numberType: 'sales' };
    const { api, user } = open('/conversations/c1', {
      'GET phone-numbers': { phoneNumbers: [NUMBER, sales], provisionings: [] },
      'POST messages': { message: reply() },
    });
    await screen.findByRole('option', { name: 'Sales (405) 555-9999' });
    await user.selectOptions(screen.getByLabelText('Send from'), 'Sales (405) 555-9999');
    await user.type(screen.getByRole('textbox', { name: 'Message' }), 'Hello{Enter}');
    await waitFor(() => expect(api.of('POST messages')[0]?.body).toMatchObject({ phoneNumberId: 'n2' }));
  });

  it('waits in the composer until it is sent', async () => {
    const { user } = open('/conversations/c1');
    await user.type(await screen.findByRole('textbox', { name: 'Message' }), 'Half a sen');
    await user.keyboard('{Escape}');
    await user.click(await screen.findByRole('link', { name: /Maria Silva/ }));
    expect(await screen.findByRole('textbox', { name: 'Message' })).toHaveValue('Half a sen');
  });
});

describe('a call', () => {
  const entry = () => reply({ id: 'm9', conversationId: 'c9', channel: 'voice', body: '' });
  const openDialog = async (calls: ApiRoutes[string]) => {
    const opened = open('/conversations/c1', {
      'POST calls': calls,
      'GET conversations/c9/messages': thread(conversation({ id: 'c9', channel: 'voice' }), [entry()]),
    });
    await opened.user.click(await screen.findByRole('button', { name: 'Call' }));
    const dialog = await screen.findByRole('dialog', { name: 'Call Maria Silva' });
    const call = () => opened.user.click(within(dialog).getByRole('button', { name: 'Call' }));
    return { ...opened, dialog, call };
  };

  it('rings at the phone that is remembered, and leads to its entry', async () => {
    window.localStorage.setItem('switchboard.phone.user_1', '+14055550150');
    const { api, address, call, dialog } = await openDialog(() => json(201, { message: entry() }));
    expect(within(dialog).getByLabelText('Your phone')).toHaveValue('(405) 555-0150');
    await call();
    await waitFor(() => expect(address()).toBe('/conversations/c9'));
    expect(api.of('POST calls')[0]?.body).toEqual({ memberPhoneNumber: '+14055550150', conversationId: 'c1' });
  });

  it('is made once when the answer was lost and it is tried again', async () => {
    let attempts = 0;
    const { api, address, call, dialog, user } = await openDialog(() => {
      attempts += 1;
      return attempts === 1 ? json(502, {}) : json(201, { message: entry() });
    });
    await user.type(within(dialog).getByLabelText('Your phone'), '405 555 0150');
    await call();
    expect(await within(dialog).findByText(/Trying again does not do it twice/)).toBeVisible();
    await call();
    await waitFor(() => expect(address()).toBe('/conversations/c9'));
    const keys = api.of('POST calls').map(({ headers }) => headers.get('idempotency-key'));
    expect(keys).toHaveLength(2);
    expect(keys[1]).toBe(keys[0]);
  });

  it('says what is wrong, beside the field or below', async () => {
    const refusals = [
      json(422, { code: 'invalid_request', detail: 'x', errors: [{ field: 'memberPhoneNumber', detail: 'is one of our own numbers' }] }),
      json(422, { code: 'invalid_destination', detail: 'x is not called', errors: [{ field: 'to', detail: 'is not called' }] }),
    ];
    const { call, dialog, user } = await openDialog(() => refusals.shift() ?? json(500, {}));
    await user.type(within(dialog).getByLabelText('Your phone'), '405 555 0150');
    await call();
    expect(await within(dialog).findByText('Is one of our own numbers.')).toBeVisible();
    await call();
    expect(await within(dialog).findByText('X is not called.')).toBeVisible();
  });
});
