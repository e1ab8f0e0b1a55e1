import { screen, within } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';

import { renderPage, WORKSPACE } from '@/test/page';

import BillingPage from './BillingPage';

afterEach(() => vi.unstubAllGlobals());

const plan = (tier: string, monthlyPriceCents: number, numberLimit: number) => ({
  tier,
  monthlyPriceCents,
  numberLimit,
  messagesPerMinute: 60,
  messagesPerDay: 5000,
});
const PLANS = {
  plans: [plan('free', 0, 0), plan('starter', 0, 0), plan('professional', 4900, 1), plan('enterprise', 19900, 10)],
  extraNumberMonthlyPriceCents: 500,
};

it('marks the plan of the workspace and leads to where it is changed', async () => {
  renderPage(<BillingPage />, { answers: { 'GET ': { workspace: WORKSPACE }, 'GET /api/plans': PLANS } });
  const plans = await screen.findByRole('list', { name: 'Plans' });
  expect(within(plans).getAllByRole('heading').map((it) => it.textContent)).toEqual(['Starter', 'Pro', 'Enterprise']);
  const present = within(plans).getByRole('listitem', { current: true });
  expect(within(present).getByText('Your plan')).toBeVisible();
  expect(within(present).getByText('$199.00')).toBeVisible();
  const address = new URL(screen.getByRole('link', { name: 'Change the plan' }).getAttribute('href') ?? '');
  expect(address.searchParams.get('organization')).toBe('org_1');
});

it('tells members whom to ask', async () => {
  const answers = { 'GET ': { workspace: WORKSPACE }, 'GET /api/plans': PLANS };
  renderPage(<BillingPage />, { role: 'member', answers });
  expect(await screen.findByText(/An administrator of your organisation/)).toBeVisible();
  expect(screen.queryByRole('link', { name: 'Change the plan' })).toBeNull();
});
