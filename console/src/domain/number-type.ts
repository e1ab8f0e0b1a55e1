import type { NumberType } from '@/api/types';
import type { BadgeTone } from '@/ui/badge';

interface NumberTypeView {
  type: NumberType;
  label: string;
  tone: BadgeTone;
}

/** The departments, in their usual order. */
export const NUMBER_TYPES: readonly NumberTypeView[] = [
  { type: 'primary', label: 'Primary', tone: 'teal' },
  { type: 'sales', label: 'Sales', tone: 'blue' },
  { type: 'support', label: 'Support', tone: 'amber' },
  { type: 'custom', label: 'Custom', tone: 'violet' },
];

/** How a department is shown; null is the platform's shared number. */
export function describeNumberType(type: NumberType | null): { label: string; tone: BadgeTone } {
  return NUMBER_TYPES.find((view) => view.type === type) ?? { label: 'Shared', tone: 'neutral' };
}
