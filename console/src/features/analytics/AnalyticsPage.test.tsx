import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import type { Analytics } from '@/api/types';
import { renderAt } from '@/test/render';

import AnalyticsPage from './AnalyticsPage';

const PATH = '/settings/phone-numbers/analytics';
const OWN = '?from=2026-01-14&to=2026-01-16';
const NOTHING = { inbound: 0, outbound: 0, delivered: 0, failed: 0, answered: 0, missed: 0, voicemail: 0, units: 0, costMicros: 0 };

function analytics(changes: Partial<Analytics> = {}): Analytics {
  return {
    from: '2026-01-14',
    to: '2026-01-16',
    timeZone: 'UTC',
    days: [
      { ...NOTHING, date: '2026-01-14', numberType: 'primary', channel: 'sms', inbound: 2, outbound: 4, delivered: 3, failed: 1 },
      { ...NOTHING, date: '2026-01-16', numberType: 'sales', channel: 'sms', inbound: 5 },
      { ...NOTHING, date: '2026-01-16', numberType: 'sales', channel: 'voice', inbound: 3, answered: 1, missed: 2 },
    ],
    messages: { inbound: 7, outbound: 4, open: 0, sent: 0, delivered: 3, undelivered: 1, failed: 0, canceled: 0, deliveryRate: 0.75, failureRate: 0.25 },
    calls: { inbound: 3, outbound: 0, answered: 1, missed: 2, voicemail: 0, failed: 0, minutes: 4 },
    responseTime: { answers: 4, medianSeconds: 61, p90Seconds: 7_260 },
    topErrors: [{ code: '30003', count: 1, cause: 'The phone is off.', advice: 'Try again later.' }],
    money: {
      byService: [
        { service: 'number', units: 1, costMicros: 1_000_000, estimatedCostMicros: 0, revenueMicros: 0 },
        { service: 'sms', units: 4, costMicros: 31_600, estimatedCostMicros: 7_900, revenueMicros: 80_000 },
      ],
      costMicros: 1_031_600,
      estimatedCostMicros: 7_900,
      revenueMicros: 49_080_000,
      subscriptionRevenueMicros: 49_000_000,
      marginMicros: 48_048_400,
    },
    monthToDate: {
      from: '2026-02-01',
      to: '2026-02-03',
      costMicros: 2_000_000,
      forecastCostMicros: 3_500_000,
      revenueMicros: 9_000_000,
      forecastRevenueMicros: 49_000_000,
    },
    ...changes,
  };
}

let answers: (url: URL) => Response;
const asked: URL[] = [];
const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });

beforeEach(() => {
  asked.length = 0;
  answers = () => json({ analytics: analytics() });
  vi.stubGlobal(
    'fetch',
    vi.fn((request: Request) => {
      const url = new URL(request.url);
      asked.push(url);
      return Promise.resolve(answers(url));
    }),
  );
});
afterEach(() => vi.unstubAllGlobals());

/** The figures of a table, cell by cell. */
function cells(table: HTMLElement): string[][] {
  return within(table)
    .getAllByRole('row')
    .map((row) => [...row.querySelectorAll('th, td')].map((cell) => cell.textContent));
}

it('shows volume, delivery, response time, calls and money', async () => {
  renderAt(PATH + OWN, <AnalyticsPage />);
  expect(await screen.findByText('4 sent, 7 received')).toBeVisible();
  expect(screen.getByText('75%')).toBeVisible();
  expect(screen.getByText('25%')).toBeVisible();
  expect(screen.getByText('median; 90% within 2 h 1 min')).toBeVisible();
  expect(screen.getByText('1 answered, 2 missed, 0 voicemail')).toBeVisible();
  expect(screen.getByText('$0.0079 of it estimated')).toBeVisible();
  expect(screen.getByText('$48.0484')).toBeVisible();
  expect(screen.getByText('$3.50 at its end')).toBeVisible();
  expect(screen.getByRole('row', { name: /30003 1 The phone is off\. Try again later\./ })).toBeVisible();
});

it('the table has what the chart shows', async () => {
  const { user } = renderAt(PATH + OWN, <AnalyticsPage />);
  const card = await screen.findByRole('region', { name: 'Messages and calls' });
  const chart = await within(card).findByRole('img', { name: /^Messages and calls, chart/ });
  const columns = [...chart.querySelectorAll('rect > title')].map((title) => title.textContent);
  expect(columns).toEqual(['Jan 14, Primary · Text: 6', 'Jan 16, Sales · Text: 5', 'Jan 16, Sales · Calls: 3']);

  await user.click(within(card).getByRole('button', { name: 'Table: Messages and calls' }));
  const table = cells(within(card).getByRole('table', { name: 'Messages and calls' }));
  expect(table).toEqual([
    ['Day', 'Primary · Text', 'Sales · Text', 'Sales · Calls', 'Total'],
    ['Jan 14', '6', '0', '0', '6'],
    ['Jan 15', '0', '0', '0', '0'],
    ['Jan 16', '0', '5', '3', '8'],
    ['Total', '6', '5', '3', '14'],
  ]);
  await user.selectOptions(within(card).getByLabelText('Direction'), 'Sent');
  expect(cells(within(card).getByRole('table')).at(-1)).toEqual(['Total', '4', '0', '0', '4']);
});

