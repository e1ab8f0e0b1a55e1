import { defineConfig } from '@playwright/test';

import tests from './playwright.config';

/** Takes the pictures of docs/screenshots (`make screenshots`). */
export default defineConfig(tests, {
  testDir: 'screenshots',
  workers: 1,
  use: { trace: 'off', screenshot: 'off', contextOptions: { reducedMotion: 'reduce' } },
});
