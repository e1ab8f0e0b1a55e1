import { vi } from 'vitest';

import type { Conversation, Message, PhoneNumber } from '@/api/types';

/** A request that was made, as far as tests look at it. */
export interface Asked {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Headers;
  body: unknown;
}

/** What is answered, or how: a `Response` is taken as it is, everything else is JSON with status 200. */
export type Routes = Record<string, Answer | ((asked: Asked) => Answer | Promise<Answer>)>;

type Answer = Response | Record<string, unknown>;

/** Answers the API's requests. A route is `GET conversations`, below the workspace. Routes may be changed meanwhile. */
export function stubApi(routes: Routes): { asked: Asked[]; of: (route: string) => Asked[]; routes: Routes } {
  const asked: Asked[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    const url = new URL(request.url);
    const text = await request.text();
    const one: Asked = {
      method: request.method,
      path: url.pathname.replace('/api/workspaces/org_1', '').replace(/^\//, '') || '/',
      query: Object.fromEntries(url.searchParams),
      headers: request.headers,
      body: text === '' ? null : (JSON.parse(text) as unknown),
    };
    asked.push(one);
    const route = routes[`${one.method} ${one.path}`];
    if (route === undefined) throw new Error(`no route ${one.method} ${one.path}`);
    const answer: Answer = typeof route === 'function' ? await route(one) : route;
    return answer instanceof Response ? answer : json(200, answer);
  });
  return { asked, of: (route) => asked.filter(({ method, path }) => `${method} ${path}` === route), routes };
}

export function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}

export const NUMBER: PhoneNumber = {
  id: 'n1',
  phoneNumber: '+14055551234',
  phoneNumberSid: 'PN1',
  friendlyName: 'Main line',
  numberType: 'primary',
  status: 'active',
  messagingStatus: 'ready',
  messagingFailureReason: null,
  capabilities: { sms: true, mms: true, voice: true, fax: false },
  monthlyCostCents: 100,
  provisionedAt: '2026-05-01T10:00:00Z',
  releasedAt: null,
  voice: null,
  campaign: 'platform',
  tollFreeVerification: null,
  emergencyAddress: null,
  emergencyAddressMissing: false,
};

export const CONVERSATION: Conversation = {
  id: 'c1',
  channel: 'sms',
  phoneNumber: { id: 'n1', phoneNumber: '+14055551234', numberType: 'primary', friendlyName: 'Main line' },
  counterpart: '+14055550123',
  contact: { id: 'p1', name: 'Maria Silva', phoneNumber: '+14055550123' },
  status: 'open',
  assignedTo: null,
  optedOut: false,
  snippet: 'Are you open today?',
  unreadCount: 0,
  messageCount: 1,
  lastMessageAt: '2026-05-01T10:00:00Z',
  createdAt: '2026-05-01T10:00:00Z',
};

export function message(changes: Partial<Message> = {}): Message {
  return {
    id: 'm1',
    conversationId: 'c1',
    direction: 'inbound',
    channel: 'sms',
    subject: null,
    body: 'Are you open today?',
    media: [],
    from: '+14055550123',
    to: '+14055551234',
    phoneNumberId: 'n1',
    numberType: 'primary',
    senderReason: null,
    status: 'received',
    errorCode: null,
    errorMessage: null,
    advice: null,
    segments: 1,
    estimatedCostMicros: 0,
    costMicros: null,
    sentBy: null,
    call: null,
    scheduledFor: null,
    createdAt: '2026-05-01T10:00:00Z',
    deliveredAt: null,
    ...changes,
  };
}

/** An answer of ours. */
export function reply(changes: Partial<Message> = {}): Message {
  return message({
    id: 'm2',
    direction: 'outbound',
    body: 'Yes, until five.',
    from: '+14055551234',
    to: '+14055550123',
    status: 'queued',
    estimatedCostMicros: 7900,
    createdAt: '2026-05-01T10:05:00Z',
    ...changes,
  });
}
