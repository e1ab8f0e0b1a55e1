//! Phone numbers in E.164 and as people write them; what is known of one; when its owner may be reached. Input: a text.
#![no_main]

use chrono::{DateTime, TimeDelta, Timelike};
use libfuzzer_sys::fuzz_target;
use shared::domain::{AreaCode, MatchKey, PhoneNumber, QuietHours, Replies, SearchText, TimeOfDay, mask, time_zones};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(number) = PhoneNumber::parse(text) {
        assert_eq!(number.as_str(), text);
        is_e164(&number);
        let again = PhoneNumber::parse_written(text).expect("E.164 is one way to write a number");
        assert_eq!(MatchKey::of(again.as_str()), MatchKey::of(text));
    }
    if let Ok(number) = PhoneNumber::parse_written(text) {
        is_e164(&number);
        assert_eq!(PhoneNumber::parse(number.as_str()).as_ref(), Ok(&number));
        assert_eq!(PhoneNumber::parse_written(number.as_str()).as_ref(), Ok(&number), "{text:?}");
        is_known(&number);
        quiet_hours_end(&number, data);
    }
    keys(text);
    masks(text);
    if let Ok(code) = text.parse::<AreaCode>() {
        assert!(code.as_str() == text && text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit()));
    }
    if let Ok(time) = text.parse::<TimeOfDay>() {
        assert_eq!(time.to_string(), text);
    }
});

fn is_e164(number: &PhoneNumber) {
    let digits = number.as_str().strip_prefix('+').expect("a plus");
    assert!((7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()), "{digits}");
    assert!(!digits.starts_with('0'));
}

fn is_known(number: &PhoneNumber) {
    if let Some(country) = number.country() {
        assert!(country.len() <= 3 && !country.is_empty(), "{country}");
    }
    assert!(!time_zones(number).is_empty());
    let _ = (number.is_special_service(), number.is_toll_free());
    assert!(!format!("{number:?}").contains(&number.as_str()[2..]), "logs never have a whole number");
    let search: SearchText = number.as_str().parse().expect("a number can be searched for");
    let digits = &number.as_str()[1..];
    assert!(search.number_parts().iter().any(|part| digits.contains(part.as_str())), "{search:?}");
}

/// The hours come from the input's length, so that each number meets many.
fn quiet_hours_end(number: &PhoneNumber, data: &[u8]) {
    let hour = |offset: usize| u32::try_from((data.len() + offset) % 24).unwrap_or_default();
    let time = |hour: u32| format!("{hour:02}:30").parse::<TimeOfDay>().expect("a time");
    let Ok(quiet) = QuietHours::new(time(hour(0)), time(hour(11)), Replies::Wait) else { return };
    let seed = data.iter().fold(0_i64, |sum, byte| (sum * 31 + i64::from(*byte)) % 31_536_000);
    let now = DateTime::from_timestamp(1_767_225_600 + seed, 0).expect("a time");
    let Some(next) = quiet.wait(number, None, now) else { return };
    assert!(next > now && next - now <= TimeDelta::hours(48) && next.second() == 0, "{next}");
    let free = QuietHours::new(time(hour(0)), time(hour(11)), Replies::Exempt).expect("the same hours");
    assert_eq!(free.wait(number, Some(now - TimeDelta::hours(1)), now), None, "an answer may go out");
    assert_eq!(free.wait(number, Some(now - TimeDelta::hours(25)), now), Some(next));
}

fn keys(text: &str) {
    let key = MatchKey::of(text);
    assert_eq!(MatchKey::of(key.as_str()), key, "the key of a key is the key");
    assert!(key.as_str().len() <= text.len());
}

fn masks(text: &str) {
    let masked = mask(text);
    assert_eq!(masked.chars().count(), text.chars().count());
    assert!(masked.chars().filter(|c| *c != '*').count() <= 4);
}
