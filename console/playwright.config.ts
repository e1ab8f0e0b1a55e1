import { defineConfig, devices } from '@playwright/test';

import { chromium } from './e2e/support/chromium';
import { stack } from './e2e/support/stack';

// Runs beside `stack run` (make test), or a `make up` in another terminal.
export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  forbidOnly: Boolean(process.env.CI),
  // Each story has its own organisation, so that they do not meet.
  fullyParallel: true,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list', { printSteps: false }]],
  use: {
    ...devices['Desktop Chrome'],
    baseURL: stack().console,
    locale: 'en-US',
    timezoneId: 'America/Chicago',
    permissions: ['clipboard-read', 'clipboard-write'],
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: chromium(),
  },
});
