import type { ReactNode } from 'react';
import { vi } from 'vitest';

import type { Session } from '@/session/session';

import { renderAt } from './render';

/** What the API answers, by `METHOD path` below the workspace; a function sees the request's body. */
export type Answers = Record<string, unknown>;

export const WORKSPACE = {
  id: '0194a2f0-6a3c-7c51-9b1e-3f6d2a9c4e10',
  name: 'Harbour Dental',
  subscriptionTier: 'enterprise',
  numberLimit: 10,
  numbersUsed: 1,
  platformNumber: '+14052010100',
  quietHours: null,
  retention: { messageDays: null, mediaDays: null, recordingDays: null },
  retentionDefaults: { messageDays: null, mediaDays: null, recordingDays: 365 },
};

interface Options {
  answers: Answers;
  role?: Session['role'];
}

/** A page as somebody who is signed in sees it, with an API that answers as told and notes what it was asked. */
export function renderPage(page: ReactNode, { answers, role = 'admin' }: Options) {
  const requests: { request: string; body: unknown }[] = [];
  const fetchMock = vi.fn(async (input: Request) => {
    const { pathname } = new URL(input.url);
    const request = `${input.method} ${pathname.replace('/api/workspaces/org_1', '')}`;
    const text = await input.text();
    const body: unknown = text ? JSON.parse(text) : undefined;
    requests.push({ request, body });
    return answer(answers[request], body);
  });
  vi.stubGlobal('fetch', fetchMock);
  renderAt('/', page, role);
  return { requests };
}

/** An answer that is not the one asked for. */
export class Refused {
  constructor(
    readonly status: number,
    readonly problem: object,
  ) {}
}

function answer(given: unknown, body: unknown): Response {
  const said = typeof given === 'function' ? (given as (body: unknown) => unknown)(body) : given;
  const [status, content] =
    said === undefined
      ? [404, { code: 'not_found', detail: 'the test has no answer for this' }]
      : said instanceof Refused
        ? [said.status, said.problem]
        : [200, said];
  return new Response(JSON.stringify(content), { status, headers: { 'content-type': 'application/json' } });
}
