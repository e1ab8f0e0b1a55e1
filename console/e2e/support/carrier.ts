import { post } from './clerk';
import { stack } from './stack';

interface PhoneMessage {
  from: string;
  to: string;
  body: string;
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

/** A phone of nobody else, so that stories do not meet. */
export function newCustomer(): string {
  return `+1405555${String(Math.floor(Math.random() * 10_000)).padStart(4, '0')}`;
}

/** `+14055551234` as the console writes it. */
export function written(number: string): string {
  return number.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, '($1) $2-$3');
}
