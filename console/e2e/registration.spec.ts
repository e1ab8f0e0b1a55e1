import type { Page } from '@playwright/test';

import { numbersOf, signUp } from './support/clerk';
import { stack } from './support/stack';
import { expect, signIn, test } from './support/story';

const PAGE = '/settings/phone-numbers/registration';

// What the registry answers is a setting of the whole network.
test.describe.configure({ mode: 'serial' });

async function registry(behaviour: { brandsVerified?: boolean; campaignsApproved?: boolean }): Promise<void> {
  const response = await fetch(`${stack().signalwire}/_sim/settings`, { method: 'PATCH', body: JSON.stringify(behaviour) });
  expect(response.ok).toBe(true);
}

test.afterEach(() => registry({ brandsVerified: true, campaignsApproved: true }));

async function fill(page: Page, fields: Record<string, string>): Promise<void> {
  for (const [label, text] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).first().fill(text);
}

/** Fills in the whole form as somebody would, up to the fees. */
async function writeRegistration(page: Page): Promise<void> {
  const next = () => page.getByRole('button', { name: 'Continue' }).click();
  await fill(page, {
    'Legal name': 'Bluebird Dental LLC',
    'Tax number (EIN)': '12-3456789',
    'Country of the tax number': 'United States',
    Address: '12 Main St, Tulsa OK, 74103',
    Website: 'https://bluebird.example.com',
    'Mail address': 'office@bluebird.example.com',
    Phone: '+19185550123',
  });
  await page.getByLabel('Kind of company').selectOption('Company in private hands');
  await page.getByLabel('Branch').selectOption('Healthcare');
  await next();
  await page.getByLabel('Kind of texts').selectOption('A little of several kinds');
  await page.getByRole('checkbox', { name: 'Answers to customers' }).check();
  await page.getByRole('checkbox', { name: 'News of an account' }).check();
  await fill(page, { Description: 'Too short' });
  await expect(page.getByRole('alert').filter({ hasText: 'less than 40' })).toBeVisible();
  await fill(page, {
    Description: 'Bluebird Dental LLC answers patients who have texted the office and reminds them of their appointments.',
    'How customers agree':
      'Patients write their mobile number on a form at the desk and tick that they agree to be texted by Bluebird Dental LLC. The form says that message and data rates may apply, how often texts come, and that STOP ends them.',
  });
  await next();
  await fill(page, {
    'Sample 1': 'Bluebird Dental LLC: your appointment is on [date] at [time]. Reply STOP to opt out.',
    'Sample 2': 'Bluebird Dental LLC: we are open until five today. Reply STOP to opt out.',
  });
  await page.getByLabel('Answer to the words to stop').fill('Bluebird Dental LLC: you will get no more texts. Reply START to get them again.');
  await page.getByLabel('Answer to the words to ask for help').fill('Bluebird Dental LLC: call (918) 555-0123 for help. Reply STOP to opt out.');
  await next();
}

test('a registration is refused, corrected, and approved; then the numbers move over', async ({ page }) => {
  test.slow();
  const identity = await signUp('Bluebird Dental', 'enterprise');
  await numbersOf(identity);
  await registry({ campaignsApproved: false });
  await signIn(page, identity);
  await page.goto('/settings/phone-numbers');
  await page.getByRole('link', { name: 'Texting registration' }).click();
  await expect(page.getByText('Not registered')).toBeVisible();
  await writeRegistration(page);

  const fees = page.getByRole('region', { name: 'Fees' });
  await expect(fees.getByText('Due now')).toBeVisible();
  await expect(fees.getByRole('button', { name: 'Submit' })).toBeDisabled();
  await fees.getByRole('checkbox').check();
  await fees.getByRole('button', { name: 'Submit' }).click();
  await expect(page.getByText('Messages refused')).toBeVisible({ timeout: 60_000 });

  await registry({ campaignsApproved: true });
  await page.getByRole('button', { name: /^What you text/ }).click();
  await page.getByLabel('Description', { exact: true }).fill('Bluebird Dental LLC reminds patients who have agreed on a form at the desk of their appointments.');
  await page.getByRole('button', { name: /^Fees and review/ }).click();
  await expect(page.getByRole('region', { name: 'Fees' }).getByText('Check of the company')).toHaveCount(0);
  await page.getByRole('region', { name: 'Fees' }).getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Submit again' }).click();
  await expect(page.getByRole('region', { name: 'State' }).getByText('Registered')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText('Your registration')).toBeVisible({ timeout: 60_000 });
});

test('a company that the registry does not know is asked for a correction', async ({ page }) => {
  test.slow();
  const identity = await signUp('Quarry Stone', 'enterprise');
  await numbersOf(identity);
  await registry({ brandsVerified: false });
  await signIn(page, identity);
  await page.goto(PAGE);
  await writeRegistration(page);
  await page.getByRole('region', { name: 'Fees' }).getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Submit', exact: true }).click();
  await expect(page.getByText('Company not recognized')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByLabel('Legal name')).toHaveValue('Bluebird Dental LLC');
});

test('members are told why they do not see it', async ({ page }) => {
  const identity = await signUp('Cedar Print', 'pro');
  await signIn(page, { ...identity, role: 'member' });
  await page.goto(PAGE);
  await expect(page.getByText(/only administrators of your organisation see it/)).toBeVisible();
});

test('a number gets an emergency address', async ({ page }) => {
  const identity = await signUp('Copper Lantern', 'pro');
  await numbersOf(identity);
  await signIn(page, identity);
  await page.goto('/settings/phone-numbers');
  await expect(page.getByText('No emergency address')).toBeVisible();
  await page.getByRole('button', { name: 'Give it an emergency address' }).click();
  await fill(page, {
    'First name': 'Ada',
    'Last name': 'Lopez',
    'House number': '12',
    Street: 'Main St',
    City: 'Tulsa',
    'State, two letters': 'OK',
    'ZIP code': '74103',
  });
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.getByText(/12 Main St, Tulsa, OK 74103/)).toBeVisible();
  await expect(page.getByText('No emergency address')).toHaveCount(0);
});
