import { existsSync } from 'node:fs';

import type { LaunchOptions } from '@playwright/test';

// Debian's, or what a developer has anyway. Playwright's own would be another download of 150 MB.
const PROGRAMS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Everything that would talk to somebody else is off. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function chromium(): LaunchOptions {
  const executablePath = process.env.CHROMIUM ?? PROGRAMS.find((program) => existsSync(program));
  if (!executablePath) throw new Error('There is no Chromium: install one, or name it in CHROMIUM.');
  return { executablePath, args: FLAGS };
}
