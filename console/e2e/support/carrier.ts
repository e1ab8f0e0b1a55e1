import { post } from './clerk';
import { stack } from './stack';

interface PhoneMessage {
  from: string;
  to: string;
  body: string;
}

interface PhoneCall {
  sid: string;
  to: string;
  waitingFor: string | null;
}

/** A customer texts one of our numbers. */
export async function customerTexts(from: string, to: string, body: string): Promise<void> {
  await post(`${stack().signalwire}/_sim/messages`, { from, to, body });
}

/** What a customer's phone has sent and got. */
export async function phoneOf(number: string): Promise<PhoneMessage[]> {
  const response = await fetch(`${stack().signalwire}/_sim/phone/${encodeURIComponent(number)}`);
  return ((await response.json()) as { messages: PhoneMessage[] }).messages;
}

/** The sid of the call that rings at a phone, once one does. */
export async function ringing(number: string): Promise<string> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const { calls } = (await (await fetch(`${stack().signalwire}/_sim/calls`)).json()) as { calls: PhoneCall[] };
    const call = calls.find(({ to, waitingFor }) => to === number && waitingFor === 'answer');
    if (call) return call.sid;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${number} has not rung in time`);
}

/** Somebody does something on the phone of a call. */
export async function onPhone(sid: string, action: 'answer' | 'digits' | 'hangup', body: object = {}): Promise<void> {
  await post(`${stack().signalwire}/_sim/calls/${sid}/${action}`, body);
}

/** A call of the network, once it is over. */
export async function endedCall(sid: string): Promise<{ status: string; durationSeconds: number }> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const response = await fetch(`${stack().signalwire}/_sim/calls/${sid}`);
    const { call } = (await response.json()) as { call: { status: string; durationSeconds: number } };
    if (!['queued', 'ringing', 'in-progress'].includes(call.status)) return call;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`call ${sid} has not ended in time`);
}

/** A phone of nobody else, so that stories do not meet. */
export function newCustomer(): string {
  return `+1405555${String(Math.floor(Math.random() * 10_000)).padStart(4, '0')}`;
}

/** `+14055551234` as the console writes it. */
export function written(number: string): string {
  return number.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, '($1) $2-$3');
}
