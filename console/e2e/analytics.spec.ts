import { readFile } from 'node:fs/promises';

import type { Locator } from '@playwright/test';

import { customerTexts, endedCall, newCustomer } from './support/carrier';
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

/** Micro-dollars of a segment, of a begun minute of a customer's call, and of a month of a number: what they cost and earn. */
const COST = { segment: 7_900, minute: 8_500, number: 1_000_000 };
const PRICE = { segment: 20_000, minute: 20_000, extraNumber: 5_000_000 };

interface Happening {
  department: 'primary' | 'sales';
  kind: 'received' | 'delivered' | 'undelivered' | 'failed' | 'missed' | 'voicemail';
  /** Segments of a text, begun minutes of a call. */
  units: number;
}

const TWO_SEGMENTS = 'Please come at nine. '.repeat(10);
/** The carrier sends it, and the phone is switched off (30003). */
const UNREACHABLE = '+19075550103';

/** A day of two departments; gives what happened. */
async function knownDay(identity: Identity): Promise<Happening[]> {
  await numbersOf(identity);
  await api(identity).post('/phone-numbers', { areaCode: '405', numberType: 'sales' });
  await expect.poll(async () => (await numbersOf(identity, 2)).map(({ messagingStatus }) => messagingStatus)).toEqual(['ready', 'ready']);
  const numbers = await numbersOf(identity, 2);
  const of = (department: string) => numbers.find(({ numberType }) => numberType === department)?.phoneNumber ?? '';
  const happened: Happening[] = [];

  for (const [department, body, units] of [['primary', 'Are you open?', 1], ['sales', TWO_SEGMENTS, 2]] as const) {
    await customerTexts(newCustomer(), of(department), body);
    happened.push({ department, kind: 'received', units });
  }
  for (const [department, to, kind, body, units] of [
    ['primary', newCustomer(), 'delivered', 'Until five.', 1],
    ['primary', newCustomer(), 'delivered', TWO_SEGMENTS, 2],
    ['sales', newCustomer(), 'delivered', 'On its way.', 1],
    ['sales', UNREACHABLE, 'undelivered', TWO_SEGMENTS, 2],
    ['sales', FAILING, 'failed', 'On its way.', 1],
  ] as const) {
    await api(identity).post('/messages', { channel: 'sms', to, body, numberType: department });
    happened.push({ department, kind, units });
  }
  for (const [department, kind, script] of [
    ['primary', 'voicemail', [{ record: { seconds: 70, transcript: 'Please call me back.' } }, 'hangup']],
    ['sales', 'missed', ['hangup']],
  ] as const) {
    const { callSid } = (await post(`${stack().signalwire}/_sim/calls`, { from: newCustomer(), to: of(department), script })) as { callSid: string };
    const { durationSeconds } = await endedCall(callSid);
    happened.push({ department, kind, units: Math.ceil(durationSeconds / 60) });
  }
  return happened;
}

const isCall = ({ kind }: Happening) => kind === 'missed' || kind === 'voicemail';
const isOutbound = ({ kind }: Happening) => ['delivered', 'undelivered', 'failed'].includes(kind);
const unitsOf = (happened: Happening[]) => happened.reduce((sum, { units }) => sum + units, 0);

/** As the console writes micro-dollars. */
function dollars(micros: number): string {
  const [whole, fraction = ''] = (micros / 1_000_000).toFixed(4).split('.');
  return `$${whole}.${fraction.replace(/0{1,2}$/, '')}`;
}

/** The cells of a table, row by row. */
async function rowsOf(table: Locator): Promise<string[][]> {
  const rows = await table.getByRole('row').all();
  return Promise.all(rows.map((row) => row.locator('th, td').allTextContents()));
}

