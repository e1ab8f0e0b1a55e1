import { api, numbersOf, signUp, type Identity } from './support/clerk';
import { customerTexts, newCustomer, onPhone, phoneOf, ringing, written } from './support/carrier';
import { expect, signIn, test } from './support/story';

/** An organisation with a number and a conversation on it. */
async function office(name: string, text: string): Promise<{ identity: Identity; number: string; customer: string }> {
  const identity = await signUp(name, 'pro');
  const [number] = await numbersOf(identity);
  const customer = newCustomer();
  await customerTexts(customer, number?.phoneNumber ?? '', text);
  return { identity, number: number?.phoneNumber ?? '', customer };
}

test('an answer leaves from the number of the workspace', async ({ page }) => {
  const { identity, number, customer } = await office('Harbour Dental', 'Are you open today?');
  await signIn(page, identity);
  await page.goto('/conversations');
  await page.getByRole('link', { name: /Are you open today/ }).click();
  await expect(page.getByRole('button', { name: `From: ${written(number)}` }).first()).toBeVisible();
  await page.getByRole('textbox', { name: 'Message' }).fill('Yes, until five.');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('button', { name: 'Delivered' })).toBeVisible();

  const received = (await phoneOf(customer)).find(({ body }) => body === 'Yes, until five.');
  expect(received).toMatchObject({ from: number, to: customer });
});

test('a reply appears in the right workspace only, linked to the contact', async ({ page, context }) => {
  const mine = await office('Prairie Plumbing', 'The tap drips again.');
  const theirs = await office('Summit Roofing', 'When do you come?');
  const { contacts } = (await api(mine.identity).get('/contacts')) as { contacts: { id: string }[] };
  await api(mine.identity).patch(`/contacts/${contacts[0]?.id}`, { firstName: 'Maria', lastName: 'Sanchez' });

  await signIn(page, mine.identity);
  await page.goto('/conversations');
  await page.getByRole('link', { name: /Maria Sanchez/ }).click();
  await customerTexts(mine.customer, mine.number, 'It is worse now.');
  // Without a reload.
  await expect(page.getByText('It is worse now.').last()).toBeVisible();
  await page.getByRole('button', { name: 'Contact' }).click();
  await expect(page.getByText(written(mine.customer)).first()).toBeVisible();

  const other = await context.browser()?.newContext();
  const neighbour = await other?.newPage();
  if (!neighbour) throw new Error('no second browser context');
  await signIn(neighbour, theirs.identity);
  await neighbour.goto('/conversations');
  await expect(neighbour.getByRole('link', { name: /When do you come/ })).toBeVisible();
  await expect(neighbour.getByText('It is worse now.')).toHaveCount(0);
  await other?.close();
});

test('a call rings at home first, then at the customer, and is in the inbox', async ({ page }) => {
  const { identity, number, customer } = await office('Alpine Dental', 'Please call me.');
  const own = newCustomer();
  await signIn(page, identity);
  await page.goto('/conversations');
  await page.getByRole('link', { name: /Please call me/ }).click();
  await page.getByRole('button', { name: 'Call', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: `Call ${written(customer)}` });
  await dialog.getByLabel('Your phone').fill('12');
  await dialog.getByRole('button', { name: 'Call' }).click();
  await expect(dialog.getByText('This is not a phone number.')).toBeVisible();
  await dialog.getByLabel('Your phone').fill(written(own));
  await dialog.getByRole('button', { name: 'Call' }).click();

  const home = await ringing(own);
  await onPhone(home, 'answer');
  await onPhone(home, 'digits', { digits: '1' });
  const other = await ringing(customer);
  await onPhone(other, 'answer');
  await onPhone(other, 'hangup', { seconds: 95 });
  const entry = page.getByRole('log', { name: 'Messages' }).getByText(`answered by ${written(customer)}`);
  await expect(entry).toContainText('1:35');
  await expect(page.getByRole('button', { name: `From: ${written(number)}` }).first()).toBeVisible();

  // The phone is remembered.
  await page.getByRole('button', { name: 'Call', exact: true }).click();
  await expect(page.getByLabel('Your phone')).toHaveValue(written(own));
});

test('the inbox is filtered by the type of the number', async ({ page }) => {
  const identity = await signUp('Granite Works', 'enterprise');
  await numbersOf(identity);
  await api(identity).post('/phone-numbers', { areaCode: '405', numberType: 'sales' });
  const numbers = await numbersOf(identity, 2);
  const of = (type: string) => numbers.find(({ numberType }) => numberType === type)?.phoneNumber ?? '';
  await customerTexts(newCustomer(), of('primary'), 'A question');
  await customerTexts(newCustomer(), of('sales'), 'An order');
  await signIn(page, identity);
  await page.goto('/conversations');
  const question = page.getByRole('link', { name: /A question/ });
  const order = page.getByRole('link', { name: /An order/ });
  await expect(question).toBeVisible();
  await expect(order.getByText('Sales', { exact: true })).toBeVisible();

  await page.getByLabel('Number type').selectOption('Sales');
  await expect(question).toHaveCount(0);
  await expect(order).toBeVisible();
  await page.getByLabel('Number type').selectOption('All numbers');
  await expect(question).toBeVisible();
});

test('what one tab does, the other shows', async ({ page, context }) => {
  const { identity } = await office('Copper Kettle', 'Do you have gooseneck ones?');
  await signIn(page, identity);
  await page.goto('/conversations');
  await page.getByRole('link', { name: /gooseneck/ }).click();
  const second = await context.newPage();
  await signIn(second, identity);
  await second.goto(page.url());
  await second.getByRole('textbox', { name: 'Message' }).fill('Two of them.');
  await second.getByRole('button', { name: 'Send' }).click();
  await page.bringToFront();
  await expect(page.getByText('Two of them.').last()).toBeVisible();

  // Signing out in one signs out the other.
  await second.getByRole('button', { name: /^Account of/ }).click();
  await second.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in to Switchboard' })).toBeVisible();
});
