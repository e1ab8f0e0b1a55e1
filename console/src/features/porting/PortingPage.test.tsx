import { screen, waitFor, within } from '@testing-library/react';
import { Route, Routes } from 'react-router';
import { afterEach, expect, it, vi } from 'vitest';

import type { PortOrder } from '@/api/types';
import { json, NUMBER, stubApi, type Routes as ApiRoutes } from '@/test/api';
import { WORKSPACE } from '@/test/page';
import { renderAt } from '@/test/render';

import { ORDER, REJECTED } from './orders.fixture';
import PortingPage from './PortingPage';

const AT = '/settings/phone-numbers/porting';

afterEach(() => vi.unstubAllGlobals());

function open(routes: ApiRoutes, address = AT, role: 'admin' | 'member' = 'admin') {
  const api = stubApi({
    'GET /': { workspace: WORKSPACE },
    'GET phone-numbers': { phoneNumbers: [NUMBER], provisionings: [] },
    'GET members': { members: [{ id: 'm', clerkUserId: 'user_1', name: 'Ana Lima', email: null, imageUrl: null, role: 'admin' }] },
    'GET api/plans': { plans: [], extraNumberMonthlyPriceCents: 500 },
    ...routes,
  });
  const pages = (
    <Routes>
      <Route path="settings/phone-numbers/porting/*" element={<PortingPage />} />
    </Routes>
  );
  return { api, ...renderAt(address, pages, role) };
}

function summary(order: PortOrder) {
  return { ...order, phoneNumbers: order.numbers.map(({ phoneNumber }) => phoneNumber) };
}

const problem = (status: number, code: string, errors: { field: string; detail: string }[] = []) =>
  json(status, { title: 'no', status, code, detail: 'it was not taken', errors });

it('lists the orders with what happens next', async () => {
  const scheduled = { ...ORDER, id: 'o2', state: 'scheduled' as const, focDate: '2026-06-03' };
  open({ 'GET port-orders': { portOrders: [summary(REJECTED), summary(scheduled)], nextCursor: null } });
  const orders = await screen.findByRole('list', { name: 'Orders' });
  const [refused, dated] = within(orders).getAllByRole('listitem');
  expect(refused).toHaveTextContent('The account number does not match.');
  expect(refused).toHaveTextContent(/submit it again by .*2026/);
  expect(dated).toHaveTextContent('Date is set');
  expect(dated).toHaveTextContent('The move is on Wednesday, June 3, 2026.');
  expect(screen.getByRole('link', { name: 'Bring a number' })).toHaveAttribute('href', `${AT}/new`);
});

it('says what is needed where there is no order yet, and lets members read only', async () => {
  open({ 'GET port-orders': { portOrders: [], nextCursor: null } }, AT, 'member');
  expect(await screen.findByText(/An administrator can begin/)).toBeVisible();
  expect(screen.queryByRole('link', { name: 'Bring a number' })).not.toBeInTheDocument();
});

it('begins a draft with the first part, then asks for the carrier', async () => {
  const draft = { ...ORDER, version: 1, losingCarrier: null, missing: ['losingCarrier'] };
  const { api, user, address } = open({ 'POST port-orders': () => json(201, { portOrder: draft }), 'GET port-orders/o1': { portOrder: draft } }, `${AT}/new`);
  await user.click(await screen.findByRole('button', { name: 'Continue' }));
  expect(await screen.findByText('Enter the number that is to move.')).toBeVisible();
  expect(api.of('POST port-orders')).toEqual([]);

  await user.type(screen.getByLabelText('Phone number'), '(405) 555-0123');
  await user.selectOptions(screen.getByLabelText('Takes the place of'), 'n1');
  await user.click(screen.getByRole('button', { name: 'Continue' }));
  await waitFor(() => expect(address()).toBe(`${AT}/o1?step=carrier`));
  const [asked] = api.of('POST port-orders');
  expect(asked?.body).toEqual({
    numbers: [{ phoneNumber: '(405) 555-0123', numberType: 'primary', replacesPhoneNumberId: 'n1' }],
  });
  expect(asked?.headers.get('idempotency-key')).toMatch(/^[0-9a-f-]{36}$/);
  expect(await screen.findByLabelText('Account number')).toBeVisible();
});

it('saves a part when it is left, and only what has changed', async () => {
  const { api, user, address } = open(
    {
      'GET port-orders/o1': { portOrder: ORDER },
      'PATCH port-orders/o1': { portOrder: { ...ORDER, version: 4, pin: '9999' } },
    },
    `${AT}/o1?step=carrier`,
  );
  const pin = await screen.findByLabelText('PIN');
  await user.clear(pin);
  await user.type(pin, ' 9999 ');
  await user.click(screen.getByRole('button', { name: /Address/ }));
  await waitFor(() => expect(address()).toBe(`${AT}/o1?step=address`));
  expect(api.of('PATCH port-orders/o1').map(({ body }) => body)).toEqual([{ pin: '9999', version: 3 }]);
});

