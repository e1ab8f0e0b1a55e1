import { useMessages } from './queries';

/** What one segment of a text costs, as the API estimated for the last one; null when there is none to go by. */
export function useSegmentPrice(conversationId: string): number | null {
  const { items } = useMessages(conversationId);
  const last = items.find(({ channel, direction, segments }) => channel === 'sms' && direction === 'outbound' && segments > 0);
  return last ? Math.round(last.estimatedCostMicros / last.segments) : null;
}
