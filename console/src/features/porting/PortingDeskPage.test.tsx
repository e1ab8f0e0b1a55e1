import { screen, waitFor, within } from '@testing-library/react';
import { Route, Routes } from 'react-router';
import { afterEach, expect, it, vi } from 'vitest';

import { json, stubApi, type Routes as ApiRoutes } from '@/test/api';
import { renderAt } from '@/test/render';
import { saveAddress } from '@/ui/save-file';
import { toast } from '@/ui/toast';

import { ORDER } from './orders.fixture';
import PortingDeskPage from './PortingDeskPage';

vi.mock('@/ui/save-file', () => ({ saveAddress: vi.fn() }));
vi.mock('@/ui/toast', () => ({ toast: { success: vi.fn(), error: vi.fn() } }));

afterEach(() => {
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

const QUEUE = 'GET api/admin/port-orders';
const SUBMITTED = { ...ORDER, state: 'submitted', version: 4, submittedAt: '2026-05-04T10:00:00Z' } as const;
const WORKSPACE = { id: 'w1', name: 'Harbour Dental' };
const DETAIL = {
  portOrder: SUBMITTED,
  workspace: WORKSPACE,
  dashboard: [
    { label: 'Current provider', value: 'Example Telecom' },
    { label: 'PIN', value: '990017' },
  ],
};

function open(routes: ApiRoutes, address: string) {
  const api = stubApi({ 'GET members': { members: [] }, ...routes });
  const pages = (
    <Routes>
      <Route path="admin/porting/*" element={<PortingDeskPage />} />
    </Routes>
  );
  return { api, ...renderAt(address, pages) };
}

it('queues the orders of all workspaces, by state', async () => {
  const row = { portOrder: { ...SUBMITTED, phoneNumbers: ['+14055550123'] }, workspace: WORKSPACE };
  const { api, user, address } = open({ [QUEUE]: { portOrders: [row], nextCursor: null } }, '/admin/porting');
  const link = await screen.findByRole('link', { name: 'Harbour Dental' });
  expect(link).toHaveAttribute('href', '/admin/porting/o1');
  expect(api.of(QUEUE)[0]?.query).toEqual({});
  await user.selectOptions(screen.getByLabelText('State'), 'Date is set');
  await waitFor(() => expect(api.of(QUEUE).at(-1)?.query).toEqual({ state: 'scheduled' }));
  expect(address()).toBe('/admin/porting?state=scheduled');
});

it('has every value of the dashboard to copy, and does not say what was copied', async () => {
  const { user } = open({ [`${QUEUE}/o1`]: DETAIL }, '/admin/porting/o1');
  const fields = await screen.findByRole('region', { name: 'To enter in the dashboard' });
  await user.click(within(fields).getByRole('button', { name: 'Copy the PIN' }));
  expect(await navigator.clipboard.readText()).toBe('990017');
  expect(toast.success).toHaveBeenCalledExactlyOnceWith('Copied the PIN');
});

it('saves the order with its documents as one file', async () => {
  const file = { url: 'https://files.example.com/port-order-o1.zip?signed', expiresAt: '2026-05-04T10:15:00Z' };
  const { user } = open({ [`${QUEUE}/o1`]: DETAIL, 'POST api/admin/port-orders/o1/export': file }, '/admin/porting/o1');
  await user.click(await screen.findByRole('button', { name: 'Download all' }));
  await waitFor(() => expect(saveAddress).toHaveBeenCalledExactlyOnceWith(file.url));
});

it('says why an order cannot be exported', async () => {
  const failed = { code: 'internal_error', detail: 'something went wrong here' };
  const { user } = open(
    { [`${QUEUE}/o1`]: DETAIL, 'POST api/admin/port-orders/o1/export': () => json(500, failed) },
    '/admin/porting/o1',
  );
  await user.click(await screen.findByRole('button', { name: 'Download all' }));
  expect(await screen.findByText('Something went wrong here.')).toBeVisible();
});

it('records a rejection with its reason', async () => {
  const rejected = { ...SUBMITTED, state: 'rejected', rejectionReason: 'The PIN is wrong.', version: 5 };
  const { api, user } = open(
    { [`${QUEUE}/o1`]: DETAIL, 'POST api/admin/port-orders/o1/answers': { ...DETAIL, portOrder: rejected } },
    '/admin/porting/o1',
  );
  await user.click(await screen.findByRole('button', { name: 'Rejected' }));
  await user.type(await screen.findByLabelText('Reason'), ' The PIN is wrong. ');
  await user.click(screen.getByRole('button', { name: 'Record' }));
  expect(await screen.findByText('Refused: The PIN is wrong.')).toBeVisible();
  expect(api.of('POST api/admin/port-orders/o1/answers')[0]?.body).toEqual({
    answer: 'rejected',
    version: 4,
    reason: 'The PIN is wrong.',
  });
});

it('records the day of the move, and says what cannot be', async () => {
  const refused = { code: 'invalid_request', errors: [{ field: 'focDate', detail: 'is in the past' }] };
  const { user } = open(
    { [`${QUEUE}/o1`]: DETAIL, 'POST api/admin/port-orders/o1/answers': () => json(422, refused) },
    '/admin/porting/o1',
  );
  await user.click(await screen.findByRole('button', { name: 'Date set' }));
  await user.type(await screen.findByLabelText('Day of the move'), '2020-01-01');
  await user.click(screen.getByRole('button', { name: 'Record' }));
  expect(await screen.findByText('Is in the past.')).toBeVisible();
});

it('says which numbers are not here yet when an order is to be completed', async () => {
  const scheduled = { ...DETAIL, portOrder: { ...SUBMITTED, state: 'scheduled', focDate: '2026-06-03' } };
  const missing = { code: 'port_numbers_missing', detail: 'numbers ending in 23 are not in the account yet' };
  const { user } = open(
    { [`${QUEUE}/o1`]: scheduled, 'POST api/admin/port-orders/o1/answers': () => json(409, missing) },
    '/admin/porting/o1',
  );
  await user.click(await screen.findByRole('button', { name: 'Completed' }));
  await user.click(await screen.findByRole('button', { name: 'Record' }));
  expect(await screen.findByText('Numbers ending in 23 are not in the account yet.')).toBeVisible();
});
