//! Billed parts of a text (SignalWire, character limits): GSM-7 160 or 153 septets, UCS-2 70 or 67 UTF-16 units.

/// The alphabet that a text needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// GSM 03.38, seven bits a character.
    Gsm7,
    /// Two bytes a unit; one character outside of GSM-7 turns the whole text into it.
    Ucs2,
}

/// How a text is billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SegmentCount {
    /// The alphabet.
    pub encoding: Encoding,
    /// Septets (GSM-7) or UTF-16 units (UCS-2).
    pub units: usize,
    /// Billed parts; an empty text still is one message.
    pub segments: usize,
}

/// The basic character set of GSM 03.38, one septet each.
const GSM7_BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// The extension table, an escape and a septet each.
const GSM7_EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// Counts the billed parts of a text.
#[must_use]
pub fn count_segments(text: &str) -> SegmentCount {
    if let Some(widths) = text.chars().map(gsm7_septets).collect::<Option<Vec<usize>>>() {
        let units = widths.iter().sum();
        SegmentCount { encoding: Encoding::Gsm7, units, segments: pack(&widths, units, 160, 153) }
    } else {
        let widths: Vec<usize> = text.chars().map(char::len_utf16).collect();
        let units = widths.iter().sum();
        SegmentCount { encoding: Encoding::Ucs2, units, segments: pack(&widths, units, 70, 67) }
    }
}

fn gsm7_septets(c: char) -> Option<usize> {
    if GSM7_BASIC.contains(c) {
        Some(1)
    } else if GSM7_EXTENSION.contains(c) {
        Some(2)
    } else {
        None
    }
}

/// Fills segments one after the other; a character of two units is never cut in half.
fn pack(widths: &[usize], units: usize, single: usize, multi: usize) -> usize {
    if units <= single {
        return 1;
    }
    let mut segments = 1;
    let mut used = 0;
    for width in widths {
        if used + width > multi {
            segments += 1;
            used = 0;
        }
        used += width;
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_limits_hold() {
        let segments = |text: &str| count_segments(text).segments;
        assert_eq!([0, 1, 160, 161, 306, 307].map(|n| segments(&"a".repeat(n))), [1, 1, 1, 2, 2, 3]);
        assert_eq!([1, 70, 71, 134, 135].map(|n| segments(&"ж".repeat(n))), [1, 1, 2, 2, 3]);
    }

    #[test]
    fn extension_characters_take_two_septets_and_are_not_cut() {
        assert_eq!(count_segments(&"€".repeat(80)).segments, 1);
        assert_eq!(count_segments(&"€".repeat(81)).segments, 2);
        // 76 of them fill 152 of 153 septets; the 77th does not fit into the last one.
        assert_eq!(count_segments(&"€".repeat(153)).segments, 3);
    }

    #[test]
    fn an_emoji_is_two_units_and_turns_the_text_into_ucs2() {
        let count = count_segments("See you 👋");
        assert_eq!((count.encoding, count.units), (Encoding::Ucs2, 10));
        assert_eq!(count_segments(&"👋".repeat(35)).segments, 1);
        assert_eq!(count_segments(&"👋".repeat(36)).segments, 2);
    }
}
