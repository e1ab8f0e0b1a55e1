// Hands a text to SignalWire (Compatibility API, Messages, create), once.
import { explain } from '../carrier-codes';
import { fromCarrier } from '../inbox/status';

const TIME_LIMIT = 12_000;
const NO_OPERATOR_NEEDED = [400, 404, 422];

const project = process.env.SIGNALWIRE_PROJECT_ID!;
const url = `${process.env.SIGNALWIRE_SPACE_URL}/api/laml/2010-04-01/Accounts/${project}/Messages.json`;
const authorization = `Basic ${Buffer.from(`${project}:${process.env.SIGNALWIRE_TOKEN}`).toString('base64')}`;

export interface Outcome {
  handedOver: 'taken' | 'refused' | 'unavailable';
  sid: string | null;
  status: string;
  errorCode: string | null;
  errorMessage: string | null;
}

/** It may be on its way: never sent again; the callback, whose URL carries our id, will tell. */
const UNKNOWN: Outcome = { handedOver: 'taken', sid: null, status: 'unknown', errorCode: null, errorMessage: null };

export async function handOver(text: { id: string; from: string; to: string; body: string }): Promise<Outcome> {
  const callback = new URL(process.env.MESSAGE_STATUS_WEBHOOK_URL!);
  callback.searchParams.append('message', text.id);
  const form = new URLSearchParams({ From: text.from, To: text.to, StatusCallback: callback.href, Body: text.body });
  try {
    const headers = { authorization, accept: 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, body: form, signal: AbortSignal.timeout(TIME_LIMIT) });
    if (response.status === 408 || response.status >= 500) {
      return UNKNOWN;
    }
    const answer = await response.json();
    return response.ok ? taken(answer) : refusal(response.status, answer);
  } catch (error) {
    console.error(error);
    return UNKNOWN;
  }
}

function taken(answer: { sid: string; status: string; error_code?: string; error_message?: string }): Outcome {
  return {
    handedOver: 'taken',
    sid: answer.sid,
    status: fromCarrier(answer.status) ?? 'queued',
    errorCode: answer.error_code ?? null,
    errorMessage: answer.error_message ?? null,
  };
}

function refusal(status: number, answer: { code?: string | number }): Outcome {
  const code = answer.code === undefined ? null : String(answer.code);
  return {
    handedOver: NO_OPERATOR_NEEDED.includes(status) ? 'refused' : 'unavailable',
    sid: null,
    status: 'failed',
    errorCode: code,
    errorMessage: explain(code)?.cause ?? 'The carrier did not take the message.',
  };
}
