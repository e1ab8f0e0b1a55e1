import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** Where everything of the local stack is. */
export interface Stack {
  console: string;
  api: string;
  local: string;
  signalwire: string;
  clerk: string;
  token: string;
  /** Lambda's invoke API: `{invoke}/<function>/invocations`. */
  invoke: string;
  platformNumber: string;
}

const OF_MAKE_UP = resolve(import.meta.dirname, '../../../.dev/urls.json');

/** The stack that the tests run beside: the one of `stack run`, else that of a `make up`. */
export function stack(): Stack {
  const file = process.env.STACK_URLS ?? OF_MAKE_UP;
  if (!existsSync(file)) throw new Error('No stack is running: use `npm run e2e`, or `make up` in another terminal.');
  return JSON.parse(readFileSync(file, 'utf8')) as Stack;
}
