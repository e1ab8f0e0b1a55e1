use chrono::{TimeZone, Timelike};
use rand::RngExt as _;

use super::*;

const OKLAHOMA: &str = "+14055550123";

fn hours(start: &str, end: &str, replies: Replies) -> QuietHours {
    QuietHours::new(start.parse().unwrap(), end.parse().unwrap(), replies).unwrap()
}

fn night() -> QuietHours {
    hours("21:00", "08:00", Replies::Wait)
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// When somebody may be texted, in the time of the first zone.
fn next(quiet: &QuietHours, to: &str, now: DateTime<Utc>) -> String {
    let to = PhoneNumber::parse(to).unwrap();
    let open = quiet.wait(&to, None, now).unwrap_or(now);
    open.with_timezone(&time_zones(&to)[0]).format("%m-%d %H:%M:%S").to_string()
}

#[test]
fn times_of_day_have_two_digits_each() {
    for text in ["00:00", "08:30", "23:59"] {
        assert_eq!(text.parse::<TimeOfDay>().unwrap().to_string(), text);
    }
    for text in ["", "8:00", "24:00", "08:60", "08:00:00", "+8:00", " 8:00", "0800", "٠٨:٠٠"] {
        assert_eq!(text.parse::<TimeOfDay>(), Err(QuietHoursError::NotATime), "{text}");
    }
}

#[test]
fn quiet_hours_have_two_ends_and_leave_six_hours() {
    let new = |start: &str, end: &str| QuietHours::new(start.parse().unwrap(), end.parse().unwrap(), Replies::Exempt);
    for (start, end) in
        [("21:00", "08:00"), ("00:00", "18:00"), ("14:00", "08:00"), ("12:00", "13:00"), ("23:59", "00:00")]
    {
        assert!(new(start, end).is_ok(), "{start} {end}");
    }
    assert_eq!(new("08:00", "08:00"), Err(QuietHoursError::Empty));
    for (start, end) in [("13:59", "08:00"), ("00:00", "18:01"), ("08:00", "07:59")] {
        assert_eq!(new(start, end), Err(QuietHoursError::TooLong), "{start} {end}");
    }
    assert_eq!(
        serde_json::to_value(night()).unwrap(),
        serde_json::json!({ "start": "21:00", "end": "08:00", "exemptReplies": false })
    );
}

#[test]
fn a_night_begins_with_its_first_minute_and_ends_before_its_last() {
    // Central Standard Time, six hours behind.
    for (now, expected) in [
        ("2026-01-15T02:59:59Z", "01-14 20:59:59"),
        ("2026-01-15T03:00:00Z", "01-15 08:00:00"),
        ("2026-01-15T09:12:34.5Z", "01-15 08:00:00"),
        ("2026-01-15T13:59:59.999Z", "01-15 08:00:00"),
        ("2026-01-15T14:00:00Z", "01-15 08:00:00"),
        ("2026-01-15T18:00:00Z", "01-15 12:00:00"),
    ] {
        assert_eq!(next(&night(), OKLAHOMA, at(now)), expected, "{now}");
    }
    let lunch = hours("12:00", "13:30", Replies::Wait);
    assert_eq!(next(&lunch, OKLAHOMA, at("2026-01-15T18:10:00Z")), "01-15 13:30:00");
    assert_eq!(next(&lunch, OKLAHOMA, at("2026-01-15T08:00:00Z")), "01-15 02:00:00");
}

#[test]
fn it_is_quiet_when_it_is_quiet_in_any_zone_of_the_number() {
    // Pensacola or Tallahassee: eight in the evening may be nine, and seven in the morning may be eight.
    assert_eq!(next(&night(), "+18505550123", at("2026-01-15T02:30:00Z")), "01-15 08:00:00");
    assert_eq!(next(&night(), "+18505550123", at("2026-01-15T13:30:00Z")), "01-15 08:00:00");
    // Toll-free: from nine in New York to eight in Los Angeles, eleven in New York.
    assert_eq!(next(&night(), "+18335550123", at("2026-01-15T02:00:00Z")), "01-15 11:00:00");
    assert_eq!(next(&night(), "+18335550123", at("2026-01-15T16:00:00Z")), "01-15 11:00:00");
    // Even the longest quiet hours leave an hour from Newfoundland to Vancouver.
    let longest = hours("14:00", "08:00", Replies::Wait);
    let zones: Vec<Tz> = ["America/St_Johns", "America/Vancouver"].map(|zone| zone.parse().unwrap()).to_vec();
    let open = longest.next_open(&zones, at("2026-01-15T18:00:00Z"));
    assert_eq!(open, at("2026-01-16T16:00:00Z"), "eight in Vancouver, half past twelve in St. John's");
}

#[test]
fn a_country_that_is_never_awake_as_a_whole_goes_by_its_first_zone() {
    let longest = hours("14:00", "08:00", Replies::Wait);
    let zones: Vec<Tz> = ["Europe/Kaliningrad", "Asia/Kamchatka"].map(|zone| zone.parse().unwrap()).to_vec();
    assert_eq!(longest.next_open(&zones, at("2026-01-15T20:00:00Z")), at("2026-01-16T06:00:00Z"));
}

#[test]
fn clocks_that_go_forward_shorten_the_night() {
    // 8 March 2026, two becomes three in Oklahoma.
    assert_eq!(
        night().next_open(&time_zones(&PhoneNumber::parse(OKLAHOMA).unwrap()), at("2026-03-08T07:00:00Z")),
        at("2026-03-08T13:00:00Z")
    );
    // An end, or a beginning, that the clock skips.
    let until_gap = hours("21:00", "02:30", Replies::Wait);
    assert_eq!(next(&until_gap, OKLAHOMA, at("2026-03-08T07:59:00Z")), "03-08 03:00:00");
    let from_gap = hours("02:30", "08:00", Replies::Wait);
    assert_eq!(next(&from_gap, OKLAHOMA, at("2026-03-08T07:59:00Z")), "03-08 01:59:00");
    assert_eq!(next(&from_gap, OKLAHOMA, at("2026-03-08T08:00:00Z")), "03-08 08:00:00");
    let in_gap = hours("02:10", "02:40", Replies::Wait);
    assert_eq!(next(&in_gap, OKLAHOMA, at("2026-03-08T08:15:00Z")), "03-08 03:15:00", "these never come");
}

#[test]
fn clocks_that_go_back_lengthen_the_night() {
    // 1 November 2026, two becomes one in Oklahoma: half past one comes twice.
    assert_eq!(next(&night(), OKLAHOMA, at("2026-11-01T05:30:00Z")), "11-01 08:00:00");
    assert_eq!(
        night().wait(&PhoneNumber::parse(OKLAHOMA).unwrap(), None, at("2026-11-01T05:30:00Z")),
        Some(at("2026-11-01T14:00:00Z"))
    );
    let until_twice = hours("21:00", "01:30", Replies::Wait);
    for (now, open) in [
        ("2026-11-01T06:00:00Z", "2026-11-01T06:30:00Z"),
        ("2026-11-01T06:30:00Z", "2026-11-01T06:30:00Z"),
        // One o'clock again: quiet again, by the clock.
        ("2026-11-01T07:00:00Z", "2026-11-01T07:30:00Z"),
    ] {
        let to = PhoneNumber::parse(OKLAHOMA).unwrap();
        assert_eq!(until_twice.wait(&to, None, at(now)).unwrap_or(at(now)), at(open), "{now}");
    }
}

#[test]
fn an_answer_within_a_day_is_exempt_when_the_setting_says_so() {
    let (now, to) = (at("2026-01-15T06:00:00Z"), PhoneNumber::parse(OKLAHOMA).unwrap());
    let exempt = hours("21:00", "08:00", Replies::Exempt);
    for (age, waits) in [(0, false), (-5, false), (24 * 60 - 1, false), (24 * 60, true)] {
        let inbound = Some(now - TimeDelta::minutes(age));
        assert_eq!(exempt.wait(&to, inbound, now).is_some(), waits, "{age} minutes");
        assert!(night().wait(&to, inbound, now).is_some());
    }
    assert!(exempt.wait(&to, None, now).is_some());
}

/// Whatever the zones, the hours and the day: the answer is not quiet anywhere, it is not in the past, and every full minute
/// before it is quiet somewhere.
#[test]
fn the_next_open_minute_is_the_first_that_is_quiet_nowhere() {
    let numbers =
        [OKLAHOMA, "+12125550123", "+18505550123", "+17095550123", "+18675550123", "+18335550123", "+61412345678"];
    let seed = rand::random::<u64>();
    let mut rng = <rand::rngs::StdRng as rand::SeedableRng>::seed_from_u64(seed);
    for round in 0..300 {
        let zones = time_zones(&PhoneNumber::parse(numbers[round % numbers.len()]).unwrap());
        let minute = |of_day: u32| TimeOfDay(NaiveTime::from_hms_opt(of_day / 60 % 24, of_day % 60, 0).unwrap());
        let start = rng.random_range(0..1440);
        let quiet = QuietHours::new(minute(start), minute(start + rng.random_range(1..=1080)), Replies::Wait).unwrap();
        // Near the days on which clocks change, more often than not.
        let day = if round % 3 == 0 { rng.random_range(0..365) } else { [66, 303, 92, 276][round % 4] };
        let year = Utc.with_ymd_and_hms(2026, 1, 1, 0, 0, 0).unwrap();
        let now = year + TimeDelta::days(day) + TimeDelta::seconds(rng.random_range(0..2 * 86_400));

        let open = quiet.next_open(&zones, now);

        let quiet_at = |at: DateTime<Utc>| zones.iter().any(|zone| quiet.contains(at.with_timezone(zone).time()));
        let case = format!("seed {seed}: {quiet:?} {zones:?} {now} {open}");
        assert!(open >= now && !quiet_at(open), "{case}");
        assert!(open == now || open.second() == 0, "{case}");
        let mut before = now;
        while before < open {
            assert!(quiet_at(before), "{case}: {before}");
            before += TimeDelta::minutes(1);
        }
    }
}
