import { api, numbersOf, signUp, type OwnNumber } from './support/clerk';
import { written } from './support/carrier';
import { expect, signIn, test } from './support/story';

const PAGE = '/settings/phone-numbers';

test('an organisation that signs up on Pro gets a number', async ({ page }) => {
  await page.goto('/');
  const form = page.getByRole('form', { name: 'Sign up a new organisation' });
  await form.getByLabel('Name').fill('Prairie Plumbing');
  await form.getByLabel('Plan').selectOption('Pro');
  await form.getByRole('button', { name: 'Sign up' }).click();
  await page.getByLabel('Organisation', { exact: true }).selectOption('Prairie Plumbing (Pro)');
  await page.getByRole('button', { name: 'Sign in' }).click();

  await page.getByRole('link', { name: 'Phone numbers' }).click();
  const card = page.getByRole('article').filter({ hasText: 'Primary' });
  await expect(card.getByText('Active', { exact: true })).toBeVisible();
  await expect(card.getByText(/^\(\d{3}\) \d{3}-\d{4}$/)).toBeVisible();
  await expect(page.getByText('Your plan allows one number, and it is in use.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Add number' })).toHaveCount(0);
});

test('Enterprise adds a sales number by area code', async ({ page }) => {
  const enterprise = await signUp('Granite Works', 'enterprise');
  await numbersOf(enterprise);
  await signIn(page, enterprise);
  await page.goto(PAGE);
  await page.getByRole('button', { name: 'Add number' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a number' });
  await dialog.getByLabel('Department').selectOption('Sales');
  await dialog.getByLabel('Name').fill('Sales team');
  await dialog.getByLabel('Area code').fill('405');
  await expect(dialog.getByText('$5.00 a month')).toBeVisible();
  const offered = dialog.getByRole('radio', { name: /\(405\)/ }).first();
  await offered.check();
  await dialog.getByRole('button', { name: /^Get \(405\)/ }).click();
  await expect(dialog).toBeHidden();

  const card = page.getByRole('article', { name: /^Sales team, \(405\)/ });
  await expect(card.getByText('Sales', { exact: true })).toBeVisible();
  await expect(card.getByText('Active', { exact: true })).toBeVisible();
  await expect(page.getByText('2 of 10 numbers of your plan in use.')).toBeVisible();
});

test('a number is released, and the last one is kept', async ({ page }) => {
  const enterprise = await signUp('Lakeside Legal', 'enterprise');
  await numbersOf(enterprise);
  await api(enterprise).post('/phone-numbers', { areaCode: '405', numberType: 'support', friendlyName: 'Help desk' });
  await numbersOf(enterprise, 2);
  await signIn(page, enterprise);
  await page.goto(PAGE);
  const card = page.getByRole('article', { name: /^Help desk/ });
  await card.getByRole('button', { name: /^Change/ }).click();
  await page.getByRole('menuitem', { name: 'Release' }).click();
  const dialog = page.getByRole('alertdialog');
  await expect(dialog.getByText(/cannot be undone/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Release the number' }).click();
  await expect(card).toHaveCount(0);

  await page.getByRole('button', { name: /^Change/ }).click();
  await expect(page.getByRole('menuitem', { name: 'Release' })).toBeDisabled();
  await expect(page.getByText('The last active number of a workspace cannot be released.')).toBeVisible();
});

test('Starter is led to the plans, upgrades, and has a number', async ({ page }) => {
  const starter = await signUp('Corner Cafe', 'starter');
  await signIn(page, starter);
  await page.goto(PAGE);
  await expect(page.getByText('Your texts leave from the shared number')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Add number' })).toHaveCount(0);
  await page.getByRole('link', { name: 'Upgrade now' }).click();

  await expect(page.getByRole('listitem', { name: 'Starter' }).getByText('Your plan')).toBeVisible();
  await page.getByRole('link', { name: 'Change the plan' }).click();
  await page.getByRole('button', { name: 'Switch to Pro' }).click();
  await expect(page.getByRole('listitem', { name: 'Pro' }).getByText('Your plan')).toBeVisible();
  await page.getByRole('link', { name: 'Phone numbers' }).click();
  await expect(page.getByRole('article').getByText('Active', { exact: true })).toBeVisible();
});

test('name and department are edited', async ({ page }) => {
  const pro = await signUp('Harbour Dental', 'pro');
  const [number] = await numbersOf(pro);
  await signIn(page, pro);
  await page.goto(PAGE);
  await page.getByRole('button', { name: /^Change/ }).click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Front desk');
  await dialog.getByLabel('Department').selectOption('Support');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  const card = page.getByRole('article', { name: `Front desk, ${written(number?.phoneNumber ?? '')}` });
  await expect(card.getByText('Support', { exact: true })).toBeVisible();
  await page.reload();
  await expect(card).toBeVisible();
});

test('a number is copied', async ({ page }) => {
  const pro = await signUp('Copper Kettle', 'pro');
  const [number] = await numbersOf(pro);
  await signIn(page, pro);
  await page.goto(PAGE);
  await page.getByRole('button', { name: `Copy ${written(number?.phoneNumber ?? '')}` }).click();
  await expect(page.getByText(/^Copied/)).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(number?.phoneNumber);
});

test('members see the numbers and change nothing', async ({ page }) => {
  const pro = await signUp('Birch & Sons', 'pro');
  await numbersOf(pro);
  await signIn(page, { ...pro, role: 'member' });
  await page.goto(PAGE);
  await expect(page.getByRole('article')).toHaveCount(1);
  await expect(page.getByRole('button', { name: /^(Change|Add)/ })).toHaveCount(0);
});

test('callers hear what was set', async ({ page }) => {
  const pro = await signUp('Sunny Side Diner', 'pro');
  await numbersOf(pro);
  await signIn(page, pro);
  await page.goto(PAGE);
  await page.getByRole('button', { name: /^Change/ }).click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('tab', { name: 'Calls' }).click();
  await dialog.getByLabel('Greeting', { exact: true }).selectOption('A spoken text');
  await dialog.getByLabel('Greeting: text').fill('Thanks for calling the diner.');
  await dialog.getByRole('switch', { name: 'Business hours' }).click();
  await dialog.getByRole('switch', { name: 'Forwarding' }).click();
  await dialog.getByLabel('Number of phone 1').fill('(405) 555-0177');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();

  const [number] = (await numbersOf(pro)) as (OwnNumber & { voice: Record<string, unknown> })[];
  expect(number?.voice).toMatchObject({
    greeting: { say: 'Thanks for calling the diner.' },
    businessHours: { timeZone: 'America/Chicago', weekly: { monday: [{ from: '09:00', to: '17:00' }] } },
    forward: { numbers: [{ phoneNumber: '+14055550177' }] },
  });
});
