import { describe, expect, it, vi } from 'vitest';

import { ApiProblem, ConnectionError } from '@/api/problem';
import type { Message } from '@/api/types';

import { afterFailure, begin, isUncertain, Outbox, retry, type Outgoing } from './outbox';

const stored = { id: 'm1', status: 'queued' } as Message;
const lost = new ConnectionError(new TypeError('Failed to fetch'));
const refused = new ApiProblem(422, { code: 'recipient_opted_out', detail: 'the customer has opted out' });

function setUp() {
  let keys = 0;
  const waits: number[] = [];
  const send = vi.fn<(outgoing: Outgoing) => Promise<Message>>();
  const onStored = vi.fn(() => Promise.resolve());
  const outbox = new Outbox({
    send,
    onStored,
    newKey: () => `key${++keys}`,
    now: () => new Date('2026-05-01T10:00:00Z'),
    wait: (milliseconds) => {
      waits.push(milliseconds);
      return Promise.resolve();
    },
  });
  return { outbox, send, onStored, waits };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('the outbox', () => {
  it('shows the message at once and hands it over when the server has it', async () => {
    const { outbox, send, onStored } = setUp();
    send.mockResolvedValue(stored);
    outbox.send('c1', { channel: 'sms', body: 'Hello' });
    expect(outbox.entries()).toMatchObject([{ key: 'key1', state: 'sending', request: { body: 'Hello' } }]);
    await settled();
    expect(onStored).toHaveBeenCalledWith(expect.objectContaining({ key: 'key1' }), stored, null);
    expect(outbox.entries()).toEqual([]);
  });

  it('tries again under the same key when it does not know whether the message left', async () => {
    const { outbox, send, waits } = setUp();
    send.mockRejectedValueOnce(lost).mockRejectedValueOnce(new ApiProblem(503, {})).mockResolvedValue(stored);
    outbox.send('c1', { channel: 'sms', body: 'Hello' });
    await settled();
    expect(send.mock.calls.map(([{ key, attempts }]) => [key, attempts])).toEqual([
      ['key1', 1],
      ['key1', 2],
      ['key1', 3],
    ]);
    expect(waits).toEqual([1_000, 3_000]);
    expect(outbox.entries()).toEqual([]);
  });

  it('gives up after a while, and goes on under the same key when asked to', async () => {
    const { outbox, send } = setUp();
    send.mockRejectedValue(lost);
    outbox.send('c1', { channel: 'sms', body: 'Hello' });
    await settled();
    expect(send).toHaveBeenCalledTimes(4);
    expect(outbox.entries()).toMatchObject([{ key: 'key1', state: 'failed', error: lost }]);

    send.mockResolvedValue(stored);
    outbox.retry('key1');
    await settled();
    expect(send.mock.lastCall?.[0].key).toBe('key1');
    expect(outbox.entries()).toEqual([]);
  });

  it('shows a refusal at once, and tries again under a new key', async () => {
    const { outbox, send } = setUp();
    send.mockRejectedValueOnce(refused).mockResolvedValue(stored);
    outbox.send('c1', { channel: 'sms', body: 'Hello' });
    await settled();
    expect(outbox.entries()).toMatchObject([{ state: 'failed', error: refused, attempts: 1 }]);
    outbox.retry('key1');
    await settled();
    expect(send.mock.lastCall?.[0].key).toBe('key2');
  });

  it('shows what the carrier refused as the message that is stored', async () => {
    const { outbox, send, onStored } = setUp();
    const failed = { ...stored, status: 'failed' } as Message;
    const problem = new ApiProblem(503, { code: 'carrier_unavailable', message: failed });
    send.mockRejectedValue(problem);
    outbox.send('c1', { channel: 'sms', body: 'Hello' });
    await settled();
    expect(onStored).toHaveBeenCalledWith(expect.anything(), failed, problem);
    expect(send).toHaveBeenCalledTimes(1);
    expect(outbox.entries()).toEqual([]);
  });

  it('sends the messages of a conversation one after the other, and those of others meanwhile', async () => {
    const { outbox, send } = setUp();
    let finish: (message: Message) => void = () => undefined;
    send.mockImplementationOnce(() => new Promise((resolve) => (finish = resolve))).mockResolvedValue(stored);
    outbox.send('c1', { channel: 'sms', body: 'first' });
    outbox.send('c1', { channel: 'sms', body: 'second' });
    outbox.send('c2', { channel: 'sms', body: 'elsewhere' });
    await settled();
    expect(send.mock.calls.map(([{ request }]) => request.body)).toEqual(['first', 'elsewhere']);
    finish(stored);
    await settled();
    expect(send.mock.lastCall?.[0].request.body).toBe('second');
  });

  it('forgets what failed when told so, and nothing else', async () => {
    const { outbox, send } = setUp();
    send.mockRejectedValueOnce(refused).mockImplementation(() => new Promise(() => undefined));
    outbox.send('c1', { channel: 'sms', body: 'refused' });
    outbox.send('c1', { channel: 'sms', body: 'sending' });
    await settled();
    outbox.discard('key1');
    outbox.discard('key2');
    expect(outbox.entries()).toMatchObject([{ key: 'key2', state: 'sending' }]);
  });
});

describe('one attempt', () => {
  const outgoing = begin('c1', { channel: 'sms' }, 'key1', new Date());

  it('is uncertain when the server may have carried it out', () => {
    expect([lost, new ApiProblem(500, {}), refused, new ApiProblem(429, {})].map(isUncertain)).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(isUncertain(new ApiProblem(503, { message: stored }))).toBe(false);
  });

  it('waits longer each time', () => {
    const waits = [1, 2, 3, 4].map((attempts) => afterFailure({ ...outgoing, attempts }, lost).retryAfterMs);
    expect(waits).toEqual([1_000, 3_000, 8_000, null]);
    expect(afterFailure(outgoing, refused)).toMatchObject({ outgoing: { state: 'failed' }, retryAfterMs: null });
  });

  it('keeps its key only as long as the outcome is not known', () => {
    expect(retry({ ...outgoing, error: lost }, 'key2').key).toBe('key1');
    expect(retry({ ...outgoing, error: refused }, 'key2').key).toBe('key2');
  });
});
