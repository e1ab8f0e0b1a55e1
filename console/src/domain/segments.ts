/**
 * Billed parts of a text, by the rule of shared/src/domain/segments.rs: GSM-7 160 or 153 septets, UCS-2 70 or 67 UTF-16
 * units. Not a package, because they keep grapheme clusters together, which the carrier and its bill do not.
 */
export interface SegmentCount {
  encoding: 'gsm7' | 'ucs2';
  /** Septets or UTF-16 units. */
  units: number;
  /** An empty text still is one message. */
  segments: number;
  /** What fits until the next segment begins. */
  left: number;
}

const GSM7_BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
/** An escape and a septet each. */
const GSM7_EXTENSION = new Set('\f^{}\\[~]|€');

const GSM7 = { encoding: 'gsm7', single: 160, multi: 153 } as const;
const UCS2 = { encoding: 'ucs2', single: 70, multi: 67 } as const;

export function countSegments(text: string): SegmentCount {
  const characters = Array.from(text);
  const septets = characters.map(gsm7Septets);
  return septets.includes(0) ? pack(characters.map((character) => character.length), UCS2) : pack(septets, GSM7);
}

/** Characters as the API counts them: an emoji may be several, but never half of one. */
export function countCharacters(text: string): number {
  return Array.from(text).length;
}

/** 0: not in the alphabet. */
function gsm7Septets(character: string): number {
  if (GSM7_BASIC.has(character)) return 1;
  return GSM7_EXTENSION.has(character) ? 2 : 0;
}

/** Fills segments one after the other; a character of two units is never cut in half. */
function pack(widths: number[], { encoding, single, multi }: typeof GSM7 | typeof UCS2): SegmentCount {
  const units = widths.reduce((sum, width) => sum + width, 0);
  if (units <= single) return { encoding, units, segments: 1, left: single - units };
  let segments = 1;
  let used = 0;
  for (const width of widths) {
    if (used + width > multi) {
      segments += 1;
      used = 0;
    }
    used += width;
  }
  return { encoding, units, segments, left: multi - used };
}
