import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';

import { Refused, renderPage, WORKSPACE } from '@/test/page';

import PhoneNumbersPage from './PhoneNumbersPage';

afterEach(() => vi.unstubAllGlobals());

const MAIN = {
  id: '1',
  phoneNumber: '+14055551234',
  phoneNumberSid: 'sid-1',
  friendlyName: 'Main line',
  numberType: 'primary',
  status: 'active',
  messagingStatus: 'ready',
  messagingFailureReason: null,
  capabilities: { sms: true, mms: true, voice: true, fax: false },
  monthlyCostCents: 50,
  provisionedAt: '2026-01-15T18:31:00Z',
  releasedAt: null,
  voice: null,
  campaign: 'platform',
  tollFreeVerification: null,
  emergencyAddress: null,
  emergencyAddressMissing: false,
};
const SALES = {
  ...MAIN,
  id: '2',
  phoneNumber: '+14055559876',
  friendlyName: 'Sales team',
  numberType: 'sales',
  messagingStatus: 'pending',
};
const PLANS = { plans: [], extraNumberMonthlyPriceCents: 500 };

function show(answers: Record<string, unknown> = {}, role: 'admin' | 'member' = 'admin') {
  return renderPage(<PhoneNumbersPage />, {
    role,
    answers: {
      'GET ': { workspace: WORKSPACE },
      'GET /phone-numbers': { phoneNumbers: [MAIN, SALES], provisionings: [] },
      'GET /api/plans': PLANS,
      ...answers,
    },
  });
}

it('shows each number with everything about it', async () => {
  show();
  const card = await screen.findByRole('article', { name: 'Main line, (405) 555-1234' });
  for (const text of ['Main line', 'Primary', 'Active', 'Can text', '$0.50', 'Jan 15, 2026']) {
    expect(within(card).getByText(text)).toBeVisible();
  }
  expect(within(card).getByRole('button', { name: 'Copy (405) 555-1234' })).toBeVisible();
  const waiting = screen.getByRole('article', { name: 'Sales team, (405) 555-9876' });
  expect(within(waiting).getByText(/registering the number/)).toBeVisible();
});

it('has no buttons for members', async () => {
  show({}, 'member');
  await screen.findByText('Main line');
  expect(screen.queryByRole('button', { name: 'Add number' })).toBeNull();
  expect(screen.queryByRole('button', { name: /^Change/ })).toBeNull();
});

it('leads Starter to the plans and offers nothing to add', async () => {
  show({
    'GET ': { workspace: { ...WORKSPACE, subscriptionTier: 'starter', numberLimit: 0, numbersUsed: 0 } },
    'GET /phone-numbers': { phoneNumbers: [], provisionings: [] },
  });
  expect(await screen.findByRole('link', { name: 'Upgrade now' })).toHaveAttribute('href', '/billing');
  expect(await screen.findByText(/shared number \(405\) 201-0100/)).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Add number' })).toBeNull();
});

it('says why Pro cannot add another one', async () => {
  show({ 'GET ': { workspace: { ...WORKSPACE, subscriptionTier: 'professional', numberLimit: 1 } } });
  expect(await screen.findByText(/Your plan allows one number, and it is in use/)).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Add number' })).toBeNull();
});

it('shows what is on its way and what failed, with a retry', async () => {
  const base = { numberType: 'support', friendlyName: null, areaCode: '405', phoneNumber: null, searchStep: null, attempts: 1 };
  const { requests } = show({
    'GET /phone-numbers': {
      phoneNumbers: [MAIN],
      provisionings: [
        { ...base, id: '7', state: 'purchasing', failureCode: null, failureReason: null, createdAt: '2026-01-15T18:31:00Z' },
        { ...base, id: '8', state: 'failed', failureCode: 'x', failureReason: 'No phone number is available.', createdAt: '2026-01-15T18:31:00Z' },
      ],
    },
    'POST /phone-numbers/provisionings/8/retry': { provisioning: {} },
  });
  expect(await screen.findByText('Buying')).toBeVisible();
  expect(screen.getByText('No phone number is available.')).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  await waitFor(() => expect(requests.map((it) => it.request)).toContain('POST /phone-numbers/provisionings/8/retry'));
});

