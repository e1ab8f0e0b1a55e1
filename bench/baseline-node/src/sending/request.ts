// Reads the request. All fields at fault are named at once, but for those that only make sense together.
import { bodyOf, type Event } from '../http';
import { invalid, Problem, refused } from '../problem';

const NUMBER_TYPES = ['primary', 'sales', 'support', 'custom'];
const FIELDS = ['channel', 'to', 'body', 'numberType', 'phoneNumberId', 'conversationId'];
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const E164 = /^\+[1-9][0-9]{4,16}$/;
/** The platform sends to the USA and Canada. */
const DESTINATION = /^\+1[2-9][0-9]{2}[2-9][0-9]{6}$/;
/** Longest text that the carrier takes. */
const MOST_CHARACTERS = 1600;

export interface SendRequest {
  to?: string;
  body: string;
  numberType?: string;
  phoneNumberId?: string;
  conversationId?: string;
}

type Fields = Partial<Record<string, unknown>>;

export function parse(event: Event): SendRequest {
  const fields = read(event);
  const errors: { field: string; detail: string }[] = [];
  const text = (field: string, detail: string, fits: (value: string) => boolean): string | undefined => {
    const value = fields[field] ?? undefined;
    if (value === undefined || (typeof value === 'string' && fits(value))) {
      return value;
    }
    errors.push({ field, detail });
    return undefined;
  };
  for (const field of Object.keys(fields).filter((field) => !FIELDS.includes(field))) {
    errors.push({ field, detail: 'is not a field of a text' });
  }
  if (fields.channel !== 'sms') {
    errors.push({ field: 'channel', detail: 'must be sms' });
  }
  const request = {
    to: text('to', 'must be a phone number in E.164', (value) => E164.test(value)),
    // Postgres cannot store NUL, and no phone can show it.
    body: text('body', 'must be a text', () => true)?.replaceAll('\0', '\ufffd') ?? '',
    numberType: text('numberType', `must be one of ${NUMBER_TYPES.join(', ')}`, (value) => NUMBER_TYPES.includes(value)),
    phoneNumberId: text('phoneNumberId', 'must be an id', (value) => UUID.test(value)),
    conversationId: text('conversationId', 'must be an id', (value) => UUID.test(value)),
  };
  if (errors.length === 0 && !request.to && !request.conversationId) {
    errors.push({ field: 'to', detail: 'is required, unless conversationId is given' });
  }
  if (errors.length > 0) {
    throw new Problem(422, 'invalid_request', 'The request has fields that cannot be used.', { errors });
  }
  return request;
}

function read(event: Event): Fields {
  try {
    const fields: unknown = JSON.parse(bodyOf(event));
    if (typeof fields === 'object' && fields !== null && !Array.isArray(fields)) {
      return fields as Fields;
    }
  } catch {
    // Told below, with what is JSON and no object.
  }
  throw invalid('body', 'the request needs a JSON object as its body');
}

/** `Idempotency-Key`: 1 to 255 visible ASCII characters. */
export function idempotencyKey(event: Event): string | undefined {
  const key = event.headers['idempotency-key']?.trim();
  if (key !== undefined && !/^[!-~]{1,255}$/.test(key)) {
    throw invalid('Idempotency-Key', 'must be 1 to 255 visible ASCII characters');
  }
  return key;
}

/** What the carrier would refuse, once it is known who sends to whom. */
export function checkText(body: string, from: string, to: string): void {
  if (body.trim() === '') {
    throw refused('message_empty', 'body', 'body must be given');
  }
  if ([...body].length > MOST_CHARACTERS) {
    throw refused('body_too_long', 'body', `body is longer than ${MOST_CHARACTERS} characters`);
  }
  if (!DESTINATION.test(to)) {
    throw refused('invalid_destination', 'to', 'to is not a number in a country that this platform sends to');
  }
  if (from === to) {
    throw refused('invalid_destination', 'to', 'to is the number that would send');
  }
}
