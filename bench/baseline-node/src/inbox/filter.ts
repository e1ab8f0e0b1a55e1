// The parameters of the list of conversations.
import { invalid } from '../problem';
import type { Caller } from '../session';
import { readCursor, type Position } from './cursor';

const NUMBER_TYPES = ['primary', 'sales', 'support', 'custom'];
const CHANNELS = ['sms', 'whatsapp', 'voice', 'email'];
const STATUSES = ['open', 'archived', 'closed', 'spam'];
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const MOST_ROWS = 100;

export interface Filter {
  numberType?: string;
  phoneNumberId?: string;
  channel?: string;
  /** Without it: all of them. */
  status?: string;
  unread?: boolean;
  /** A Clerk user, or `none`. */
  assignedTo?: string;
  search?: string;
  after?: Position;
  limit: number;
}

export function parseFilter(rawQuery: string, caller: Caller): Filter {
  const query = new URLSearchParams(rawQuery);
  const get = (name: string) => query.get(name) || undefined;
  const oneOf = (name: string, words: string[]) => {
    const value = get(name);
    if (value !== undefined && !words.includes(value)) {
      throw invalid(name, `"${value}" is not one of ${words.join(', ')}`);
    }
    return value;
  };
  // What is not asked for otherwise is the inbox: what nobody has put away.
  const status = get('status') === 'all' ? undefined : (oneOf('status', STATUSES) ?? 'open');
  const unread = oneOf('unread', ['true', 'false']);
  const cursor = get('cursor');
  return {
    numberType: oneOf('numberType', NUMBER_TYPES),
    phoneNumberId: parseId(get('phoneNumberId')),
    channel: oneOf('channel', CHANNELS),
    status,
    unread: unread === undefined ? undefined : unread === 'true',
    assignedTo: parseAssigned(get('assignedTo'), caller),
    search: parseSearch(get('q')?.trim()),
    after: cursor ? readCursor(cursor) : undefined,
    limit: parseLimit(get('limit')),
  };
}

function parseId(text: string | undefined): string | undefined {
  if (text !== undefined && !UUID.test(text)) {
    throw invalid('phoneNumberId', 'must be an id');
  }
  return text;
}

function parseAssigned(text: string | undefined, caller: Caller): string | undefined {
  const user = text === 'me' ? caller.userId : text;
  if (user !== undefined && user !== 'none' && !user.startsWith('user_')) {
    throw invalid('assignedTo', 'must be `me`, `none` or the id of a Clerk user');
  }
  return user;
}

function parseSearch(text: string | undefined): string | undefined {
  if (text && ([...text].length > 200 || /\p{Cc}/u.test(text))) {
    throw invalid('q', 'must have at most 200 characters and no line breaks or other control characters');
  }
  return text || undefined;
}

function parseLimit(text: string | undefined): number {
  const limit = Number(text ?? '50');
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_ROWS) {
    throw invalid('limit', `must be a whole number from 1 to ${MOST_ROWS}`);
  }
  return limit;
}
