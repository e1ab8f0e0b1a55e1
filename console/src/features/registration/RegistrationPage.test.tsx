import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';

import type { Registration, RegistrationFinding } from '@/api/types';
import { json, NUMBER, stubApi, type Routes as ApiRoutes } from '@/test/api';
import { renderAt } from '@/test/render';

import { COMPLETE, EMPTY } from './registration.fixture';
import RegistrationPage from './RegistrationPage';

afterEach(() => vi.unstubAllGlobals());

const SHORT: RegistrationFinding = {
  field: 'campaign.description',
  code: 'too_short',
  problem: 'The description has 5 characters, and registries refuse less than 40.',
  advice: 'Say who texts, to whom, and why.',
};

function open(registration: Registration, routes: ApiRoutes = {}, step?: string, role: 'admin' | 'member' = 'admin') {
  const api = stubApi({
    'GET registration': { registration },
    'POST registration/check': { findings: registration.findings, fees: registration.fees },
    'GET phone-numbers': { phoneNumbers: [NUMBER], provisionings: [] },
    ...routes,
  });
  const address = `/settings/phone-numbers/registration${step ? `?step=${step}` : ''}`;
  return { api, ...renderAt(address, <RegistrationPage />, role) };
}

it('is for administrators, because of the tax number', () => {
  const { api } = open(COMPLETE, {}, undefined, 'member');
  expect(screen.getByText(/only administrators/)).toBeVisible();
  expect(api.asked).toEqual([]);
});

it('begins empty and saves each part when it is left', async () => {
  const { api, user, address } = open(EMPTY, {
    'PATCH registration': ({ body }) => ({ registration: { ...EMPTY, id: 'r1', ...(body as object) } }),
  });
  expect(await screen.findByText('Not registered')).toBeVisible();
  await user.type(screen.getByLabelText('Legal name'), 'Zahnärzte “Müller” & Söhne 👋');
  await user.selectOptions(screen.getByLabelText('Kind of company'), 'Company in private hands');
  await user.click(screen.getByRole('button', { name: 'Continue' }));
  await waitFor(() => expect(address()).toMatch(/\?step=messages$/));
  expect(api.of('PATCH registration').map(({ body }) => body)).toEqual([
    { brand: { ...EMPTY.brand, companyName: 'Zahnärzte “Müller” & Söhne 👋', legalEntityType: 'PRIVATE_PROFIT' } },
  ]);
});

it('says at the field what registries would refuse, while it is written', async () => {
  const { api, user } = open(
    EMPTY,
    {
      'POST registration/check': ({ body }) => {
        const { campaign } = body as { campaign: Registration['campaign'] };
        return { findings: campaign.description.length < 40 ? [SHORT] : [], fees: EMPTY.fees };
      },
    },
    'messages',
  );
  const description = await screen.findByLabelText('Description');
  // Nobody is told what is missing before they were there.
  await waitFor(() => expect(api.of('POST registration/check')).toHaveLength(1));
  expect(description).toHaveAccessibleDescription(/Who texts, to whom/);
  await user.type(description, 'Texts');
  await waitFor(() => expect(description).toHaveAccessibleDescription(`${SHORT.problem} ${SHORT.advice}`));
  await user.type(description, ' of the office that remind patients of appointments.');
  await waitFor(() => expect(description).not.toBeInvalid());
});

it('asks which kinds only where there are several', async () => {
  const { user } = open(COMPLETE, {}, 'messages');
  expect(await screen.findByRole('group', { name: /Which kinds/ })).toBeVisible();
  expect(screen.getByRole('checkbox', { name: 'Answers to customers' })).toBeChecked();
  await user.selectOptions(screen.getByLabelText('Kind of texts'), 'Offers');
  expect(screen.queryByRole('group', { name: /Which kinds/ })).not.toBeInTheDocument();
});

it('shows the fees, and submits only what was agreed to', async () => {
  const pending = { ...COMPLETE, state: 'brand_pending', editable: 'nothing', agreedFees: COMPLETE.fees.dueNow };
  const { api, user, address } = open(COMPLETE, { 'POST registration/submit': () => json(202, { registration: pending }) }, 'review');
  const fees = await screen.findByRole('region', { name: 'Fees' });
  expect(fees).toHaveTextContent('Check of the company, once$4.00');
  expect(fees).toHaveTextContent('Due now$19.00');
  const submit = within(fees).getByRole('button', { name: 'Submit' });
  expect(submit).toBeDisabled();
  await user.click(within(fees).getByRole('checkbox', { name: /\$19\.00 are charged now, and \$1\.50 each month/ }));
  await user.click(submit);
  expect(await screen.findByText('Company is checked')).toBeVisible();
  expect(api.of('POST registration/submit')[0]?.body).toEqual({ agreedFees: COMPLETE.fees.dueNow });
  // A correction begins at the first part again.
  expect(address()).not.toMatch(/step/);
});