it('every chart has a table', async () => {
  const { user } = renderAt(PATH + OWN, <AnalyticsPage />);
  const buttons = await screen.findAllByRole('button', { name: /^Table:/ });
  for (const button of buttons) await user.click(button);
  expect(cells(screen.getByRole('table', { name: 'Costs' }))).toEqual([
    ['Service', 'Final', 'Estimated', 'Total'],
    ['Numbers', '$1.00', '$0.00', '$1.00'],
    ['Text', '$0.0237', '$0.0079', '$0.0316'],
    ['Total', '$1.0237', '$0.0079', '$1.0316'],
  ]);
  expect(cells(screen.getByRole('table', { name: 'Costs and revenue' }))).toEqual([
    ['Money', 'Subscription', 'Numbers', 'Text', 'Total'],
    ['Costs', '$0.00', '$1.00', '$0.0316', '$1.0316'],
    ['Revenue', '$49.00', '$0.00', '$0.08', '$49.08'],
  ]);
  expect(cells(screen.getByRole('table', { name: 'Delivery' })).at(-1)).toEqual(['Total', '3', '1', '0', '4']);
  expect(cells(screen.getByRole('table', { name: 'Calls of customers' })).at(-1)).toEqual(['Total', '1', '0', '2', '3']);
  expect(screen.queryByRole('img')).toBeNull();
});

it('members see no revenue', async () => {
  const { money, monthToDate } = analytics();
  const hidden = analytics({
    money: {
      ...money,
      byService: money.byService.map((service) => ({ ...service, revenueMicros: null })),
      revenueMicros: null,
      subscriptionRevenueMicros: null,
      marginMicros: null,
    },
    monthToDate: { ...monthToDate, revenueMicros: null, forecastRevenueMicros: null },
  });
  answers = () => json({ analytics: hidden });
  renderAt(PATH + OWN, <AnalyticsPage />);
  expect(await screen.findByText('$0.0079 of it estimated')).toBeVisible();
  expect(screen.queryByText(/revenue|margin/i)).toBeNull();
});

it('says so when there is nothing', async () => {
  const money = { byService: [], costMicros: 0, estimatedCostMicros: 0, revenueMicros: 0, subscriptionRevenueMicros: 0, marginMicros: 0 };
  answers = () => json({ analytics: analytics({ days: [], money, topErrors: [] }) });
  renderAt(PATH + OWN, <AnalyticsPage />);
  expect(await screen.findByRole('heading', { name: 'Nothing in these days' })).toBeVisible();
  expect(screen.getByText('Costs this month')).toBeVisible();
});

it('says what went wrong, and tries again', async () => {
  answers = () => json({ code: 'invalid_request', detail: 'the days cannot be used' }, 422);
  const { user } = renderAt(PATH + OWN, <AnalyticsPage />);
  expect(await screen.findByText('The days cannot be used.')).toBeVisible();
  answers = () => json({ analytics: analytics() });
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('4 sent, 7 received')).toBeVisible();
});

it('the range is in the address and in the question', async () => {
  const { user, address } = renderAt(PATH, <AnalyticsPage />);
  await screen.findByText('4 sent, 7 received');
  await user.selectOptions(screen.getByLabelText('Days'), 'Last 7 days');
  expect(address()).toBe(`${PATH}?range=7d`);
  await user.selectOptions(screen.getByLabelText('Days'), 'Custom range');
  const [from, to] = [screen.getByLabelText('From'), screen.getByLabelText('To')];
  await user.clear(from);
  expect(screen.getByText('Enter both days.')).toBeVisible();
  await user.type(from, '2026-01-14');
  await user.clear(to);
  await user.type(to, '2026-01-16');
  expect(address()).toBe(PATH + OWN);
  await waitFor(() => expect(asked.at(-1)?.searchParams.get('from')).toBe('2026-01-14'));
  expect(asked.at(-1)?.searchParams.get('to')).toBe('2026-01-16');
  expect(asked.at(-1)?.searchParams.get('timeZone')).toBe(new Intl.DateTimeFormat().resolvedOptions().timeZone);
});

it('downloads all pages as one file', async () => {
  answers = (url) => {
    if (!url.pathname.endsWith('/export')) return json({ analytics: analytics() });
    const isFirst = !url.searchParams.has('cursor');
    const headers = { 'content-type': 'text/csv; charset=utf-8', ...(isFirst && { link: '</x?cursor=two>; rel="next"' }) };
    return new Response(isFirst ? 'id,time\r\n1,a\r\n' : '2,b\r\n', { headers });
  };
  let file: Blob | undefined;
  Object.assign(URL, {
    createObjectURL: (made: Blob) => {
      file = made;
      return 'blob:x';
    },
    revokeObjectURL: () => undefined,
  });
  const names: string[] = [];
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    names.push(this.download);
  });
  const { user } = renderAt(PATH + OWN, <AnalyticsPage />);
  await user.click(screen.getByRole('button', { name: 'CSV' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Every charge' }));
  await waitFor(() => expect(names).toEqual(['switchboard-charges-2026-01-14-2026-01-16.csv']));
  expect(await file?.text()).toBe('id,time\r\n1,a\r\n2,b\r\n');
  const exports = asked.filter(({ pathname }) => pathname.endsWith('/export')).map(({ searchParams }) => searchParams);
  expect(exports.map((query) => query.get('report'))).toEqual(['charges', 'charges']);
  expect(exports.map((query) => query.get('cursor'))).toEqual([null, 'two']);
});