it('says at the field what cannot be, and stays', async () => {
  const refused = problem(422, 'invalid_request', [{ field: 'serviceAddress.postalCode', detail: 'must have five digits' }]);
  const { user, address } = open(
    { 'GET port-orders/o1': { portOrder: ORDER }, 'PATCH port-orders/o1': () => refused },
    `${AT}/o1?step=address`,
  );
  const zip = await screen.findByLabelText('ZIP code');
  await user.clear(zip);
  await user.type(zip, '731');
  await user.click(screen.getByRole('button', { name: 'Continue' }));
  await waitFor(() => expect(zip).toHaveAccessibleDescription('Must have five digits.'));
  expect(zip).toBeInvalid();
  expect(address()).toBe(`${AT}/o1?step=address`);
});

it('shows what somebody else has saved instead of writing over it', async () => {
  let present = ORDER;
  const { user } = open(
    { 'GET port-orders/o1': () => ({ portOrder: present }), 'PATCH port-orders/o1': () => problem(409, 'port_order_changed') },
    `${AT}/o1?step=carrier`,
  );
  await user.type(await screen.findByLabelText('Carrier'), '!');
  present = { ...ORDER, version: 9, losingCarrier: 'Other Telecom' };
  await user.click(screen.getByRole('button', { name: 'Save and finish later' }));
  await user.click(await screen.findByRole('button', { name: 'Show it' }));
  await waitFor(() => expect(screen.getByLabelText('Carrier')).toHaveValue('Other Telecom'));
});

it('uploads a document straight to the bucket', async () => {
  const order = { ...ORDER, documents: [], missing: ['documents.loa'] };
  const uploaded = { ...ORDER, version: 4 };
  let present: PortOrder = order;
  const { api, user } = open(
    {
      'GET port-orders/o1': () => ({ portOrder: present }),
      'POST port-orders/o1/documents': () => {
        present = uploaded;
        return json(201, {
          document: uploaded.documents[0],
          upload: { url: 'http://bucket/put', method: 'PUT', headers: { 'content-type': 'application/pdf' } },
          portOrder: order,
        });
      },
    },
    `${AT}/o1?step=documents`,
  );
  const ours = fetch;
  const bucket = vi.fn(() => Promise.resolve(new Response()));
  vi.stubGlobal('fetch', (input: Request | string) => (typeof input === 'string' ? bucket() : ours(input)));
  const letter = await screen.findByRole('region', { name: 'Letter of authorization' });
  await user.upload(within(letter).getByLabelText('File: Letter of authorization'), new File(['%PDF'], 'loa.pdf', { type: 'application/pdf' }));
  expect(await within(letter).findByRole('link', { name: 'loa.pdf' })).toBeVisible();
  expect(bucket).toHaveBeenCalledOnce();
  expect(api.of('POST port-orders/o1/documents')[0]?.body).toEqual({
    kind: 'loa',
    contentType: 'application/pdf',
    byteSize: 4,
    fileName: 'loa.pdf',
  });
});

it('refuses a file that is no document before it is announced', async () => {
  const { api, user } = open({ 'GET port-orders/o1': { portOrder: ORDER } }, `${AT}/o1?step=documents`);
  const invoice = await screen.findByRole('region', { name: 'Invoice' });
  const large = new File([new Uint8Array(5_000_001)], 'large.png', { type: 'image/png' });
  await user.upload(within(invoice).getByLabelText('File: Invoice'), large);
  expect(await within(invoice).findByText('The file is larger than 5 MB.')).toBeVisible();
  expect(api.of('POST port-orders/o1/documents')).toEqual([]);
});

it('reviews with what is missing, how long it takes, and what the plan has room for', async () => {
  const { user, address } = open({ 'GET port-orders/o1': { portOrder: { ...ORDER, missing: ['documents.invoice'] } } }, `${AT}/o1?step=review`);
  expect(await screen.findByText(/Invoice: Is missing\./)).toBeVisible();
  expect(screen.getByText(/up to seven business days/)).toBeVisible();
  expect(await screen.findByText(/1 of 10 numbers in use, 2 from the submission on/)).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'To “Documents”' }));
  await waitFor(() => expect(address()).toBe(`${AT}/o1?step=documents`));
});

