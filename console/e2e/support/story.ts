import { test as base, type Page } from '@playwright/test';

import type { Identity } from './clerk';

// The console's own key: whoever is stored there is signed in.
const IDENTITY_KEY = 'switchboard.identity';

/** Signs a page in, without the form: that has a story of its own. */
export async function signIn(page: Page, identity: Identity): Promise<void> {
  await page.addInitScript(
    ([key, value]) => {
      if (!window.localStorage.getItem(key)) window.localStorage.setItem(key, value);
    },
    [IDENTITY_KEY, JSON.stringify(identity)] as const,
  );
}

/** A page that fails the story when its code throws or the content security policy refuses something. */
export const test = base.extend<{ faults: string[] }>({
  faults: [
    async ({ page }, use) => {
      const faults: string[] = [];
      page.on('pageerror', (error) => faults.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error' && /Content Security Policy|Uncaught/.test(message.text())) faults.push(message.text());
      });
      await use(faults);
      if (faults.length > 0) throw new Error(`The page has faults:\n${faults.join('\n')}`);
    },
    { auto: true },
  ],
});

export { expect } from '@playwright/test';
