import type { Plan } from '@/api/types';

const NAMES: Record<string, string> = {
  free: 'Free',
  starter: 'Starter',
  professional: 'Pro',
  enterprise: 'Enterprise',
};

/** What a plan is called; one that this console does not know yet, by its own word. */
export function planName(tier: Plan['tier']): string {
  return NAMES[tier] ?? tier;
}
