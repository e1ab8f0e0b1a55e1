//! Form-encoded parameters of a webhook.

use std::borrow::Cow;
use std::fmt;

use percent_encoding::percent_decode;
use serde_json::{Map, Value};

use crate::domain::storable_text;

/// Decoded parameters in the order of arrival. `Debug` shows the names only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Form {
    pairs: Vec<(String, String)>,
}

/// Decodes `+` and `%xx`. Bytes, not text: the signature covers what was sent, valid UTF-8 or not.
pub(super) fn decode(encoded: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let pairs = encoded.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    let split = pairs.map(|pair| match pair.iter().position(|byte| *byte == b'=') {
        Some(at) => (&pair[..at], &pair[at + 1..]),
        None => (pair, &[][..]),
    });
    split.map(|(name, value)| (unescape(name), unescape(value))).collect()
}

fn unescape(encoded: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = encoded.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    percent_decode(&spaced).collect()
}

impl Form {
    /// Bytes that are not UTF-8 become U+FFFD, and so does NUL, which Postgres stores in no text.
    pub(super) fn new(pairs: &[(Vec<u8>, Vec<u8>)]) -> Self {
        let text = |bytes: &[u8]| storable_text(&String::from_utf8_lossy(bytes));
        Self { pairs: pairs.iter().map(|(name, value)| (text(name), text(value))).collect() }
    }

    /// Parameters that were decoded before, for instance by another function that could not store them.
    #[must_use]
    pub fn from_pairs(pairs: Vec<(String, String)>) -> Self {
        Self { pairs }
    }

    /// The members of a JSON object under their names; whatever is not a text is written as JSON, null is left out.
    pub(super) fn of_json(body: &[u8]) -> Self {
        let members: Map<String, Value> = serde_json::from_slice(body).unwrap_or_default();
        let pairs: Vec<_> = members
            .into_iter()
            .filter_map(|(name, value)| match value {
                Value::Null => None,
                Value::String(text) => Some((name.into_bytes(), text.into_bytes())),
                other => Some((name.into_bytes(), other.to_string().into_bytes())),
            })
            .collect();
        Self::new(&pairs)
    }

    /// The first value of a parameter.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// The first value of a parameter, unless it is empty.
    #[must_use]
    pub fn get_non_empty(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// All parameters in the order of arrival.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The same, to be kept elsewhere and given to [`Form::from_pairs`].
    #[must_use]
    pub fn to_pairs(&self) -> Vec<(String, String)> {
        self.pairs.clone()
    }

    /// All parameters as one JSON object, to be kept as the raw event. A repeated name becomes a list.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut object = Map::new();
        for (name, value) in self.pairs() {
            let value = Value::from(value);
            match object.get_mut(name) {
                None => {
                    object.insert(name.to_owned(), value);
                }
                Some(Value::Array(values)) => values.push(value),
                Some(first) => *first = Value::Array(vec![first.take(), value]),
            }
        }
        Value::Object(object)
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.pairs().map(|(name, _)| Cow::from(name))).finish()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn form(encoded: &[u8]) -> Form {
        Form::new(&decode(encoded))
    }

    #[test]
    fn escapes_and_plus_signs_are_decoded() {
        let form = form(b"Body=Gr%C3%BC%C3%9Fe+%F0%9F%91%8B+%26+100%25+%3D+ok%0D%0Aline2&From=%2B15557654321");
        assert_eq!(form.get("Body"), Some("Grüße 👋 & 100% = ok\r\nline2"));
        assert_eq!(form.get("From"), Some("+15557654321"));
    }

    #[test]
    fn what_is_not_text_becomes_a_replacement_character_and_never_a_panic() {
        assert_eq!(form(b"Body=a%FFb%00c").get("Body"), Some("a\u{FFFD}b\u{FFFD}c"));
        assert_eq!(form(b"Body=100%&X=%zz&Y=%4").get("Body"), Some("100%"));
        assert_eq!(form(b"Body=a=b").get("Body"), Some("a=b"));
        assert_eq!(form(b"&&Body&&").get("Body"), Some(""));
        assert_eq!(form(b"Body=").get_non_empty("Body"), None);
    }

    #[test]
    fn json_keeps_every_value() {
        assert_eq!(form(b"A=1&B=2&A=3&A=4").to_json(), json!({ "A": ["1", "3", "4"], "B": "2" }));
    }

    #[test]
    fn members_of_json_are_parameters() {
        let form = Form::of_json(br#"{"id":"7","body":"a\u0000b","number_of_segments":2,"error_code":null}"#);
        assert_eq!(form.to_json(), json!({ "id": "7", "body": "a\u{FFFD}b", "number_of_segments": "2" }));
        assert_eq!(Form::of_json(b"no json"), Form::default());
    }

    #[test]
    fn debug_shows_no_value() {
        let shown = format!("{:?}", form(b"Body=secret&From=%2B15557654321"));
        assert!(shown.contains("Body") && !shown.contains("secret") && !shown.contains("1555"), "{shown}");
    }
}
