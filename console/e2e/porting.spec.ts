import { readFile } from 'node:fs/promises';

import type { Browser, Page } from '@playwright/test';

import { written } from './support/carrier';
import { numbersOf, platformAdmin, signUp } from './support/clerk';
import { arrives, dayFromToday, foreignNumber, operatorAnswers, submittedOrder, writeOrder } from './support/porting';
import { expect, signIn, test } from './support/story';

const PAGE = '/settings/phone-numbers/porting';

/** The page of the platform's own people with an order of the workspace. */
async function desk(browser: Browser, workspace: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await signIn(page, platformAdmin());
  await page.goto('/admin/porting');
  await page.getByRole('link', { name: workspace }).click();
  return page;
}

test('a number is brought along, is prepared early, and takes the place of the temporary one', async ({ page, browser }) => {
  test.slow();
  const identity = await signUp('Meadow Vet Clinic', 'enterprise');
  const [temporary] = await numbersOf(identity);
  const number = foreignNumber();
  await signIn(page, identity);
  await page.goto('/settings/phone-numbers');
  const name = (await page.getByRole('article').first().getAttribute('aria-label'))?.split(', ')[0] ?? '';
  await page.getByRole('link', { name: 'Bring your number' }).click();
  await page.getByRole('link', { name: 'Bring a number' }).click();
  await writeOrder(page, number, `${written(temporary?.phoneNumber ?? '')}, ${name}`);
  await expect(page.getByText(/up to seven business days/)).toBeVisible();
  await expect(page.getByText(/1 of 10 numbers in use, 1 from the submission on/)).toBeVisible();
  await page.getByRole('button', { name: 'Submit the order' }).click();
  await expect(page.getByText(/Expect a date for the move by about/)).toBeVisible();

  const operator = await desk(browser, 'Meadow Vet Clinic');
  await operator.getByRole('button', { name: 'Copy the PIN' }).click();
  await expect(operator.getByText('Copied the PIN')).toBeVisible();
  const download = operator.waitForEvent('download');
  await operator.getByRole('button', { name: 'Download all' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^port-order-.+\.zip$/);
  const content = await readFile(await file.path(), 'latin1');
  // Stored as they are.
  for (const part of ['order.pdf', '%PDF-', 'order.csv', 'letter-of-authorisation.pdf', 'invoice.pdf'])
    expect(content).toContain(part);
  await operator.getByRole('button', { name: 'Date set' }).click();
  await operator.getByLabel('Day of the move').fill(dayFromToday(3));
  await operator.getByRole('button', { name: 'Record', exact: true }).click();
  await expect(operator.getByText(/The move is on/).first()).toBeVisible();

  await arrives(number);
  await page.reload();
  await expect(page.getByText('Prepared', { exact: true })).toBeVisible();
  expect((await numbersOf(identity)).map(({ phoneNumber }) => phoneNumber)).toEqual([temporary?.phoneNumber]);

  await operator.reload();
  await operator.getByRole('button', { name: 'Completed' }).click();
  await operator.getByRole('button', { name: 'Record', exact: true }).click();
  await expect(operator.getByText('Moved', { exact: true }).first()).toBeVisible();

  await page.reload();
  await expect(page.getByText(/You can end the contract with your old carrier/)).toBeVisible();
  await page.goto('/settings/phone-numbers');
  const card = page.getByRole('article', { name: `Help desk, ${written(number)}` });
  await expect(card.getByText('Active', { exact: true })).toBeVisible();
  await expect(page.getByRole('article')).toHaveCount(1);
});

test('a refused order is corrected and submitted again', async ({ page, browser }) => {
  const identity = await signUp('Larkspur Law', 'enterprise');
  await numbersOf(identity);
  const order = await submittedOrder(identity, foreignNumber());
  const operator = await desk(browser, 'Larkspur Law');
  await operator.getByRole('button', { name: 'Rejected' }).click();
  await operator.getByLabel('Reason').fill('The account number does not belong to this number.');
  await operator.getByRole('button', { name: 'Record', exact: true }).click();
  await expect(operator.getByText(/^Refused: The account number/)).toBeVisible();

  await signIn(page, identity);
  await page.goto(PAGE);
  await expect(page.getByText('Needs correction')).toBeVisible();
  await page.goto(`${PAGE}/${order}`);
  await expect(page.getByText('The account number does not belong to this number.').first()).toBeVisible();
  await page.getByRole('link', { name: 'Correct and resubmit' }).click();
  await page.getByRole('button', { name: /^Present carrier/ }).click();
  await page.getByLabel('Account number').fill('PT-2');
  await page.getByRole('button', { name: /^Review/ }).click();
  await page.getByRole('button', { name: 'Submit again' }).click();
  await expect(page.getByText(/Expect a date for the move by about/)).toBeVisible();

  await operator.reload();
  await expect(operator.getByRole('region', { name: 'To enter in the dashboard' }).getByText('PT-2')).toBeVisible();
});

test('what cannot be is said at its field, and a draft is kept', async ({ page }) => {
  const identity = await signUp('Corner Optics', 'enterprise');
  await numbersOf(identity);
  await signIn(page, identity);
  await page.goto(`${PAGE}/new`);
  await page.getByLabel('Phone number').fill('12345');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByLabel('Phone number')).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Phone number').fill(foreignNumber());
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Carrier', { exact: true }).fill('Prairie Telephone');
  await page.getByRole('button', { name: 'Save and finish later' }).click();
  await expect(page.getByText('Not sent yet. Fill in the rest and submit it.')).toBeVisible();
  await page.getByRole('list', { name: 'Orders' }).getByRole('link').click();
  await page.getByRole('button', { name: /^Review/ }).click();
  await expect(page.getByText(/Account number: Is missing/)).toBeVisible();
  await page.getByRole('button', { name: 'Discard the draft' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Discard the draft' }).click();
  await expect(page.getByText(/Nothing moves/)).toBeVisible();
});

test('members read, and a dated order is not theirs to cancel', async ({ page }) => {
  const identity = await signUp('Juniper Bakery', 'enterprise');
  await numbersOf(identity);
  const order = await submittedOrder(identity, foreignNumber());
  await operatorAnswers(order, { answer: 'scheduled', focDate: dayFromToday(5) });
  await signIn(page, { ...identity, role: 'member' });
  await page.goto(`${PAGE}/${order}`);
  await expect(page.getByText(/The move is on/)).toBeVisible();
  await expect(page.getByText('only for administrators')).toHaveCount(2);
  await expect(page.getByRole('button', { name: /Cancel/ })).toHaveCount(0);
});
