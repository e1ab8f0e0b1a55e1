import { screen, within } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';

import type { PlatformAnalytics } from '@/api/types';
import { json, stubApi, type Routes } from '@/test/api';
import { renderAt } from '@/test/render';

import PlatformPage from './PlatformPage';
import { useIsPlatformAdmin } from './queries';

const PATH = '/admin/analytics?from=2026-01-01&to=2026-01-31';
const ROUTE = 'GET api/admin/analytics';

const ANALYTICS: PlatformAnalytics = {
  from: '2026-01-01',
  to: '2026-01-31',
  provisioning: {
    paidWorkspaces: 4,
    paidWorkspacesWithNumber: 3,
    successRate: 0.75,
    attempts: 6,
    succeeded: 4,
    succeededFirstTime: 3,
    failed: 1,
    firstTimeRate: 0.6,
    failureReasons: [{ code: 'no_numbers_available', count: 1 }],
  },
  money: {
    byService: [
      { service: 'registration', units: 1, costMicros: 10_000_000, revenueMicros: 0 },
      { service: 'sms', units: 4, costMicros: 31_600, revenueMicros: 80_000 },
    ],
    subscriptionRevenueMicros: 49_000_000,
    costMicros: 10_031_600,
    estimatedCostMicros: 10_000_000,
    revenueMicros: 49_080_000,
    marginMicros: 39_048_400,
  },
  workspaces: [
    {
      id: 'w1',
      name: 'Harbour Dental',
      subscriptionTier: 'professional',
      deleted: false,
      costMicros: 31_600,
      subscriptionRevenueMicros: 49_000_000,
      usageRevenueMicros: 80_000,
      revenueMicros: 49_080_000,
      marginMicros: 49_048_400,
    },
  ],
  numbers: { active: 3, suspended: 1, released: 2, messagingPending: 1, messagingFailed: 0, expectedMonthlyCostMicros: 4_000_000 },
  topErrors: [],
  reconciliation: {
    days: [
      { day: '2026-01-15', service: 'sms', ourMicros: 15_800, carrierMicros: 16_200 },
      { day: '2026-01-16', service: 'sms', ourMicros: 7_900, carrierMicros: 7_900 },
    ],
    differences: [
      {
        day: '2026-01-15',
        service: 'sms',
        phoneNumber: '+14055551234',
        workspaceId: 'w1',
        cause: 'price_differs',
        events: 1,
        ourMicros: 7_900,
        carrierMicros: 8_300,
        examples: ['sid'],
      },
    ],
    variance: 0.0169,
  },
};

afterEach(() => vi.unstubAllGlobals());

function show(routes: Routes) {
  const api = stubApi(routes);
  return { ...api, ...renderAt(PATH, <PlatformPage />) };
}

function cells(table: HTMLElement): string[][] {
  return within(table)
    .getAllByRole('row')
    .map((row) => [...row.querySelectorAll('th, td')].map((cell) => cell.textContent));
}

it('shows what everything costs and earns, and what differs', async () => {
  const { user, asked } = show({ [ROUTE]: { analytics: ANALYTICS } });
  expect(await screen.findByText('3 of 4')).toBeVisible();
  expect(screen.getByText('75%')).toBeVisible();
  expect(screen.getByText('$39.0484')).toBeVisible();
  expect(screen.getByText('1 suspended, 2 released, 1 not ready to text, 0 refused')).toBeVisible();
  expect(screen.getByText('1.7%')).toBeVisible();
  expect(cells(screen.getByRole('table', { name: 'Workspaces' }))).toEqual([
    ['Workspace', 'Plan', 'Costs', 'Subscription', 'Usage', 'Margin'],
    ['Harbour Dental', 'professional', '$0.0316', '$49.00', '$0.08', '$49.0484'],
  ]);
  expect(cells(screen.getByRole('table', { name: 'Differences of the bill' })).at(-1)).toEqual([
    '2026-01-15',
    'Another price',
    'Text',
    '(405) 555-1234',
    '1',
    '$0.0079',
    '$0.0083',
  ]);
  expect(cells(screen.getByRole('table', { name: 'Numbers that could not be had' })).at(-1)).toEqual(['no_numbers_available', '1']);

  for (const button of screen.getAllByRole('button', { name: /^Table:/ })) await user.click(button);
  expect(cells(screen.getByRole('table', { name: 'Costs and revenue' }))).toEqual([
    ['Money', 'Subscription', 'Registration', 'Text', 'Total'],
    ['Costs', '$0.00', '$10.00', '$0.0316', '$10.0316'],
    ['Revenue', '$49.00', '$0.00', '$0.08', '$49.08'],
  ]);
  expect(cells(screen.getByRole('table', { name: "The carrier's bill" }))).toEqual([
    ['Bill', 'Text', 'Calls', 'Numbers', 'Total'],
    ['Expected', '$0.0237', '$0.00', '$0.00', '$0.0237'],
    ['Carrier', '$0.0241', '$0.00', '$0.00', '$0.0241'],
  ]);
  expect(asked[0]?.query).toEqual({ from: '2026-01-01', to: '2026-01-31' });
});

it('says what went wrong', async () => {
  show({ [ROUTE]: () => json(404, { code: 'not_found', detail: 'There is no such resource.' }) });
  expect(await screen.findByText('There is no such resource.')).toBeVisible();
});

it('knows whose page it is', async () => {
  function Probe() {
    return <p>{useIsPlatformAdmin() ? 'theirs' : 'not theirs'}</p>;
  }
  const api = stubApi({ [ROUTE]: { analytics: ANALYTICS } });
  renderAt('/', <Probe />);
  expect(await screen.findByText('theirs')).toBeVisible();

  api.routes[ROUTE] = () => json(404, { code: 'not_found', detail: 'There is no such resource.' });
  renderAt('/', <Probe />);
  await vi.waitFor(() => expect(api.of(ROUTE)).toHaveLength(2));
  expect(await screen.findByText('not theirs')).toBeVisible();
});
