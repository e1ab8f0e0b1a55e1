import { usePlans } from '@/api/workspace';

/** What a segment of a text is estimated to cost, in millionths of a dollar; null while that is not known. */
export function useSegmentPrice(): number | null {
  return usePlans().data?.textSegmentCostMicros ?? null;
}
