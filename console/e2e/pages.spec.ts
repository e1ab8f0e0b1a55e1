import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

import { api, numbersOf, platformAdmin, signUp, type Identity } from './support/clerk';
import { customerTexts, newCustomer } from './support/carrier';
import { expect, signIn, test } from './support/story';

const PAGES = [
  { path: '/conversations', title: 'Conversations' },
  { path: '/settings/phone-numbers', title: 'Phone numbers' },
  { path: '/settings/phone-numbers/analytics', title: 'Analytics' },
  { path: '/settings/phone-numbers/porting', title: 'Bring your number' },
  { path: '/settings/phone-numbers/porting/new', title: 'Bring a number' },
  { path: '/settings/phone-numbers/registration', title: 'Texting registration' },
  { path: '/settings/workspace', title: 'Settings' },
  { path: '/billing', title: 'Billing' },
];

let made: Promise<Identity> | undefined;

/** An organisation that has something on every page. Nobody changes it, so one is enough. */
function furnished(): Promise<Identity> {
  made ??= furnish();
  return made;
}

async function furnish(): Promise<Identity> {
  const identity = await signUp('Harbour Dental', 'enterprise');
  const [number] = await numbersOf(identity);
  await api(identity).post('/phone-numbers', { areaCode: '405', numberType: 'sales', friendlyName: 'Sales team' });
  await customerTexts(newCustomer(), number?.phoneNumber ?? '', 'Are you open today?');
  await api(identity).post('/port-orders', {
    numbers: [{ phoneNumber: '+19185550199', friendlyName: 'Zahnärzte “Müller” & Söhne 👋, the old line of the front desk' }],
    losingCarrier: 'Donaudampfschifffahrtstelekommunikationsgesellschaft 电信',
  });
  return identity;
}

async function settled(page: Page): Promise<void> {
  await expect(page.getByRole('main').getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByRole('status', { name: /Loading/ })).toHaveCount(0);
  await expect(page.locator('.animate-pulse')).toHaveCount(0);
}

