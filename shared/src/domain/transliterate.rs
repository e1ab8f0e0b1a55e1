//! Plain characters for the typographic ones that phones and word processors put in their place. One of those turns a whole
//! text into UCS-2, which more than halves what a segment holds.

use super::{Encoding, count_segments};

/// The text in GSM-7, when nothing but typographic characters keeps it from that; `None` when it is GSM-7 already, or when
/// something else in it needs UCS-2 and the change would gain nothing.
#[must_use]
pub fn transliterate(text: &str) -> Option<String> {
    if count_segments(text).encoding == Encoding::Gsm7 {
        return None;
    }
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match plain_form(c) {
            Some(replacement) => plain.push_str(replacement),
            None => plain.push(c),
        }
    }
    (count_segments(&plain).encoding == Encoding::Gsm7).then_some(plain)
}

fn plain_form(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{02bc}' | '\u{00b4}' | '`' => "'",
        '\u{201c}'..='\u{201f}' | '\u{00ab}' | '\u{00bb}' => "\"",
        '\u{201a}' => ",",
        '\u{2010}'..='\u{2015}' | '\u{2022}' | '\u{2043}' | '\u{2212}' => "-",
        '\u{2026}' => "...",
        '\u{2044}' | '\u{2215}' => "/",
        '\u{2039}' => "<",
        '\u{203a}' => ">",
        '\t' | '\u{00a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => " ",
        '\u{2028}' | '\u{2029}' => "\n",
        '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{00ad}' => "",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typographic_characters_become_plain_ones() {
        let text = "\u{201c}It\u{2019}s ready\u{201d} \u{2013} see you\u{2026}\u{a0}9\u{2044}10\u{200b}";
        assert_eq!(transliterate(text).as_deref(), Some("\"It's ready\" - see you... 9/10"));
        assert_eq!(transliterate("O\u{2bc}ahu").as_deref(), Some("O'ahu"));
    }

    #[test]
    fn a_text_that_stays_ucs2_or_is_gsm7_already_is_left_alone() {
        assert_eq!(transliterate("It\u{2019}s ready 👋"), None);
        assert_eq!(transliterate("It's ready: 5 € @ noon, ñandú"), None, "ú needs UCS-2 and is no typography");
        assert_eq!(transliterate("It's ready"), None);
    }
}