it('adds the number that was chosen', async () => {
  const offered = { phoneNumber: '+14052010102', locality: 'Tulsa', region: 'OK', capabilities: {}, monthlyCostCents: 50 };
  const { requests } = show({
    'GET /phone-numbers/available': { available: [offered] },
    'POST /phone-numbers': { phoneNumber: { ...SALES, phoneNumber: '+14052010102' }, searchStep: null },
  });
  await userEvent.click(await screen.findByRole('button', { name: 'Add number' }));
  const dialog = await screen.findByRole('dialog', { name: 'Add a number' });
  expect(await within(dialog).findByText('$5.00 a month')).toBeVisible();
  // The first department without a number.
  expect(within(dialog).getByLabelText('Department')).toHaveValue('support');
  await userEvent.selectOptions(within(dialog).getByLabelText('Department'), 'Sales');
  expect(within(dialog).getByRole('button', { name: 'Get a number' })).toBeDisabled();
  await userEvent.type(within(dialog).getByLabelText('Area code'), '4o05');
  await userEvent.click(await within(dialog).findByRole('radio', { name: /\(405\) 201-0102/ }));
  await userEvent.click(within(dialog).getByRole('button', { name: 'Get (405) 201-0102' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  const order = requests.find(({ request }) => request === 'POST /phone-numbers');
  expect(order?.body).toEqual({ numberType: 'sales', phoneNumber: '+14052010102' });
});

it('says what a refused order means and stays open', async () => {
  show({
    'GET /phone-numbers/available': { available: [] },
    'POST /phone-numbers': new Refused(409, { code: 'no_numbers_available', detail: 'No phone number is available.' }),
  });
  await userEvent.click(await screen.findByRole('button', { name: 'Add number' }));
  await userEvent.type(await screen.findByLabelText('Area code'), '405');
  expect(await screen.findByText(/There is none here/)).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Get a number' }));
  expect(await screen.findByText('No phone number is available.')).toBeVisible();
  expect(screen.getByRole('dialog')).toBeVisible();
});

it('changes only what was edited', async () => {
  const { requests } = show({ 'PATCH /phone-numbers/2': { phoneNumber: SALES } });
  await userEvent.click(await screen.findByRole('button', { name: 'Change (405) 555-9876' }));
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Edit' }));
  const name = await screen.findByLabelText('Name');
  await userEvent.clear(name);
  await userEvent.type(name, 'Deals');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(requests.find(({ request }) => request.startsWith('PATCH'))?.body).toEqual({ friendlyName: 'Deals' });
});

it('releases after asking, but never the last active number', async () => {
  const { requests } = show({ 'DELETE /phone-numbers/2': { phoneNumber: { ...SALES, status: 'released' } } });
  await userEvent.click(await screen.findByRole('button', { name: 'Change (405) 555-9876' }));
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Release' }));
  const dialog = await screen.findByRole('alertdialog', { name: 'Release (405) 555-9876?' });
  expect(within(dialog).getByText(/cannot be undone/)).toBeVisible();
  await userEvent.click(within(dialog).getByRole('button', { name: 'Release the number' }));
  await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull());
  expect(requests.map(({ request }) => request)).toContain('DELETE /phone-numbers/2');
});

it('keeps the last active number', async () => {
  show({ 'GET /phone-numbers': { phoneNumbers: [MAIN], provisionings: [] } });
  await userEvent.click(await screen.findByRole('button', { name: 'Change (405) 555-1234' }));
  expect(await screen.findByRole('menuitem', { name: 'Release' })).toHaveAttribute('aria-disabled', 'true');
  expect(screen.getByText(/last active number/)).toBeVisible();
});

it('leads to bringing a number, and administrators to the registration', async () => {
  show();
  expect(await screen.findByRole('link', { name: 'Bring your number' })).toHaveAttribute('href', '/settings/phone-numbers/porting');
  expect(screen.getByRole('link', { name: 'Texting registration' })).toHaveAttribute('href', '/settings/phone-numbers/registration');
});

it('explains to keep a number that is to go to another carrier', async () => {
  show();
  await userEvent.click(await screen.findByRole('button', { name: 'Change (405) 555-9876' }));
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Release' }));
  expect(await screen.findByText(/order the move there, and keep the number here until it is done/)).toBeVisible();
});

const ADDRESS_FIELDS = {
  firstName: 'Ada',
  lastName: 'Bird',
  streetNumber: '12',
  streetName: 'Main St',
  unitType: 'Suite',
  unitNumber: '4',
  city: 'Tulsa',
  state: 'OK',
  postalCode: '74103',
  country: 'US',
};
const ADDRESS = { status: 'active', failureReason: null, address: ADDRESS_FIELDS };

it('warns where 911 would not know the place, and takes the address', async () => {
  const { requests } = show({
    'GET /phone-numbers': { phoneNumbers: [{ ...MAIN, emergencyAddressMissing: true }], provisionings: [] },
    'PATCH /phone-numbers/1/emergency-address': { phoneNumber: { ...MAIN, emergencyAddress: ADDRESS } },
  });
  expect(await screen.findByText('No emergency address')).toBeVisible();
  expect(screen.getByText(/the call costs \$100/)).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Give it an emergency address' }));
  const dialog = await screen.findByRole('dialog', { name: 'Emergency address of (405) 555-1234' });
  for (const [label, text] of [
    ['First name', 'Ada'],
    ['Last name', 'Bird'],
    ['House number', '12'],
    ['Street', 'Main St'],
    ['City', 'Tulsa'],
    ['State, two letters', 'OK'],
    ['ZIP code', '74103'],
  ] as const) {
    await userEvent.type(within(dialog).getByLabelText(label), text);
  }
  await userEvent.click(within(dialog).getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  const sent = requests.find(({ request }) => request.startsWith('PATCH'))?.body;
  expect(sent).toEqual({ ...ADDRESS_FIELDS, unitType: null, unitNumber: null });
});

it('says what is wrong with an address, and removes one', async () => {
  const refused = new Refused(422, { code: 'invalid_request', errors: [{ field: 'postalCode', detail: 'must have five digits' }] });
  const { requests } = show({
    'GET /phone-numbers': { phoneNumbers: [{ ...MAIN, emergencyAddress: ADDRESS }], provisionings: [] },
    'PATCH /phone-numbers/1/emergency-address': refused,
    'DELETE /phone-numbers/1/emergency-address': { phoneNumber: MAIN },
  });
  expect(await screen.findByText('12 Main St, Suite 4, Tulsa, OK 74103')).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Change (405) 555-1234' }));
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Emergency address' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Save' }));
  expect(await screen.findByText('Must have five digits.')).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Remove' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(requests.map(({ request }) => request)).toContain('DELETE /phone-numbers/1/emergency-address');
});

it('says that a toll-free number waits for its verification', async () => {
  show({ 'GET /phone-numbers': { phoneNumbers: [{ ...MAIN, tollFreeVerification: 'Unverified' }], provisionings: [] } });
  expect(await screen.findByText('Unverified')).toBeVisible();
  expect(screen.getByText(/only when the carriers have verified who has it/)).toBeVisible();
});

it('says what went wrong, and tries again when asked', async () => {
  let isDown = true;
  show({
    'GET /phone-numbers': () =>
      isDown ? new Refused(404, { detail: 'there is no such workspace' }) : { phoneNumbers: [MAIN], provisionings: [] },
  });
  expect(await screen.findByText('There is no such workspace.')).toBeVisible();
  isDown = false;
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('Main line')).toBeVisible();
});