/** What keeps somebody from using the page. */
async function barriers(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** What is opened on a page, and looked at as well. */
const OPENED: { name: string; path: string; open: (page: Page) => Promise<void> }[] = [
  {
    name: 'a conversation',
    path: '/conversations',
    open: async (page) => {
      await page.getByRole('link', { name: /Are you open today/ }).click();
      await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible();
    },
  },
  {
    name: 'a call to be made',
    path: '/conversations',
    open: async (page) => {
      await page.getByRole('link', { name: /Are you open today/ }).click();
      await page.getByRole('button', { name: 'Call', exact: true }).click();
      await expect(page.getByLabel('Your phone')).toBeVisible();
    },
  },
  {
    name: 'adding a number',
    path: '/settings/phone-numbers',
    open: async (page) => {
      await page.getByRole('button', { name: 'Add number' }).click();
      await page.getByLabel('Area code').fill('405');
      await expect(page.getByRole('radio', { name: /\(405\)/ }).first()).toBeVisible();
    },
  },
  {
    name: 'editing a number',
    path: '/settings/phone-numbers',
    open: async (page) => {
      await page.getByRole('button', { name: /^Change/ }).first().click();
      await page.getByRole('menuitem', { name: 'Edit' }).click();
      await page.getByRole('tab', { name: 'Calls' }).click();
      for (const part of ['Business hours', 'Menu', 'Forwarding']) await page.getByRole('switch', { name: part }).click();
    },
  },
  ...['Present carrier', 'Address', 'Documents', 'Review'].map((part) => ({
    name: `${part} of a number to bring`,
    path: '/settings/phone-numbers/porting',
    open: async (page: Page) => {
      await page.getByRole('list', { name: 'Orders' }).getByRole('link', { name: /555-0199/ }).click();
      await page.getByRole('button', { name: new RegExp(`^${part}`) }).click();
      await expect(page.getByRole('form', { name: part })).toBeVisible();
    },
  })),
  ...['What you text', 'Samples and words', 'Fees and review'].map((part) => ({
    name: `${part} of a registration`,
    path: '/settings/phone-numbers/registration',
    open: async (page: Page) => {
      await page.getByRole('button', { name: new RegExp(`^${part}`) }).click();
      await expect(page.getByRole('button', { name: new RegExp(`^${part}`) })).toHaveAttribute('aria-current', 'step');
    },
  })),
  {
    name: 'an emergency address',
    path: '/settings/phone-numbers',
    open: async (page) => {
      await page.getByRole('button', { name: 'Give it an emergency address' }).first().click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  },
  {
    name: 'figures as tables',
    path: '/settings/phone-numbers/analytics',
    open: async (page) => {
      const tables = page.getByRole('button', { name: /^Table:/ });
      await expect(tables.first()).toBeVisible();
      while ((await tables.count()) > 0) await tables.first().click();
      await expect(page.getByRole('table', { name: 'Costs', exact: true })).toBeVisible();
    },
  },
];

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme} colours`, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: 'reduce' } });

    for (const { path, title } of PAGES) {
      test(`${title} keeps nobody out`, async ({ page }) => {
        await signIn(page, await furnished());
        await page.goto(path);
        await expect(page).toHaveTitle(new RegExp(title));
        await settled(page);
        expect(await barriers(page)).toEqual([]);
      });
    }

    test('Platform keeps nobody out', async ({ page }) => {
      test.slow();
      await furnished();
      await signIn(page, platformAdmin());
      await page.goto('/admin/analytics');
      await expect(page.getByRole('table', { name: 'Workspaces' })).toBeVisible();
      await settled(page);
      expect(await barriers(page)).toEqual([]);
      const tables = page.getByRole('button', { name: /^Table:/ });
      while ((await tables.count()) > 0) await tables.first().click();
      expect(await barriers(page)).toEqual([]);
    });

    for (const path of ['/admin/porting', '/admin/registration']) {
      test(`${path} keeps nobody out`, async ({ page }) => {
        await signIn(page, platformAdmin());
        await page.goto(path);
        await settled(page);
        expect(await barriers(page)).toEqual([]);
      });
    }

    for (const { name, path, open } of OPENED) {
      test(`${name} keeps nobody out`, async ({ page }) => {
        await signIn(page, await furnished());
        await page.goto(path);
        await open(page);
        expect(await barriers(page)).toEqual([]);
      });
    }
  });
}

test('the sign-in page keeps nobody out', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'Sign in to Switchboard' })).toBeVisible();
  expect(await barriers(page)).toEqual([]);
});

test('a phone has everything within 360 pixels', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await signIn(page, await furnished());
  await page.goto('/');
  const navigation = page.getByRole('navigation', { name: 'Pages' });
  for (const [link, title] of [
    ['Numbers', 'Phone numbers'],
    ['Analytics', 'Analytics'],
    ['Settings', 'Settings'],
    ['Billing', 'Billing'],
    ['Inbox', 'Conversations'],
  ] as const) {
    await navigation.getByRole('link', { name: link }).click();
    await expect(page).toHaveTitle(new RegExp(title));
    await settled(page);
    const [scroll, client] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    expect(scroll, `${title} is wider than the phone`).toBeLessThanOrEqual(client);
  }
  await page.getByRole('link', { name: /Are you open today/ }).click();
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible();
  await expect(navigation).toBeHidden();
  await page.getByRole('button', { name: 'Back to the list' }).click();
  await expect(navigation).toBeVisible();
});

test('long forms fit on a phone too', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await signIn(page, await furnished());
  const fits = async (what: string) => {
    await settled(page);
    const [scroll, client] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    expect(scroll, `${what} is wider than the phone`).toBeLessThanOrEqual(client);
  };
  await page.goto('/settings/phone-numbers/porting');
  await fits('the list of orders');
  await page.getByRole('list', { name: 'Orders' }).getByRole('link', { name: /555-0199/ }).click();
  for (const part of ['Present carrier', 'Address', 'Documents', 'Review', 'Numbers']) {
    await page.getByRole('button', { name: new RegExp(`^${part}`) }).click();
    await fits(part);
  }
  await page.goto('/settings/phone-numbers/registration');
  for (const part of ['Company', 'What you text', 'Samples and words', 'Fees and review']) {
    await page.getByRole('button', { name: new RegExp(`^${part}`) }).click();
    await fits(part);
  }
});

test('the platform has a page for its administrators, also on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await furnished();
  await signIn(page, platformAdmin());
  await page.goto('/billing');
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Platform' }).click();
  await expect(page.getByRole('table', { name: 'Workspaces' }).getByRole('row', { name: /Harbour Dental/ }).first()).toBeVisible();
  await settled(page);
  const [scroll, client] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  expect(scroll).toBeLessThanOrEqual(client);
  await page.getByRole('navigation', { name: 'Platform' }).getByRole('link', { name: 'Porting' }).click();
  await expect(page).toHaveURL(/\/admin\/porting$/);
  const current = page.getByRole('navigation', { name: 'Pages' }).locator('[aria-current="page"]');
  await expect(current).toHaveText('Platform');
  await page.goto('/settings/phone-numbers/registration');
  await expect(current).toHaveText('Numbers');
  await page.goto('/settings/phone-numbers/analytics');
  await expect(current).toHaveText('Analytics');
});

test('nobody else finds the platform', async ({ page }) => {
  await signIn(page, await furnished());
  const refused = page.waitForResponse(/\/api\/admin\/analytics/);
  await page.goto('/admin/analytics');
  expect((await refused).status()).toBe(404);
  await expect(page.getByRole('heading', { name: 'This could not be loaded' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Platform' })).toHaveCount(0);
});

test('dark colours follow the system, and can be chosen', async ({ page }) => {
  const isDark = () => page.evaluate(() => document.documentElement.classList.contains('dark'));
  await page.emulateMedia({ colorScheme: 'dark' });
  await signIn(page, await signUp('Night Owl Books', 'starter'));
  await page.goto('/billing');
  expect(await isDark()).toBe(true);
  await page.emulateMedia({ colorScheme: 'light' });
  expect(await isDark()).toBe(false);
  await page.getByRole('button', { name: 'Theme' }).click();
  await page.getByRole('menuitemradio', { name: 'Dark' }).click();
  expect(await isDark()).toBe(true);
  await page.reload();
  expect(await isDark()).toBe(true);
});

test('the keyboard alone adds a number', async ({ page }) => {
  const identity = await signUp('Birch & Sons', 'enterprise');
  await numbersOf(identity);
  await signIn(page, identity);
  await page.goto('/settings/phone-numbers');
  const add = page.getByRole('button', { name: 'Add number' });
  await expect(add).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  await page.keyboard.press('Enter');
  for (const name of ['Texting registration', 'Bring your number']) {
    await page.keyboard.press('Tab');
    await expect(page.getByRole('link', { name })).toBeFocused();
  }
  await page.keyboard.press('Tab');
  await expect(add).toBeFocused();
  await page.keyboard.press('Enter');
  const areaCode = page.getByLabel('Area code');
  await expect(page.getByRole('dialog')).toBeVisible();
  for (let step = 0; step < 8; step += 1) {
    await page.keyboard.press('Tab');
    if (await areaCode.evaluate((element) => element === document.activeElement)) break;
  }
  await page.keyboard.type('405');
  await expect(page.getByRole('radio', { name: /\(405\)/ }).first()).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.getByRole('article')).toHaveCount(2);
  await page.keyboard.press('Escape');
});
