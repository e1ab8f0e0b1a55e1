import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';

import type { AdminRegistration } from '@/api/types';
import { stubApi, type Routes as ApiRoutes } from '@/test/api';
import { renderAt } from '@/test/render';

import { COMPLETE } from './registration.fixture';
import RegistrationDeskPage from './RegistrationDeskPage';

afterEach(() => vi.unstubAllGlobals());

const LIST = 'GET api/admin/registrations';
const NOTE = 'POST api/admin/registrations/r1/notes';

const { brand, campaign, history } = COMPLETE;
const CORRECTED: AdminRegistration = {
  ...{ brand, campaign, history },
  agreedFees: COMPLETE.fees.dueNow,
  submittedAt: '2026-04-30T10:00:00Z',
  updatedAt: '2026-05-01T10:00:00Z',
  id: 'r1',
  state: 'brand_pending',
  reason: null,
  correctionRequestedAt: '2026-05-01T10:00:00Z',
  workspace: { id: 'w1', name: 'Harbour Dental' },
  needsOperator: true,
  carrierBrandId: 'brand-1',
  carrierCampaignId: null,
  operatorTask: 'hand_in_correction',
};

function open(registration: AdminRegistration, routes: ApiRoutes = {}) {
  const api = stubApi({ [LIST]: { registrations: [registration] }, [NOTE]: { registration }, ...routes });
  return { api, ...renderAt('/admin/registration', <RegistrationDeskPage />) };
}

it('shows what waits for the operator first, and everything when asked', async () => {
  const { api, user } = open(CORRECTED);
  expect(await screen.findByRole('region', { name: 'Harbour Dental' })).toHaveTextContent(/corrected on May 1, 2026/);
  expect(api.of(LIST)[0]?.query).toEqual({ needsOperator: 'true' });
  await user.selectOptions(screen.getByLabelText('Show'), 'All');
  await waitFor(() => expect(api.of(LIST).at(-1)?.query).toEqual({}));
  await user.selectOptions(screen.getByLabelText('Show'), 'Messages refused');
  await waitFor(() => expect(api.of(LIST).at(-1)?.query).toEqual({ state: 'refused' }));
});

it('has the data to enter', async () => {
  const { user } = open(CORRECTED);
  await user.click(await screen.findByText('Data for the dashboard'));
  await user.click(screen.getByRole('button', { name: 'Copy the EIN' }));
  expect(await navigator.clipboard.readText()).toBe('12-3456789');
});

it('records that a correction was handed in, after asking', async () => {
  const { api, user } = open(CORRECTED);
  await user.click(await screen.findByRole('button', { name: 'Handed in' }));
  const dialog = await screen.findByRole('alertdialog');
  expect(dialog).toHaveTextContent(/fee of a further try is charged/);
  expect(api.of(NOTE)).toEqual([]);
  await user.click(within(dialog).getByRole('button', { name: 'It was handed in' }));
  await waitFor(() => expect(api.of(NOTE).map(({ body }) => body)).toEqual([{ action: 'resubmitted' }]));
});

it('records why something was refused', async () => {
  const { api, user } = open({ ...CORRECTED, state: 'refused', operatorTask: 'give_reason', correctionRequestedAt: null });
  await user.type(await screen.findByLabelText('Reason'), ' No opt-in was found. ');
  await user.click(screen.getByRole('button', { name: 'Tell the customer' }));
  await waitFor(() => expect(api.of(NOTE).map(({ body }) => body)).toEqual([{ action: 'reason', reason: 'No opt-in was found.' }]));
});

it('says when nothing waits', async () => {
  open(CORRECTED, { [LIST]: { registrations: [] } });
  expect(await screen.findByText('Nothing waits for us')).toBeVisible();
});