it('submits, and shows what happens next', async () => {
  const submitted = { ...ORDER, state: 'submitted', version: 4, submittedAt: '2026-05-04T10:00:00Z' };
  const { api, user, address } = open(
    { 'GET port-orders/o1': { portOrder: ORDER }, 'POST port-orders/o1/submit': { portOrder: submitted } },
    `${AT}/o1?step=review`,
  );
  await user.click(await screen.findByRole('button', { name: 'Submit the order' }));
  expect(await screen.findByText(/Expect a date for the move by about May 13, 2026/)).toBeVisible();
  expect(api.of('POST port-orders/o1/submit')[0]?.body).toEqual({ version: 3 });
  expect(address()).toBe(`${AT}/o1`);
});

it('leads from what submission refuses to the field, which says it', async () => {
  const refused = problem(422, 'invalid_request', [{ field: 'numbers[0].phoneNumber', detail: 'cannot be ported: it is a short code' }]);
  const { user } = open(
    { 'GET port-orders/o1': { portOrder: ORDER }, 'POST port-orders/o1/submit': () => refused },
    `${AT}/o1?step=review`,
  );
  await user.click(await screen.findByRole('button', { name: 'Submit the order' }));
  expect(await screen.findByText(/Numbers: Cannot be ported: it is a short code\./)).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'To “Numbers”' }));
  expect(await screen.findByLabelText('Phone number')).toHaveAccessibleDescription('Cannot be ported: it is a short code.');
});

it('shows why an order was refused, and corrects it', async () => {
  const { user, address } = open({ 'GET port-orders/o1': { portOrder: REJECTED } }, `${AT}/o1`);
  const notice = await screen.findByRole('alert');
  expect(notice).toHaveTextContent('The account number does not match.');
  const history = screen.getByRole('region', { name: 'History' });
  expect(await within(history).findByText('Changed by Ana Lima')).toBeVisible();
  expect(within(history).getByText(/Present carrier, Service address/)).toBeVisible();
  await user.click(within(notice).getByRole('link', { name: 'Correct and resubmit' }));
  expect(address()).toBe(`${AT}/o1?step=numbers`);
  expect(await screen.findByLabelText('Phone number')).toHaveValue('+14055550123');
  expect(screen.getByRole('alert')).toHaveTextContent('The account number does not match.');
});

it('cancels after asking', async () => {
  const cancelled = { ...REJECTED, state: 'cancelled', version: 7 };
  const { api, user } = open(
    { 'GET port-orders/o1': { portOrder: REJECTED }, 'POST port-orders/o1/cancel': { portOrder: cancelled } },
    `${AT}/o1`,
  );
  await user.click(await screen.findByRole('button', { name: 'Cancel the order' }));
  const dialog = await screen.findByRole('alertdialog', { name: 'Cancel the order?' });
  expect(api.of('POST port-orders/o1/cancel')).toEqual([]);
  await user.click(within(dialog).getByRole('button', { name: 'Cancel the order' }));
  expect(await screen.findByText(/Nothing moves/)).toBeVisible();
  expect(api.of('POST port-orders/o1/cancel')[0]?.body).toEqual({ version: 6 });
});

it('shows a number that is here already, and leaves a dated order to the operator', async () => {
  const numbers = ORDER.numbers.map((number) => ({ ...number, foundAt: '2026-05-20T10:00:00Z' }));
  open({ 'GET port-orders/o1': { portOrder: { ...ORDER, numbers, state: 'scheduled', focDate: '2026-06-03' } } }, `${AT}/o1`);
  expect(await screen.findByText('Prepared')).toBeVisible();
  expect(screen.getByText(/In our network since May 20, 2026\. Calls and texts come from the day of the move on/)).toBeVisible();
  expect(screen.getByText(/cannot be cancelled here any more/)).toBeVisible();
  expect(screen.queryByRole('button', { name: /Cancel/ })).not.toBeInTheDocument();
});

it('keeps secrets and buttons from members', async () => {
  const seen = { ...REJECTED, pin: null, accountNumber: null, documents: [{ ...ORDER.documents[0], url: null }] };
  open({ 'GET port-orders/o1': { portOrder: seen } }, `${AT}/o1?step=numbers`, 'member');
  expect(await screen.findAllByText('only for administrators')).toHaveLength(2);
  expect(screen.queryByRole('button', { name: /Cancel|Submit|Continue/ })).not.toBeInTheDocument();
  expect(screen.queryByRole('link', { name: 'loa.pdf' })).not.toBeInTheDocument();
});

it('says what went wrong', async () => {
  open({ 'GET port-orders/o1': () => json(404, { code: 'port_order_not_found', detail: 'there is no such order' }) }, `${AT}/o1`);
  expect(await screen.findByText('There is no such order.')).toBeVisible();
});
