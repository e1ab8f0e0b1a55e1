// Answers of the API: JSON, and refusals as problem+json (RFC 9457).
import { STATUS_CODES } from 'node:http';

import type { Answer, Event } from './http';

const PROTECTION = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'strict-transport-security': 'max-age=31536000',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};

/** A request that is not answered as asked. Thrown in a transaction, it undoes what was written. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly members: Record<string, unknown> = {},
    readonly headers: Record<string, string> = {},
  ) {
    super(code);
  }

  body(): Record<string, unknown> {
    const { status, code, detail } = this;
    return { title: STATUS_CODES[status], status, code, detail, ...this.members };
  }
}

export function invalid(field: string, detail: string): Problem {
  const errors = [{ field, detail }];
  return new Problem(422, 'invalid_request', 'The request has fields that cannot be used.', { errors });
}

export function refused(code: string, field: string, detail: string): Problem {
  return new Problem(422, code, detail, { errors: [{ field, detail }] });
}

export function tooMany(code: string, detail: string, seconds: number): Problem {
  return new Problem(429, code, detail, {}, { 'retry-after': String(seconds) });
}

export function json(statusCode: number, body: unknown): Answer {
  const type = statusCode < 400 ? 'application/json' : 'application/problem+json';
  return { statusCode, headers: { 'content-type': type, ...PROTECTION }, body: JSON.stringify(body) };
}

/** Turns both ends of a handler into an answer. */
export function api(handler: (event: Event) => Promise<Answer>): (event: Event) => Promise<Answer> {
  return async (event) => {
    try {
      return await handler(event);
    } catch (error) {
      if (error instanceof Problem) {
        const answer = json(error.status, error.body());
        return { ...answer, headers: { ...answer.headers, ...error.headers } };
      }
      console.error(error);
      return json(500, new Problem(500, 'internal_error', 'Something went wrong on our side.').body());
    }
  };
}
