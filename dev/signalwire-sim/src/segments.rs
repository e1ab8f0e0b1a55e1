//! Counts the parts that a text is billed as: GSM-7 160/153 septets, UCS-2 70/67 units.

const GSM_BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
                         ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const GSM_EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// Number of segments of `body`. An empty text is one segment.
pub fn count(body: &str) -> u32 {
    match body.chars().map(septets).collect::<Option<Vec<_>>>() {
        Some(widths) => parts(&widths, 160, 153),
        None => parts(&body.chars().map(char::len_utf16).collect::<Vec<_>>(), 70, 67),
    }
}

/// Septets of one character, or `None` when the GSM alphabet lacks it.
fn septets(character: char) -> Option<usize> {
    if GSM_BASIC.contains(character) {
        Some(1)
    } else if GSM_EXTENSION.contains(character) {
        Some(2)
    } else {
        None
    }
}

/// A character of width two is never torn apart, so a part may end one unit early.
fn parts(widths: &[usize], single: usize, joined: usize) -> u32 {
    if widths.iter().sum::<usize>() <= single {
        return 1;
    }
    let mut parts = 1;
    let mut filled = 0;
    for width in widths {
        if filled + width > joined {
            parts += 1;
            filled = 0;
        }
        filled += width;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn gsm_texts_split_after_160_into_parts_of_153() {
        assert_eq!(count(""), 1);
        assert_eq!(count(&"a".repeat(160)), 1);
        assert_eq!(count(&"a".repeat(161)), 2);
        assert_eq!(count(&"a".repeat(306)), 2);
        assert_eq!(count(&"a".repeat(307)), 3);
    }

    #[test]
    fn extension_characters_take_two_septets_and_are_not_torn_apart() {
        assert_eq!(count(&"€".repeat(80)), 1);
        assert_eq!(count(&"€".repeat(81)), 2);
        // 76 signs fill 152 of 153 septets, so three parts hold 228 of them.
        assert_eq!(count(&"€".repeat(152)), 2);
        assert_eq!(count(&"€".repeat(153)), 3);
    }

    #[test]
    fn one_character_outside_gsm_makes_the_whole_text_ucs2() {
        assert_eq!(count(&"я".repeat(70)), 1);
        assert_eq!(count(&"я".repeat(71)), 2);
        assert_eq!(count(&"👋".repeat(35)), 1);
        assert_eq!(count(&"👋".repeat(36)), 2);
        assert_eq!(count(&format!("{}ё", "a".repeat(70))), 2);
    }
}
