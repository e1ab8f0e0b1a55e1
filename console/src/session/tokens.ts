/** A token is not used any more when it has less than this left, so that it survives the request that carries it. */
const MARGIN_MS = 10_000;

/** Keeps the last token until shortly before its end; asks once however many wait for it. */
export function cacheTokens(fetchToken: () => Promise<string>, now: () => number = Date.now) {
  let last: { token: string; expiresAt: number } | null = null;
  let pending: Promise<string> | null = null;

  const refresh = async () => {
    try {
      const token = await fetchToken();
      last = { token, expiresAt: expiryOf(token) };
      return token;
    } finally {
      pending = null;
    }
  };

  return (options?: { fresh?: boolean }): Promise<string> => {
    if (!options?.fresh && last && last.expiresAt - now() > MARGIN_MS) return Promise.resolve(last.token);
    pending ??= refresh();
    return pending;
  };
}

/** The claim `exp`, in milliseconds; a token that cannot be read is taken to have expired. */
export function expiryOf(token: string): number {
  const payload = token.split('.')[1];
  if (!payload) return 0;
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    const expiry = (claims as { exp?: unknown }).exp;
    return typeof expiry === 'number' ? expiry * 1000 : 0;
  } catch {
    return 0;
  }
}
