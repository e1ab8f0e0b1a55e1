//! Lenient reading of SignalWire's JSON: its sources disagree on which values are numbers and which are strings.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::error::UnreadableAnswer;
use crate::domain::storable_text;

/// Micro-dollars have six decimals.
const MICRO_DIGITS: i32 = 6;
/// Longer texts are not prices.
const LONGEST_PRICE: usize = 32;

/// Reads a JSON body.
pub fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, UnreadableAnswer> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    serde_path_to_error::deserialize(&mut deserializer)
        .map_err(|error| UnreadableAnswer::Json { path: error.path().to_string() })
}

/// Reads a part of a JSON body.
pub fn decode_value<T: DeserializeOwned>(value: Value) -> Result<T, UnreadableAnswer> {
    serde_path_to_error::deserialize(value).map_err(|error| UnreadableAnswer::Json { path: error.path().to_string() })
}

/// A string, or a number written as one, as Postgres can store it. Null, empty and anything else are "not given".
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(as_text(&Value::deserialize(deserializer)?).map(|text| storable_text(&text)))
}

/// A count, as a number or in quotes.
pub fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    Ok(as_text(&Value::deserialize(deserializer)?).and_then(|text| text.parse().ok()))
}

/// A time in RFC 2822 (compatibility API) or ISO 8601 (newer APIs).
pub fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    let text = as_text(&Value::deserialize(deserializer)?);
    Ok(text
        .and_then(|text| DateTime::parse_from_rfc2822(&text).or_else(|_| DateTime::parse_from_rfc3339(&text)).ok())
        .map(|time| time.with_timezone(&Utc)))
}

/// A price in dollars, as a number or in quotes, with or without a minus sign; as positive micro-dollars.
pub fn price_micros<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(as_text(&Value::deserialize(deserializer)?).and_then(|text| micros(&text)))
}

/// What a number can do, by lower-case name. Search answers say `SMS`, owned numbers `sms`, the newer API `["sms"]`.
pub fn capability_names<'de, D: Deserializer<'de>>(deserializer: D) -> Result<HashMap<String, bool>, D::Error> {
    let names = match Value::deserialize(deserializer)? {
        Value::Object(map) => map.into_iter().map(|(name, value)| (name.to_lowercase(), is_true(&value))).collect(),
        Value::Array(list) => list.iter().filter_map(Value::as_str).map(|name| (name.to_lowercase(), true)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => HashMap::new(),
    };
    Ok(names)
}

fn is_true(value: &Value) -> bool {
    as_text(value).map_or(value == &Value::Bool(true), |text| text.eq_ignore_ascii_case("true") || text == "1")
}

fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Decimal text to micro-dollars by moving the point, not by floating arithmetic; half a micro-dollar is rounded up.
/// (A JSON number has been through `f64`, whose shortest decimal form gives back every price of up to 15 digits.)
fn micros(text: &str) -> Option<i64> {
    let text = text.trim().trim_start_matches(['-', '+']);
    if text.len() > LONGEST_PRICE {
        return None;
    }
    let (number, exponent) = match text.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }

    let value: i128 = digits.parse().ok()?;
    let shift = MICRO_DIGITS.checked_add(exponent)?.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    let factor = 10_i128.checked_pow(shift.unsigned_abs())?;
    let micros = if shift >= 0 { value.checked_mul(factor)? } else { value.checked_add(factor / 2)? / factor };
    i64::try_from(micros).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_become_micro_dollars_without_losing_a_digit() {
        let cases = [
            ("0.0079", Some(7_900)),
            ("-0.0025", Some(2_500)),
            ("0.00415", Some(4_150)),
            ("1", Some(1_000_000)),
            ("1.15", Some(1_150_000)),
            ("8.2", Some(8_200_000)),
            (".5", Some(500_000)),
            ("0.0000005", Some(1)),
            ("0.0000004", Some(0)),
            ("1e-5", Some(10)),
            ("7.9E-3", Some(7_900)),
            ("1e3", Some(1_000_000_000)),
            ("", None),
            (".", None),
            ("free", None),
            ("1,50", None),
            ("0.0079 USD", None),
            ("1e999999999", None),
            ("99999999999999999999999999999999", None),
        ];
        for (text, expected) in cases {
            assert_eq!(micros(text), expected, "{text}");
        }
    }

    #[test]
    fn every_price_of_four_decimals_survives_the_json_number() {
        for ten_thousandths in 0..100_000_i64 {
            let json = format!("{}.{:04}", ten_thousandths / 10_000, ten_thousandths % 10_000);
            let number: Value = serde_json::from_str(&json).unwrap();
            assert_eq!(micros(&as_text(&number).unwrap()), Some(ten_thousandths * 100), "{json}");
        }
    }
}
