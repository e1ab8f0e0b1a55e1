import createClient from 'openapi-fetch';

import { ApiProblem, ConnectionError } from './problem';
import type { paths } from './schema';

/** Gives session tokens; `fresh` when the last one was refused. */
export type TokenSource = (options?: { fresh?: boolean }) => Promise<string>;

export type ApiClient = ReturnType<typeof createApiClient>;

/** The typed client of docs/openapi.json. */
export function createApiClient(baseUrl: string, token: TokenSource) {
  return createClient<paths>({ baseUrl, fetch: authorizedFetch(token) });
}

/** Adds the session token. One that has just expired is replaced and the request made again: a 401 did nothing. */
function authorizedFetch(token: TokenSource): (request: Request) => Promise<Response> {
  return async (request) => {
    const again = request.clone();
    const response = await send(request, await token());
    return response.status === 401 ? send(again, await token({ fresh: true })) : response;
  };
}

async function send(request: Request, token: string): Promise<Response> {
  request.headers.set('authorization', `Bearer ${token}`);
  try {
    return await fetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ConnectionError(error);
  }
}

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The data of an answer; anything else is thrown as an `ApiProblem`. */
export async function unwrap<Data>(answer: Promise<Answer<Data>>): Promise<NonNullable<Data>> {
  const { data, error, response } = await answer;
  if (response.ok && data != null) return data;
  throw new ApiProblem(response.status, typeof error === 'object' && error !== null ? error : {});
}
