// `Idempotency-Key`: the same key with the same request has the effect of once and gets the same answer.
import { createHash } from 'node:crypto';

import { and, eq } from 'drizzle-orm';

import type { Transaction } from '../database';
import { json, refused } from '../problem';
import type { Answer } from '../http';
import { messages } from '../schema/inbox';
import { idempotencyKeys } from '../schema/sending';
import { showMessage } from '../inbox/message';
import type { SendRequest } from './request';

const ROUTE = 'POST messages';

/** Takes a new key and gives nothing, or gives the answer to the request that took it before. */
export async function takeKey(tx: Transaction, workspaceId: string, key: string, request: SendRequest) {
  const requestHash = createHash('sha256').update(JSON.stringify(request)).digest('base64url');
  const taken = await tx
    .insert(idempotencyKeys)
    .values({ workspaceId, route: ROUTE, key, requestHash })
    .onConflictDoNothing()
    .returning({ key: idempotencyKeys.key });
  return taken.length > 0 ? undefined : await answerAgain(tx, workspaceId, key, requestHash);
}

async function answerAgain(tx: Transaction, workspaceId: string, key: string, requestHash: string): Promise<Answer> {
  const [known] = await tx.select().from(idempotencyKeys).where(ofKey(workspaceId, key));
  if (known!.requestHash !== requestHash) {
    const detail = 'this Idempotency-Key was used for a request with another content';
    throw refused('idempotency_key_reused', 'Idempotency-Key', detail);
  }
  if (known!.responseStatus !== null) {
    return json(known!.responseStatus, known!.responseBody);
  }
  // The first request is still at work, or its process died: the carrier must not be asked a second time.
  const [message] = await tx
    .select()
    .from(messages)
    .where(and(eq(messages.workspaceId, workspaceId), eq(messages.id, known!.messageId!)));
  return json(201, { message: showMessage(message!) });
}

export async function setMessage(tx: Transaction, workspaceId: string, key: string, messageId: string): Promise<void> {
  await tx.update(idempotencyKeys).set({ messageId }).where(ofKey(workspaceId, key));
}

export async function keepAnswer(tx: Transaction, workspaceId: string, key: string, status: number, body: object) {
  const answer = { responseStatus: status, responseBody: body };
  await tx.update(idempotencyKeys).set(answer).where(ofKey(workspaceId, key));
}

function ofKey(workspaceId: string, key: string) {
  return and(
    eq(idempotencyKeys.workspaceId, workspaceId),
    eq(idempotencyKeys.route, ROUTE),
    eq(idempotencyKeys.key, key),
  );
}
