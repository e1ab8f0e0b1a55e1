import type { Channel, NumberType } from '@/api/types';
import { NUMBER_TYPES } from '@/domain/number-type';

import { CHANNELS } from './channels';

/** Where conversations are; the inbox has the open ones. */
export const STATUSES = [
  { status: 'open', label: 'Open' },
  { status: 'archived', label: 'Archived' },
  { status: 'closed', label: 'Closed' },
  { status: 'spam', label: 'Spam' },
  { status: 'all', label: 'All states' },
] as const;

export type StatusFilter = (typeof STATUSES)[number]['status'];

/** What of the inbox is shown. It is in the address, so that it can be bookmarked and sent to somebody. */
export interface Filters {
  numberType: NumberType | null;
  channel: Channel | null;
  status: StatusFilter;
  unread: boolean;
  assignedTo: 'me' | 'none' | null;
  q: string;
}

const ASSIGNED = ['me', 'none'] as const;

/** Words that mean nothing are ignored: addresses are typed and go stale. */
export function parseFilters(query: URLSearchParams): Filters {
  return {
    numberType: NUMBER_TYPES.find(({ type }) => type === query.get('numberType'))?.type ?? null,
    channel: CHANNELS.find(({ channel }) => channel === query.get('channel'))?.channel ?? null,
    status: STATUSES.find(({ status }) => status === query.get('status'))?.status ?? 'open',
    unread: query.get('unread') === 'true',
    assignedTo: ASSIGNED.find((assigned) => assigned === query.get('assignedTo')) ?? null,
    q: query.get('q') ?? '',
  };
}

/** Only what differs from the inbox as it is without filters; what else the address has stays. */
export function writeFilters(filters: Filters, query = new URLSearchParams()): URLSearchParams {
  const written = new URLSearchParams(query);
  const values: Record<keyof Filters, string> = {
    numberType: filters.numberType ?? '',
    channel: filters.channel ?? '',
    status: filters.status === 'open' ? '' : filters.status,
    unread: filters.unread ? 'true' : '',
    assignedTo: filters.assignedTo ?? '',
    q: filters.q,
  };
  for (const [name, value] of Object.entries(values)) {
    if (value) written.set(name, value);
    else written.delete(name);
  }
  return written;
}

/** As the API's query. */
export function toQuery(filters: Filters) {
  return {
    ...(filters.numberType && { numberType: filters.numberType }),
    ...(filters.channel && { channel: filters.channel }),
    ...(filters.status !== 'open' && { status: filters.status }),
    ...(filters.unread && { unread: true }),
    ...(filters.assignedTo && { assignedTo: filters.assignedTo }),
    ...(filters.q.trim() && { q: filters.q.trim().slice(0, 200) }),
  };
}

export function isFiltered(filters: Filters): boolean {
  return Object.keys(toQuery(filters)).length > 0;
}
