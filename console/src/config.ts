/** What a deployment says about itself in `/config.json`, beside index.html. Never built into the bundle. */
export interface RuntimeConfig {
  /** Base of the HTTP API; empty: this origin. */
  apiUrl: string;
  clerk:
    | { mode: 'simulated'; url: string; tokenUrl: string }
    | { mode: 'clerk'; publishableKey: string };
  /** Where a plan is chosen. */
  billingUrl: string;
  /** The page of the local stack; absent in a deployment. */
  localUrl?: string;
}

/** Reads the settings, or says what is wrong with them. */
export async function loadConfig(): Promise<RuntimeConfig> {
  const response = await fetch('/config.json', { cache: 'no-store' });
  if (!response.ok) throw new Error(`The settings of this console could not be read (HTTP ${response.status}).`);
  return parseConfig(await response.json());
}

export function parseConfig(value: unknown): RuntimeConfig {
  const { apiUrl, clerk, billingUrl, localUrl } = record(value);
  return {
    apiUrl: text('apiUrl', apiUrl),
    clerk: parseClerk(record(clerk)),
    billingUrl: text('billingUrl', billingUrl),
    ...(localUrl !== undefined && { localUrl: text('localUrl', localUrl) }),
  };
}

function parseClerk(clerk: Record<string, unknown>): RuntimeConfig['clerk'] {
  switch (clerk.mode) {
    case 'simulated':
      return { mode: 'simulated', url: text('clerk.url', clerk.url), tokenUrl: text('clerk.tokenUrl', clerk.tokenUrl) };
    case 'clerk':
      return { mode: 'clerk', publishableKey: text('clerk.publishableKey', clerk.publishableKey) };
    default:
      throw new Error('config.json: clerk.mode must be "clerk" or "simulated".');
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function text(name: string, value: unknown): string {
  if (typeof value !== 'string') throw new Error(`config.json: ${name} is missing.`);
  return value;
}