test('its tables are what plain arithmetic makes of the events', async ({ page }) => {
  test.slow();
  const identity = await signUp('Cedar Veterinary', 'enterprise');
  const happened = await knownDay(identity);
  const count = (wanted: (one: Happening) => boolean) => happened.filter(wanted).length;
  await expect
    .poll(() => figuresOf(identity), { timeout: 30_000 })
    .toEqual({
      inbound: count(({ kind }) => kind === 'received'),
      outbound: count(isOutbound),
      delivered: count(({ kind }) => kind === 'delivered'),
      failed: count(({ kind }) => kind === 'undelivered' || kind === 'failed'),
      calls: count(isCall),
    });
  // The months of the numbers are charged, and the carrier's bill comes: nothing differs, and nothing is estimated any more.
  await post(`${stack().invoke}/sweep/invocations`, {});
  const days = [1, 0].map((ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10));
  await post(`${stack().invoke}/reconcile-costs/invocations`, { days });

  await signIn(page, identity);
  await page.goto(`${PAGE}?range=7d`);
  await expect(page.getByText('all of it final')).toBeVisible();
  for (const title of ['Messages and calls', 'Delivery', 'Calls of customers', 'Costs', 'Costs and revenue']) {
    await page.getByRole('button', { name: `Table: ${title}`, exact: true }).click();
  }
  const table = (name: string) => page.getByRole('table', { name, exact: true });

  const groups = [
    ['Primary · Text', (one: Happening) => one.department === 'primary' && !isCall(one)],
    ['Primary · Calls', (one: Happening) => one.department === 'primary' && isCall(one)],
    ['Sales · Text', (one: Happening) => one.department === 'sales' && !isCall(one)],
    ['Sales · Calls', (one: Happening) => one.department === 'sales' && isCall(one)],
  ] as const;
  const usage = await rowsOf(table('Messages and calls'));
  expect(usage[0]).toEqual(['Day', ...groups.map(([name]) => name), 'Total']);
  expect(usage.at(-1)).toEqual(['Total', ...groups.map(([, wanted]) => String(count(wanted))), String(happened.length)]);
  const [delivered, failed] = [count(({ kind }) => kind === 'delivered'), count(({ kind }) => kind === 'undelivered' || kind === 'failed')];
  expect((await rowsOf(table('Delivery'))).at(-1)).toEqual(['Total', String(delivered), String(failed), '0', String(delivered + failed)]);
  const [voicemail, missed] = [count(({ kind }) => kind === 'voicemail'), count(({ kind }) => kind === 'missed')];
  expect((await rowsOf(table('Calls of customers'))).at(-1)).toEqual(['Total', '0', String(voicemail), String(missed), String(voicemail + missed)]);

  // What failed before it was sent costs nothing, and what comes in is free.
  const segments = unitsOf(happened.filter((one) => isOutbound(one) && one.kind !== 'failed'));
  const minutes = unitsOf(happened.filter(isCall));
  const costs = { Numbers: 2 * COST.number, Text: segments * COST.segment, Calls: minutes * COST.minute };
  const all = costs.Numbers + costs.Text + costs.Calls;
  const line = ([name, micros]: [string, number]) => [name, dollars(micros), dollars(0), dollars(micros)];
  expect(await rowsOf(table('Costs'))).toEqual([
    ['Service', 'Final', 'Estimated', 'Total'],
    ...Object.entries(costs).map(line),
    line(['Total', all]),
  ]);
  const [header, cost, revenue] = await rowsOf(table('Costs and revenue'));
  expect(header).toEqual(['Money', 'Subscription', 'Numbers', 'Text', 'Calls', 'Total']);
  expect(cost).toEqual(['Costs', dollars(0), ...Object.values(costs).map(dollars), dollars(all)]);
  // The payment, and at most a minute of the plan's price before it came.
  expect(revenue?.[1]).toMatch(/^\$199\.00\d*$/);
  expect(revenue?.slice(2, 5)).toEqual([PRICE.extraNumber, segments * PRICE.segment, minutes * PRICE.minute].map(dollars));
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
