import { ApiProblem } from '@/api/problem';
import type { Message, SendMessageRequest } from '@/api/types';

/** A message on its way to the server; once the server has answered it is one of the conversation's. */
export interface Outgoing {
  /** The `Idempotency-Key`: however often it is sent under the same, it leaves once. */
  key: string;
  /** The conversation in which it was written. */
  conversationId: string;
  request: SendMessageRequest;
  startedAt: string;
  attempts: number;
  /** `waiting`: for the next attempt, after one whose outcome is not known. */
  state: 'sending' | 'waiting' | 'failed';
  error: Error | null;
}

/** After an attempt whose outcome is not known, the next is safe under the same key, and made by itself. */
const RETRY_AFTER_MS = [1_000, 3_000, 8_000];

export function begin(conversationId: string, request: SendMessageRequest, key: string, now: Date): Outgoing {
  return { key, conversationId, request, startedAt: now.toISOString(), attempts: 1, state: 'sending', error: null };
}

/** Whether the message may have left although the attempt failed. */
export function isUncertain(error: Error): boolean {
  return !(error instanceof ApiProblem) || (error.status >= 500 && !error.body.message);
}

/** What becomes of it after a failure, and when to try again by itself. */
export function afterFailure(outgoing: Outgoing, error: Error): { outgoing: Outgoing; retryAfterMs: number | null } {
  const wait = isUncertain(error) ? RETRY_AFTER_MS[outgoing.attempts - 1] : undefined;
  if (wait === undefined) return { outgoing: { ...outgoing, state: 'failed', error }, retryAfterMs: null };
  return { outgoing: { ...outgoing, state: 'waiting', error }, retryAfterMs: wait };
}

/** The next attempt by itself, under the same key. */
export function again(outgoing: Outgoing): Outgoing {
  return { ...outgoing, state: 'sending', attempts: outgoing.attempts + 1 };
}

/** The next attempt by the user. What was refused for certain is a new message; the old key would repeat the refusal. */
export function retry(outgoing: Outgoing, newKey: string): Outgoing {
  const isSame = outgoing.error !== null && isUncertain(outgoing.error);
  return { ...outgoing, key: isSame ? outgoing.key : newKey, state: 'sending', attempts: 1, error: null };
}

interface Effects {
  send: (outgoing: Outgoing) => Promise<Message>;
  /** Before the message leaves the outbox, so that it is always in one of the two. */
  onStored: (outgoing: Outgoing, message: Message, problem: ApiProblem | null) => Promise<void>;
  newKey: () => string;
  now: () => Date;
  wait: (milliseconds: number) => Promise<void>;
}

/** The messages on their way. Those of one conversation leave one after the other, in the order of writing. */
export class Outbox {
  #entries: readonly Outgoing[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #queues = new Map<string, Promise<void>>();

  constructor(private readonly effects: Effects) {}

  subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  entries = () => this.#entries;

  send(conversationId: string, request: SendMessageRequest): void {
    const outgoing = begin(conversationId, request, this.effects.newKey(), this.effects.now());
    this.#change([...this.#entries, outgoing]);
    this.#enqueue(outgoing);
  }

  retry(key: string): void {
    const failed = this.#entries.find((entry) => entry.key === key && entry.state === 'failed');
    if (!failed) return;
    const next = retry(failed, this.effects.newKey());
    this.#change([...this.#entries.filter((entry) => entry.key !== key), next]);
    this.#enqueue(next);
  }

  discard(key: string): void {
    this.#change(this.#entries.filter((entry) => entry.key !== key || entry.state !== 'failed'));
  }

  #enqueue(outgoing: Outgoing): void {
    const before = this.#queues.get(outgoing.conversationId) ?? Promise.resolve();
    this.#queues.set(
      outgoing.conversationId,
      before.then(() => this.#deliver(outgoing)),
    );
  }

  async #deliver(outgoing: Outgoing): Promise<void> {
    let current = outgoing;
    for (;;) {
      const attempt = await this.#attempt(current);
      if (attempt === 'stored') return;
      this.#replace(current.key, attempt.outgoing);
      if (attempt.retryAfterMs === null) return;
      await this.effects.wait(attempt.retryAfterMs);
      current = again(attempt.outgoing);
      this.#replace(current.key, current);
    }
  }

  async #attempt(outgoing: Outgoing): Promise<'stored' | ReturnType<typeof afterFailure>> {
    try {
      const message = await this.effects.send(outgoing);
      await this.#settle(outgoing, message, null);
      return 'stored';
    } catch (failure) {
      const error = failure instanceof Error ? failure : new Error(String(failure));
      // Refused by the carrier: it is stored and is shown as a message that failed.
      if (error instanceof ApiProblem && error.body.message) {
        await this.#settle(outgoing, error.body.message, error);
        return 'stored';
      }
      return afterFailure(outgoing, error);
    }
  }

  async #settle(outgoing: Outgoing, message: Message, problem: ApiProblem | null): Promise<void> {
    await this.effects.onStored(outgoing, message, problem);
    this.#change(this.#entries.filter(({ key }) => key !== outgoing.key));
  }

  #replace(key: string, next: Outgoing): void {
    this.#change(this.#entries.map((entry) => (entry.key === key ? next : entry)));
  }

  #change(entries: readonly Outgoing[]): void {
    this.#entries = entries;
    for (const listener of this.#listeners) listener();
  }
}
