import { describe, expect, it, vi } from 'vitest';

import { cacheTokens, expiryOf } from './tokens';

const NOW = 1_800_000_000_000;

function token(secondsLeft: number, name = 'a'): string {
  return `header.${btoa(JSON.stringify({ exp: NOW / 1000 + secondsLeft, name }))}.signature`;
}

describe('cacheTokens', () => {
  it('gives the same token until shortly before its end', async () => {
    let now = NOW;
    const fetchToken = vi.fn(() => Promise.resolve(token(60, String(fetchToken.mock.calls.length))));
    const getToken = cacheTokens(fetchToken, () => now);

    const first = await getToken();
    now += 49_000;
    expect(await getToken()).toBe(first);
    now += 2_000;
    expect(await getToken()).not.toBe(first);
    expect(fetchToken).toHaveBeenCalledTimes(2);
  });

  it('asks once for all who wait', async () => {
    const fetchToken = vi.fn(() => Promise.resolve(token(60)));
    const getToken = cacheTokens(fetchToken, () => NOW);
    await Promise.all([getToken(), getToken(), getToken({ fresh: true })]);
    expect(fetchToken).toHaveBeenCalledTimes(1);
  });

  it('asks again for a fresh one, whatever is left of the last', async () => {
    const fetchToken = vi.fn(() => Promise.resolve(token(60)));
    const getToken = cacheTokens(fetchToken, () => NOW);
    await getToken();
    await getToken({ fresh: true });
    expect(fetchToken).toHaveBeenCalledTimes(2);
  });

  it('asks again after a failure', async () => {
    const fetchToken = vi.fn(() => Promise.resolve(token(60)));
    fetchToken.mockRejectedValueOnce(new Error('away'));
    const getToken = cacheTokens(fetchToken, () => NOW);
    await expect(getToken()).rejects.toThrow('away');
    await expect(getToken()).resolves.toBe(token(60));
  });
});

describe('expiryOf', () => {
  it('reads base64url with characters that base64 does not have', () => {
    const payload = btoa(JSON.stringify({ exp: 1, name: '??>>~~' })).replaceAll('+', '-').replaceAll('/', '_');
    expect(expiryOf(`h.${payload}.s`)).toBe(1000);
  });

  it.each(['', 'a', 'a.b', 'a.bm90IGpzb24.c', `a.${btoa('{}')}.c`])('takes %j to have expired', (unreadable) => {
    expect(expiryOf(unreadable)).toBe(0);
  });
});
