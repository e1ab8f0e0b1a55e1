import { formatMicros } from '@/domain/money';
import { countCharacters, countSegments } from '@/domain/segments';
import { cn } from '@/ui/cn';
import { Tooltip } from '@/ui/tooltip';

/** The API's limit, in characters. */
export const LONGEST_TEXT = 1_600;

interface Props {
  text: string;
  /** Of one segment, in millionths of a dollar; null while it is not known. */
  priceMicros: number | null;
}

/** How a text will be billed. */
export function SegmentCounter({ text, priceMicros }: Props) {
  const { encoding, segments, left } = countSegments(text);
  const characters = countCharacters(text);
  const isTooLong = characters > LONGEST_TEXT;
  const cost = priceMicros === null ? null : formatMicros(segments * priceMicros);
  return (
    <Tooltip
      side="top"
      content={
        encoding === 'gsm7'
          ? `${left} characters until the next segment.`
          : `A character outside of the phones’ basic alphabet, such as an emoji or a curly quote, makes segments of 70 instead of 160. ${left} until the next.`
      }
    >
      <button
        type="button"
        className={cn('cursor-default rounded-sm text-xs whitespace-nowrap tabular-nums', isTooLong ? 'text-danger' : 'text-muted')}
      >
        {isTooLong
          ? `${characters - LONGEST_TEXT} characters too long`
          : `${left} · ${segments === 1 ? '1 segment' : `${segments} segments`}${cost ? ` · ${cost}` : ''}`}
      </button>
    </Tooltip>
  );
}
