//! What a text costs and what it says: segments, plain characters, opt-out keywords. Input: a text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shared::domain::{Encoding, Keyword, count_segments, transliterate};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    segments(text);
    plain_characters(text);
    keywords(text);
});

fn segments(text: &str) {
    let count = count_segments(text);
    let (single, multi, widest) = match count.encoding {
        Encoding::Gsm7 => (160, 153, 2),
        Encoding::Ucs2 => (70, 67, 2),
    };
    let expected = match count.encoding {
        Encoding::Gsm7 => text.chars().map(|c| if "^{}\\[~]|€\u{c}".contains(c) { 2 } else { 1 }).sum(),
        Encoding::Ucs2 => text.encode_utf16().count(),
    };
    assert_eq!(count.units, expected);
    if count.units <= single {
        assert_eq!(count.segments, 1);
    } else {
        // A character is never cut, so up to one unit of each segment stays empty.
        let (fewest, most) = (count.units.div_ceil(multi), count.units.div_ceil(multi + 1 - widest));
        assert!((fewest..=most).contains(&count.segments), "{count:?}");
    }
    // A text costs what its letters cost, in whatever order they are sent, and never less than a part of it.
    if let Some((at, _)) = text.char_indices().nth(text.chars().count() / 2) {
        let (head, tail) = (count_segments(&text[..at]), count_segments(&text[at..]));
        assert!(head.segments <= count.segments && tail.segments <= count.segments);
        let is_plain = head.encoding == Encoding::Gsm7 && tail.encoding == Encoding::Gsm7;
        assert_eq!(count.encoding == Encoding::Gsm7, is_plain, "one character decides for all");
    }
}

fn plain_characters(text: &str) {
    let Some(plain) = transliterate(text) else { return };
    assert_eq!(count_segments(text).encoding, Encoding::Ucs2);
    assert_eq!(count_segments(&plain).encoding, Encoding::Gsm7);
    assert_eq!(transliterate(&plain), None);
    // Unicode counts the apostrophe of Ukrainian and Hawaiian (U+02BC) as a letter; plain, it is an apostrophe like others.
    let is_letter = |c: &char| c.is_alphanumeric() && *c != '\u{02bc}';
    let letters = |text: &str| text.chars().filter(is_letter).collect::<String>();
    assert_eq!(letters(&plain), letters(text), "no letter is changed or lost");
}

fn keywords(text: &str) {
    let meaning = Keyword::of(text);
    for same in [text.to_uppercase(), format!(" {text}.\n"), format!("👍{text}!")] {
        assert_eq!(Keyword::of(&same), meaning, "{same:?}");
    }
    if meaning.is_some() {
        assert!(text.chars().filter(|c| c.is_alphanumeric()).count() <= 11);
        assert_eq!(Keyword::of(&format!("{text}a")), None, "a keyword is the whole text");
    }
}
