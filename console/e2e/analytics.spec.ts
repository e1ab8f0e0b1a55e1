import { readFile } from 'node:fs/promises';

import type { Locator } from '@playwright/test';

import { customerTexts, newCustomer } from './support/carrier';
import { api, numbersOf, post, signUp, type Identity } from './support/clerk';
import { stack } from './support/stack';
import { expect, signIn, test } from './support/story';

const PAGE = '/settings/phone-numbers/analytics';
/** The carrier takes the text and then fails (30008). */
const FAILING = '+19075550108';

interface Figures {
  messages: { inbound: number; outbound: number; delivered: number; failed: number; undelivered: number };
  calls: { inbound: number; missed: number; voicemail: number };
}

/** Three texts in, two out that arrive, one that fails, and a caller who gives up. */
async function busyDay(name: string): Promise<Identity> {
  const identity = await signUp(name, 'enterprise');
  await numbersOf(identity);
  await api(identity).post('/phone-numbers', { areaCode: '405', numberType: 'sales' });
  // One that is not registered yet would leave the sending to the platform's number.
  await expect.poll(async () => (await numbersOf(identity, 2)).map(({ messagingStatus }) => messagingStatus)).toEqual(['ready', 'ready']);
  const numbers = await numbersOf(identity, 2);
  const of = (type: string) => numbers.find(({ numberType }) => numberType === type)?.phoneNumber ?? '';
  const customer = newCustomer();
  await customerTexts(customer, of('primary'), 'Are you open?');
  await customerTexts(customer, of('primary'), 'Until when?');
  await customerTexts(newCustomer(), of('sales'), 'An order');
  for (const to of [customer, customer, FAILING]) {
    await api(identity).post('/messages', { channel: 'sms', to, body: 'Until five.', numberType: 'primary' });
  }
  await post(`${stack().signalwire}/_sim/calls`, { from: newCustomer(), to: of('primary'), script: ['hangup'] });
  await expect.poll(() => figuresOf(identity), { timeout: 30_000 }).toEqual({ inbound: 3, outbound: 3, delivered: 2, failed: 1, calls: 1 });
  return identity;
}

async function figuresOf(identity: Identity) {
  const { analytics } = (await api(identity).get('/analytics')) as { analytics: Figures };
  const { inbound, outbound, delivered, failed, undelivered } = analytics.messages;
  const { missed, voicemail } = analytics.calls;
  return { inbound, outbound, delivered, failed: failed + undelivered, calls: missed + voicemail };
}

/** The last row of a table: its sums. */
async function sums(table: Locator): Promise<string[]> {
  return table.locator('tfoot').locator('th, td').allTextContents();
}

test('the page shows what was sent, goes along, and gives the figures as a file', async ({ page }) => {
  test.slow();
  const identity = await busyDay('Harbour Dental');
  await signIn(page, identity);
  await page.goto(`${PAGE}?range=7d`);
  await expect(page.getByText('3 sent, 3 received')).toBeVisible();
  await expect(page.getByText('66.7%')).toBeVisible();
  await expect(page.getByText('33.3%')).toBeVisible();
  await expect(page.getByRole('row', { name: /^30008 1/ })).toBeVisible();
  await expect(page.getByRole('img', { name: /^Messages and calls, chart/ })).toBeVisible();

  await page.getByRole('button', { name: 'Table: Messages and calls' }).click();
  const usage = page.getByRole('table', { name: 'Messages and calls' });
  await expect(usage.getByRole('columnheader')).toHaveText(['Day', 'Primary · Text', 'Primary · Calls', 'Sales · Text', 'Total']);
  expect(await sums(usage)).toEqual(['Total', '5', '1', '1', '7']);
  await page.getByRole('button', { name: 'Table: Delivery' }).click();
  expect(await sums(page.getByRole('table', { name: 'Delivery' }))).toEqual(['Total', '2', '1', '0', '3']);

  // Without a reload.
  const [number] = await numbersOf(identity);
  await customerTexts(newCustomer(), number?.phoneNumber ?? '', 'One more');
  await expect(page.getByText('3 sent, 4 received')).toBeVisible({ timeout: 30_000 });

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV' }).click();
  await page.getByRole('menuitem', { name: 'Sums by day' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^switchboard-days-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.csv$/);
  const [header, ...rows] = (await readFile(await file.path(), 'utf8')).trim().split('\r\n').map((line) => line.split(','));
  const column = (name: string) => rows.filter((row) => row[2] === 'sms').reduce((all, row) => all + Number(row[header?.indexOf(name) ?? -1]), 0);
  expect([column('inbound'), column('outbound'), column('delivered')]).toEqual([4, 3, 2]);
});

test('the range stays in the address, and days without anything say so', async ({ page }) => {
  const identity = await signUp('Summit Roofing', 'starter');
  await signIn(page, identity);
  await page.goto(PAGE);
  await page.getByLabel('Days', { exact: true }).selectOption('Last 90 days');
  await expect(page).toHaveURL(/\?range=90d$/);
  await page.getByLabel('Days', { exact: true }).selectOption('Custom range');
  await page.getByLabel('From', { exact: true }).fill('2025-01-01');
  await page.getByLabel('To', { exact: true }).fill('2025-01-31');
  await expect(page).toHaveURL(/\?from=2025-01-01&to=2025-01-31$/);
  await expect(page.getByRole('heading', { name: 'Nothing in these days' })).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('From', { exact: true })).toHaveValue('2025-01-01');
});

test('revenue is for administrators', async ({ page }) => {
  const identity = await signUp('Prairie Plumbing', 'pro');
  const [number] = await numbersOf(identity);
  await customerTexts(newCustomer(), number?.phoneNumber ?? '', 'Good morning');
  await signIn(page, { ...identity, role: 'member' });
  await page.goto(PAGE);
  await expect(page.getByRole('region', { name: 'Costs', exact: true })).toBeVisible();
  await expect(page.getByText(/revenue/i)).toHaveCount(0);
});
