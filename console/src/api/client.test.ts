import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { createApiClient, unwrap } from './client';
import { ApiProblem, ConnectionError } from './problem';

const fetchMock = vi.fn<(request: Request) => Promise<Response>>();

beforeEach(() => vi.stubGlobal('fetch', fetchMock.mockReset()));
afterEach(() => vi.unstubAllGlobals());

const read = (token = () => Promise.resolve('good')) =>
  unwrap(
    createApiClient('http://api', token).GET('/api/workspaces/{workspace}', {
      params: { path: { workspace: 'org_1' } },
    }),
  );

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}

it('sends the session token', async () => {
  fetchMock.mockResolvedValue(json(200, { workspace: { name: 'Harbour Dental' } }));
  await expect(read()).resolves.toEqual({ workspace: { name: 'Harbour Dental' } });
  expect(fetchMock.mock.calls[0]?.[0].headers.get('authorization')).toBe('Bearer good');
  expect(fetchMock.mock.calls[0]?.[0].url).toBe('http://api/api/workspaces/org_1');
});

it('makes the request again with a fresh token, once, when the token has expired', async () => {
  fetchMock.mockResolvedValueOnce(json(401, {})).mockResolvedValueOnce(json(200, { workspace: {} }));
  const token = vi.fn().mockResolvedValueOnce('old').mockResolvedValueOnce('new');
  await read(token);
  expect(token.mock.calls).toEqual([[], [{ fresh: true }]]);
  expect(fetchMock.mock.calls[1]?.[0].headers.get('authorization')).toBe('Bearer new');

  fetchMock.mockReset().mockImplementation(() => Promise.resolve(json(401, { detail: 'sign in again' })));
  await expect(read()).rejects.toThrow('Sign in again.');
  expect(fetchMock).toHaveBeenCalledTimes(2);
});

it('throws what the problem says, with its fields', async () => {
  const errors = [{ field: 'mediaUrls[0]', detail: 'must be https' }];
  fetchMock.mockResolvedValue(json(422, { code: 'invalid_request', detail: 'some fields cannot be used', errors }));
  const problem = await read().catch((error: unknown) => error);
  expect(problem).toBeInstanceOf(ApiProblem);
  const { status, code, message, isTransient } = problem as ApiProblem;
  expect({ status, code, message, isTransient }).toEqual({
    status: 422,
    code: 'invalid_request',
    message: 'Some fields cannot be used.',
    isTransient: false,
  });
  expect((problem as ApiProblem).field('mediaUrls')).toBe('Must be https.');
  expect((problem as ApiProblem).field('body')).toBeUndefined();
});

it('tells an answer that is no problem+json from a lost connection', async () => {
  fetchMock.mockResolvedValueOnce(new Response('<html>', { status: 502 }));
  await expect(read()).rejects.toMatchObject({ status: 502, code: 'unknown', isTransient: true });
  fetchMock.mockRejectedValueOnce(new TypeError('Failed to fetch'));
  await expect(read()).rejects.toBeInstanceOf(ConnectionError);
});