it('asks again when the fees have changed', async () => {
  let present = COMPLETE;
  const dearer = { ...COMPLETE.fees, dueNow: { ...COMPLETE.fees.dueNow, brandCents: 600 } };
  const { user } = open(
    COMPLETE,
    {
      'GET registration': () => ({ registration: present }),
      'POST registration/submit': () => {
        present = { ...COMPLETE, fees: dearer };
        return json(422, { code: 'fees_changed', detail: 'the fees have changed', fees: dearer });
      },
    },
    'review',
  );
  await user.click(await screen.findByRole('checkbox', { name: /\$19\.00/ }));
  await user.click(screen.getByRole('button', { name: 'Submit' }));
  expect(await screen.findByText(/fees have changed/)).toBeVisible();
  expect(await screen.findByRole('checkbox', { name: /\$21\.00/ })).not.toBeChecked();
  expect(screen.getByRole('button', { name: 'Submit' })).toBeDisabled();
});

it('leads from what would be refused to where it is written', async () => {
  const { user, address } = open({ ...COMPLETE, findings: [SHORT] }, {}, 'review');
  expect(await screen.findByText(/^Description: .*registries refuse less than 40/)).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'To “What you text”' }));
  expect(address()).toMatch(/\?step=messages$/);
  expect(await screen.findByLabelText('Description')).toBeInvalid();
});

it('shows why the company was not recognized, and takes a correction', async () => {
  const unverified: Registration = { ...COMPLETE, state: 'brand_unverified', reason: 'The name and the EIN do not match.' };
  open(unverified);
  expect(await screen.findByRole('alert')).toHaveTextContent('The name and the EIN do not match.');
  expect(screen.getByLabelText('Legal name')).toHaveValue('Harbour Dental LLC');
});

it('lets only the messages be corrected when the company is known', async () => {
  const fees = { ...COMPLETE.fees, dueNow: { brandCents: 0, campaignVettingCents: 1500, campaignMonthlyCents: 150 } };
  const refused: Registration = { ...COMPLETE, state: 'refused', reason: 'There is no opt-in.', editable: 'campaign', fees };
  const { user } = open(refused);
  expect(await screen.findByRole('alert')).toHaveTextContent('There is no opt-in.');
  expect(screen.queryByLabelText('Legal name')).not.toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: /Fees and review/ }));
  const shown = await screen.findByRole('region', { name: 'Fees' });
  expect(shown).not.toHaveTextContent('Check of the company');
  expect(within(shown).getByRole('button', { name: 'Submit again' })).toBeDisabled();
});

it('shows the numbers that text under an approved registration', async () => {
  const active: Registration = {
    ...COMPLETE,
    state: 'active',
    editable: 'nothing',
    numbers: { own: 1, moving: 1, platform: 0, limit: 49, waitingForRoom: 0 },
    history: [{ at: '2026-05-01T10:00:00Z', state: 'brand_pending', reason: null }],
  };
  const numbers = [
    { ...NUMBER, campaign: 'own' },
    { ...NUMBER, id: 'n2', phoneNumber: '+14055559876', campaign: 'own', messagingStatus: 'pending' },
    { ...NUMBER, id: 'n3', phoneNumber: '+18005550100', campaign: null },
  ];
  open(active, { 'GET phone-numbers': { phoneNumbers: numbers, provisionings: [] } });
  const list = await screen.findByRole('list', { name: 'Numbers' });
  expect(within(list).getAllByRole('listitem').map((item) => item.textContent)).toEqual([
    '(405) 555-1234Main lineYour registration',
    '(405) 555-9876Main lineOn its way',
  ]);
  expect(screen.getByText(/1 of at most 49 text under your registration\. 1 on the way/)).toBeVisible();
});

it('says that a correction is handed in', async () => {
  open({ ...COMPLETE, state: 'brand_pending', editable: 'nothing', correctionRequestedAt: '2026-05-01T10:00:00Z' });
  expect(await screen.findByText('Correction is handed in')).toBeVisible();
});

it('says what went wrong', async () => {
  open(EMPTY, { 'GET registration': () => json(404, { code: 'workspace_not_found', detail: 'there is no such workspace' }) });
  expect(await screen.findByText('There is no such workspace.')).toBeVisible();
});
