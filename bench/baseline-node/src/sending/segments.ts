// Billed parts of a text (SignalWire, character limits): GSM-7 160 or 153 septets, UCS-2 70 or 67 UTF-16 units.

const GSM7_BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿' +
    'abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** An escape and a septet each. */
const GSM7_EXTENSION = new Set('\f^{}\\[~]|€');

export function countSegments(text: string): number {
  const characters = [...text];
  const isGsm7 = characters.every((character) => GSM7_BASIC.has(character) || GSM7_EXTENSION.has(character));
  return isGsm7
    ? pack(characters.map((character) => (GSM7_BASIC.has(character) ? 1 : 2)), 160, 153)
    : pack(characters.map((character) => character.length), 70, 67);
}

/** Fills segments one after the other; a character of two units is never cut in half. */
function pack(widths: number[], single: number, multi: number): number {
  if (widths.reduce((sum, width) => sum + width, 0) <= single) {
    return 1;
  }
  let segments = 1;
  let used = 0;
  for (const width of widths) {
    if (used + width > multi) {
      segments += 1;
      used = 0;
    }
    used += width;
  }
  return segments;
}
