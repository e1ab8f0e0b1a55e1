//! What somebody types into a search field.

use std::str::FromStr;

use super::{MatchKey, PhoneNumber};

/// Longest search.
const MAX_CHARACTERS: usize = 200;
/// Shorter parts of a number are in nearly all of them.
const MIN_DIGITS: usize = 3;

/// A search: words, and parts of a phone number if it looks like one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchText {
    text: String,
    number_parts: Vec<String>,
}

/// Why a text cannot be searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must have at most 200 characters and no line breaks or other control characters")]
pub struct SearchTextError;

impl SearchText {
    /// As typed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Digits, any of which may stand anywhere in a number. Empty when the text does not look like a number.
    #[must_use]
    pub fn number_parts(&self) -> &[String] {
        &self.number_parts
    }
}

impl FromStr for SearchText {
    type Err = SearchTextError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.chars().count() > MAX_CHARACTERS || text.chars().any(char::is_control) {
            return Err(SearchTextError);
        }
        Ok(Self { text: text.to_owned(), number_parts: number_parts(text) })
    }
}

/// The digits as typed; without zeros in front, which a national spelling has; and those of the number in E.164 and of
/// its other spelling, if it is a whole one.
fn number_parts(text: &str) -> Vec<String> {
    let looks_like_number = text.chars().all(|c| c.is_ascii_digit() || " +-().,/\u{a0}".contains(c));
    if !looks_like_number {
        return Vec::new();
    }
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let typed = digits(text);
    let mut parts = vec![typed.trim_start_matches('0').to_owned(), typed];
    if let Ok(number) = PhoneNumber::parse_written(text) {
        parts.extend([digits(number.as_str()), digits(MatchKey::of(number.as_str()).as_str())]);
    }
    parts.sort_unstable();
    parts.dedup();
    parts.retain(|part| part.len() >= MIN_DIGITS);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<String> {
        text.parse::<SearchText>().unwrap().number_parts
    }

    #[test]
    fn a_number_in_any_human_format_is_searched_by_its_digits() {
        for text in ["+1 405 555 0123", "(405) 555-0123", "405.555.0123", "1-405-555-0123", "405/555 01 23"] {
            assert!(parts(text).contains(&"14055550123".to_owned()), "{text}");
        }
        assert!(parts("+44 (0)20 7183 8750").contains(&"442071838750".to_owned()));
        assert!(parts("011 44 20 7183 8750").contains(&"442071838750".to_owned()));
        assert!(parts("020 7183 8750").contains(&"2071838750".to_owned()));
        assert!(parts("+55 11 98765-4321").contains(&"551187654321".to_owned()));
        assert_eq!(parts("55-0123"), ["550123"]);
    }

    #[test]
    fn words_and_short_digits_are_no_number() {
        for text in ["Maria", "12", "4711 Main St", "", "-", "٤٠٥٥٥٥"] {
            assert_eq!(parts(text), Vec::<String>::new().as_slice(), "{text}");
        }
    }

    #[test]
    fn what_no_search_field_gives_is_refused() {
        for text in ["a\0b", "a\nb", &"é".repeat(201)] {
            assert_eq!(text.parse::<SearchText>(), Err(SearchTextError));
        }
    }
}
