import type { NumberType } from '@/api/types';
import { Badge } from '@/ui/badge';

import { describeNumberType } from './number-type';

/** The department, by name and colour. */
export function NumberTypeBadge({ type }: { type: NumberType | null }) {
  const { label, tone } = describeNumberType(type);
  return <Badge tone={tone}>{label}</Badge>;
}
