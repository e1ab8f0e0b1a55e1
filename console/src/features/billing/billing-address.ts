import type { RuntimeConfig } from '@/config';

/**
 * Where the plan is changed; null when Clerk shows that within this page. The simulator has to be told whose plan it is and
 * where to come back to.
 */
export function billingAddress(config: RuntimeConfig, organization: string, returnTo: string): string | null {
  if (!config.billingUrl) return null;
  if (config.clerk.mode === 'clerk') return config.billingUrl;
  const address = new URL(config.billingUrl);
  address.searchParams.set('organization', organization);
  address.searchParams.set('return_to', returnTo);
  return address.href;
}
