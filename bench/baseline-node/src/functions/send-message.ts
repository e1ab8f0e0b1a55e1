// What `send-message` does for a text: checks who sends from which number to whom, stores the message before the carrier is asked,
// and what the carrier answers after it. Other channels, files and quiet hours are left out.
import { and, eq, inArray, sql } from 'drizzle-orm';

import { database, type Transaction } from '../database';
import type { Answer, Event } from '../http';
import { openConversation } from '../inbox/conversation';
import { showMessage } from '../inbox/message';
import { statusesBefore } from '../inbox/status';
import { serve } from '../main';
import { api, json, Problem } from '../problem';
import { conversations, messages } from '../schema/inbox';
import { handOver, type Outcome } from '../sending/carrier';
import { keepAnswer, setMessage, takeKey } from '../sending/idempotency';
import { countSend, countSpending } from '../sending/limits';
import { checkText, idempotencyKey, parse, type SendRequest } from '../sending/request';
import { countSegments } from '../sending/segments';
import { checkConsent, chooseRoute, type Route } from '../sending/sender';
import { enter, verify, type Workspace } from '../session';

interface Send {
  workspace: Workspace;
  userId: string;
  key: string | undefined;
  request: SendRequest;
}

async function sendMessage(event: Event): Promise<Answer> {
  const caller = await verify(event);
  const key = idempotencyKey(event);
  const request = parse(event);
  const workspace = await enter(caller, event, 'write');
  const send = { workspace, userId: caller.userId, key, request };

  const prepared = await database.transaction((tx) => prepare(tx, send));
  if ('statusCode' in prepared) {
    return prepared;
  }
  const outcome = await handOver(prepared);
  return await database.transaction((tx) => record(tx, send, prepared.id, outcome));
}

/** Checks and stores the text, or gives the answer to an earlier request with the same key. */
async function prepare(tx: Transaction, send: Send) {
  const { workspace, key, request } = send;
  const known = key === undefined ? undefined : await takeKey(tx, workspace.id, key, request);
  if (known) {
    return known;
  }
  const route = await chooseRoute(tx, workspace.id, request);
  await checkConsent(tx, workspace.id, route);
  checkText(request.body, route.from, route.to);
  await countSend(tx, workspace);

  const stored = await store(tx, send, route);
  if (key !== undefined) {
    await setMessage(tx, workspace.id, key, stored.id);
  }
  await countSpending(tx, workspace, stored.estimatedCostMicros);
  return { id: stored.id, from: route.from, to: route.to, body: request.body };
}

async function store(tx: Transaction, { workspace, userId, request }: Send, route: Route) {
  const workspaceId = workspace.id;
  const { phoneNumberId, numberType, from, to, reason } = route;
  const conversationId = await openConversation(tx, { workspaceId, phoneNumberId, ourNumber: from, counterpart: to });
  const [stored] = await tx
    .insert(messages)
    .values({
      workspaceId,
      conversationId,
      phoneNumberId,
      numberType,
      direction: 'outbound',
      channel: 'sms',
      body: request.body,
      media: [],
      fromNumber: from,
      toNumber: to,
      status: 'pending',
      senderReason: reason,
      segments: countSegments(request.body),
      sentBy: userId,
    })
    .returning({ id: messages.id, estimatedCostMicros: messages.estimatedCostMicros });
  await tx
    .update(conversations)
    .set({
      messageCount: sql`${conversations.messageCount} + 1`,
      snippet: request.body.slice(0, 160),
      lastMessageAt: sql`greatest(${conversations.lastMessageAt}, now())`,
      status: sql`case when ${conversations.status} = 'spam' then 'spam' else 'open' end`,
    })
    .where(and(eq(conversations.workspaceId, workspaceId), eq(conversations.id, conversationId)));
  return stored!;
}

/** Stores the carrier's answer and ours. Callbacks may have been faster: the status only moves forward. */
async function record(tx: Transaction, { workspace, key }: Send, messageId: string, outcome: Outcome): Promise<Answer> {
  const { sid, status, errorCode, errorMessage } = outcome;
  const isForward = inArray(messages.status, statusesBefore(status));
  const [message] = await tx
    .update(messages)
    .set({
      carrierSid: sql`coalesce(${messages.carrierSid}, ${sid})`,
      status: sql`case when ${isForward} then ${status} else ${messages.status} end`,
      errorCode: sql`coalesce(${messages.errorCode}, ${errorCode})`,
      errorMessage: sql`coalesce(${messages.errorMessage}, ${errorMessage})`,
      sentAt: status === 'sent' ? sql`coalesce(${messages.sentAt}, now())` : undefined,
      updatedAt: sql`now()`,
    })
    .where(and(eq(messages.workspaceId, workspace.id), eq(messages.id, messageId)))
    .returning();
  const [code, body] = answer(outcome, showMessage(message!));
  if (key !== undefined) {
    await keepAnswer(tx, workspace.id, key, code, body);
  }
  return json(code, body);
}

/** What was not taken stays in the conversation as `failed`, and the answer carries it. */
function answer(outcome: Outcome, message: ReturnType<typeof showMessage>): [number, object] {
  if (outcome.handedOver === 'taken') {
    return [201, { message }];
  }
  const [status, code] =
    outcome.handedOver === 'refused' ? ([422, 'carrier_refused'] as const) : ([503, 'carrier_unavailable'] as const);
  return [status, new Problem(status, code, message.errorMessage ?? '', { message }).body()];
}

void serve(api(sendMessage));
