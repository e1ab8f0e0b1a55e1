import { mkdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

import { expect, test, type Page } from '@playwright/test';

import { platformAdmin } from '../e2e/support/clerk';
import { signIn } from '../e2e/support/story';

import { adminOf } from './demo';

const FOLDER = resolve(import.meta.dirname, '../../docs/screenshots');
const MOST_BYTES = 150_000;
const SIZES = [
  { size: 'desktop', viewport: { width: 1280, height: 800 } },
  { size: 'phone', viewport: { width: 360, height: 740 } },
];

interface Picture {
  name: string;
  path: string;
  /** Whose administrator looks; nobody is signed in without one. */
  organization?: string;
  /** Whether the platform's own people look. */
  operator?: true;
  /** What is to be seen before the picture is taken. */
  prepare?: (page: Page, size: string) => Promise<void>;
}

/** It has a month of history. */
const DENTIST = 'Alpine Dental';
/** It has several numbers. */
const FREIGHT = 'Cedar Freight';

const PICTURES: Picture[] = [
  { name: 'sign-in', path: '/', prepare: (page) => page.getByRole('button', { name: 'Sign up' }).waitFor() },
  { name: 'conversations', path: '/conversations', organization: DENTIST, prepare: openConversation },
  { name: 'phone-numbers', path: '/settings/phone-numbers', organization: FREIGHT },
  { name: 'phone-numbers-starter', path: '/settings/phone-numbers', organization: 'Corner Bakery' },
  { name: 'add-number', path: '/settings/phone-numbers', organization: FREIGHT, prepare: searchNumbers },
  { name: 'edit-number', path: '/settings/phone-numbers', organization: FREIGHT, prepare: editNumber },
  { name: 'porting', path: '/settings/phone-numbers/porting', organization: FREIGHT },
  { name: 'port-order', path: '/settings/phone-numbers/porting', organization: FREIGHT, prepare: openRejected },
  { name: 'port-order-desk', path: '/admin/porting', operator: true, prepare: openAtDesk },
  { name: 'registration', path: '/settings/phone-numbers/registration', organization: FREIGHT },
  { name: 'analytics', path: '/settings/phone-numbers/analytics', organization: DENTIST, prepare: drawCharts },
  { name: 'settings', path: '/settings/workspace', organization: FREIGHT },
  { name: 'billing', path: '/billing', organization: FREIGHT },
];

async function openConversation(page: Page, size: string): Promise<void> {
  // One of texts: what is said in calls has no field to write in.
  const texts = page.locator('[data-row]').filter({ hasText: '10:30 would be great' });
  await texts.waitFor();
  // On a phone the list is a page of its own, and the one that is shown.
  if (size === 'phone') return;
  await texts.click();
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
  await page.getByRole('log', { name: 'Messages' }).getByRole('listitem').first().waitFor();
}

async function searchNumbers(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add number' }).click();
  await page.getByLabel('Area code').fill('405');
  await page.getByRole('radio', { name: /\(405\)/ }).first().waitFor();
}

async function editNumber(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Change/ }).first().click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  await page.getByRole('dialog').waitFor();
  const calls = page.getByRole('tab', { name: 'Calls' });
  if (await calls.isVisible()) await calls.click();
}

async function openRejected(page: Page): Promise<void> {
  await page.getByRole('listitem').filter({ hasText: 'Needs correction' }).getByRole('link').click();
  await page.getByRole('link', { name: 'Correct and resubmit' }).waitFor();
}

async function openAtDesk(page: Page): Promise<void> {
  await page.getByRole('link', { name: FREIGHT }).first().click();
  await page.getByRole('button', { name: 'Download all' }).waitFor();
}

async function drawCharts(page: Page): Promise<void> {
  await page.getByRole('img', { name: /^Messages and calls, chart/ }).waitFor();
}

mkdirSync(FOLDER, { recursive: true });

for (const colorScheme of ['light', 'dark'] as const) {
  for (const { size, viewport } of SIZES) {
    for (const { name, path, organization, operator, prepare } of PICTURES) {
      test(`${name}, ${size}, ${colorScheme}`, async ({ page }) => {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        if (organization) await signIn(page, await adminOf(organization));
        if (operator) await signIn(page, platformAdmin());
        await page.goto(path);
        await page.waitForLoadState('networkidle');
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        await prepare?.(page, size);
        await expect(page.locator('.animate-pulse')).toHaveCount(0);
        await page.evaluate(() => document.fonts.ready);
        const file = resolve(FOLDER, `${name}-${size}-${colorScheme}.png`);
        await page.screenshot({ path: file, animations: 'disabled', caret: 'hide' });
        expect(statSync(file).size, `${file} is too large for a page of documentation`).toBeLessThan(MOST_BYTES);
      });
    }
  }
}
