import { expect, it } from 'vitest';

import { isFiltered, parseFilters, toQuery, writeFilters, type Filters } from './filters';

const INBOX: Filters = { numberType: null, channel: null, status: 'open', unread: false, assignedTo: null, q: '' };
const ALL: Filters = {
  numberType: 'sales',
  channel: 'whatsapp',
  status: 'archived',
  unread: true,
  assignedTo: 'me',
  q: '(405) 555 & more',
};

const parse = (text: string) => parseFilters(new URLSearchParams(text));

it('reads back what it writes', () => {
  for (const filters of [INBOX, ALL, { ...INBOX, status: 'all' as const }, { ...INBOX, q: 'ä+b' }]) {
    expect(parse(writeFilters(filters).toString())).toEqual(filters);
  }
});

it('leaves the address alone when nothing is filtered', () => {
  expect(writeFilters(INBOX).toString()).toBe('');
  expect(writeFilters(INBOX, new URLSearchParams('numberType=sales&from=mail')).toString()).toBe('from=mail');
});

it('ignores words that mean nothing', () => {
  expect(parse('numberType=fax&channel=pigeon&status=lost&unread=maybe&assignedTo=all')).toEqual(INBOX);
});

it('asks the API for what is filtered only', () => {
  expect(toQuery(INBOX)).toEqual({});
  expect(toQuery(ALL)).toEqual(ALL);
  expect(toQuery({ ...INBOX, q: '  ' })).toEqual({});
  expect([isFiltered(INBOX), isFiltered(ALL), isFiltered({ ...INBOX, status: 'all' })]).toEqual([false, true, true]);
});
