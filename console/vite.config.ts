import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** What `make up` writes for scripts. */
const URLS = resolve(import.meta.dirname, '../.dev/urls.json');

interface LocalStack {
  api: string;
  clerk: string;
  token: string;
  local: string;
}

function localStack(): LocalStack | null {
  return existsSync(URLS) ? (JSON.parse(readFileSync(URLS, 'utf8')) as LocalStack) : null;
}

/** During development the settings come from the running local stack. */
function runtimeSettings(): Plugin {
  return {
    name: 'runtime-settings',
    configureServer(server) {
      server.middlewares.use('/config.json', (_request, response) => {
        const stack = localStack();
        response.setHeader('content-type', 'application/json');
        if (!stack) {
          response.statusCode = 503;
          response.end('{}');
          return;
        }
        const clerk = { mode: 'simulated', url: stack.clerk, tokenUrl: stack.token };
        response.end(JSON.stringify({ apiUrl: '', clerk, billingUrl: `${stack.clerk}/billing`, localUrl: stack.local }));
      });
    },
  };
}

export default defineConfig({
  plugins: [react(), tailwindcss(), runtimeSettings()],
  resolve: { alias: { '@': resolve(import.meta.dirname, 'src') } },
  server: { proxy: { '/api': localStack()?.api ?? 'http://127.0.0.1:8787' } },
  build: {
    target: 'es2022',
    manifest: true,
    sourcemap: true,
    // What many pages share is one file: a dozen small ones compress worse. Dialogs and the parts of long forms are not in
    // it, because the inbox, the largest page, opens them later or never.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              name: 'ui',
              test: /src.(ui.(?!card|checkbox|dialog|facts|steps)|api|domain)|radix-ui.(?!react-(alert-)?dialog)/,
              minShareCount: 3,
            },
          ],
        },
      },
    },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test/setup.ts'],
    restoreMocks: true,
    // Busy machines take their time.
    testTimeout: 90_000,
  },
});
