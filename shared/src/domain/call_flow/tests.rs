use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::*;
use crate::domain::{NumberType, PhoneNumber};

fn parse(voice: &Value) -> Result<CallFlow, String> {
    let text = voice.to_string();
    serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_str(&text))
        .map_err(|error| format!("{}: {}", error.path(), error.inner()))
}

fn whole() -> Value {
    json!({
        "greeting": { "say": "Thanks for calling Harbour Dental." },
        "businessHours": {
            "timeZone": "America/Chicago",
            "weekly": {
                "monday": [{ "from": "09:00", "to": "12:00" }, { "from": "13:00", "to": "17:00" }],
                "friday": [{ "from": "20:00", "to": "02:00" }],
            },
            "holidays": [{ "date": "2026-12-25", "name": "Christmas" }],
        },
        "closed": { "greeting": { "say": "We are closed." } },
        "forward": {
            "numbers": [{ "phoneNumber": "+14055550100", "name": "Front desk" }],
            "strategy": "sequential",
            "timeoutSeconds": 25,
            "whisper": "Call for sales",
        },
        "menu": {
            "prompt": { "play": "https://files.example.com/menu.mp3" },
            "options": [{ "digit": "1", "numberType": "sales" }, { "digit": "2", "numberType": "support" }],
        },
        "voicemail": {
            "enabled": true, "greeting": { "say": "Please leave a message." }, "maxLengthSeconds": 60, "transcribe": false,
        },
        "recordCalls": true,
    })
}

#[test]
fn a_whole_flow_reads_back_as_it_was_written() {
    let flow = parse(&whole()).unwrap();
    let mut expected = whole();
    for day in ["tuesday", "wednesday", "thursday", "saturday", "sunday"] {
        expected["businessHours"]["weekly"][day] = json!([]);
    }
    assert_eq!(json!(flow), expected);
    assert_eq!(parse(&json!(flow)).unwrap(), flow);
}

#[test]
fn missing_fields_have_defaults() {
    let flow = parse(&json!({})).unwrap();
    assert_eq!(flow, CallFlow::default());
    assert!(flow.voicemail.enabled && flow.voicemail.transcribe);
    assert_eq!(flow.voicemail.max_length_seconds.seconds(), 120);
    let forward =
        parse(&json!({ "forward": { "numbers": [{ "phoneNumber": "+14055550100" }] } })).unwrap().forward.unwrap();
    assert_eq!((forward.timeout_seconds(), forward.round(0).len(), forward.round(1).len()), (20, 1, 0));
}

/// A change of a whole flow at a path, and the path that the refusal names.
#[test]
fn each_mistake_is_told_with_its_path() {
    let number = |n: usize| json!({ "phoneNumber": format!("+1405555{n:04}") });
    let eleven: Vec<Value> = (0..11).map(number).collect();
    let cases = [
        ("/colour", json!("blue"), "."),
        ("/greeting", json!({ "say": "a", "play": "https://files.example.com/a.mp3" }), "greeting"),
        ("/greeting", json!({ "sing": "a" }), "greeting"),
        ("/greeting", json!("Hello"), "greeting"),
        ("/greeting/say", json!(" \n "), "greeting.say"),
        ("/greeting/say", json!("…"), "greeting.say"),
        ("/greeting/say", json!("a".repeat(1001)), "greeting.say"),
        ("/menu/prompt/play", json!("http://files.example.com/a.mp3"), "menu.prompt.play"),
        ("/menu/prompt/play", json!("https://169.254.169.254/a.mp3"), "menu.prompt.play"),
        ("/menu/options", json!([]), "menu"),
        ("/menu/options/1/digit", json!("1"), "menu"),
        ("/menu/options/1/digit", json!("12"), "menu.options[1].digit"),
        ("/menu/options/1/digit", json!("#"), "menu.options[1].digit"),
        ("/menu/options/1/digit", json!(1), "menu.options[1].digit"),
        ("/menu/options/0/numberType", json!("billing"), "menu.options[0].numberType"),
        ("/forward/numbers", json!([]), "forward"),
        ("/forward/numbers", json!(eleven), "forward"),
        ("/forward/numbers", json!([number(1), number(1)]), "forward"),
        ("/forward/numbers/0/phoneNumber", json!("405 555 0100"), "forward.numbers[0].phoneNumber"),
        ("/forward/numbers/0/name", json!("x".repeat(65)), "forward"),
        ("/forward/strategy", json!("random"), "forward.strategy"),
        ("/forward/timeoutSeconds", json!(4), "forward"),
        ("/forward/timeoutSeconds", json!(121), "forward"),
        ("/forward/whisper", json!(""), "forward.whisper"),
        ("/voicemail/maxLengthSeconds", json!(9), "voicemail.maxLengthSeconds"),
        ("/voicemail/maxLengthSeconds", json!(601), "voicemail.maxLengthSeconds"),
        ("/voicemail/maxLengthSeconds", json!(-1), "voicemail.maxLengthSeconds"),
        ("/voicemail/transcribe", json!("yes"), "voicemail.transcribe"),
        ("/recordCalls", json!(null), "recordCalls"),
        ("/businessHours/timeZone", json!("Chicago"), "businessHours.timeZone"),
        ("/businessHours/timeZone", json!("america/chicago"), "businessHours.timeZone"),
        ("/businessHours/weekly/noday", json!([]), "businessHours.weekly.noday"),
        ("/businessHours/weekly/monday/0/from", json!("9:00"), "businessHours.weekly.monday[0].from"),
        ("/businessHours/weekly/monday/0/to", json!("24:01"), "businessHours.weekly.monday[0].to"),
        ("/businessHours/weekly/monday/0/to", json!("12:60"), "businessHours.weekly.monday[0].to"),
        ("/businessHours/weekly/monday/0/to", json!("１２:00"), "businessHours.weekly.monday[0].to"),
        ("/businessHours/weekly/monday/0/to", json!("09:00"), "businessHours.weekly.monday"),
        ("/businessHours/weekly/monday/0/to", json!("13:01"), "businessHours.weekly.monday"),
        ("/businessHours/weekly/monday/0/to", json!("03:00"), "businessHours.weekly.monday"),
        ("/businessHours/holidays/0/date", json!("2026-02-30"), "businessHours.holidays[0].date"),
        ("/businessHours/holidays/0/date", json!("25.12.2026"), "businessHours.holidays[0].date"),
        ("/businessHours/holidays/0/name", json!("x".repeat(65)), "businessHours.holidays"),
    ];
    for (pointer, value, path) in cases {
        let mut voice = whole();
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        let parent = voice.pointer_mut(parent).unwrap();
        match field.parse::<usize>() {
            Ok(index) => parent[index] = value.clone(),
            Err(_) => parent[field] = value.clone(),
        }
        let error = parse(&voice).expect_err(&format!("{pointer} = {value}"));
        assert!(error.starts_with(path) || (path == "." && error.contains("colour")), "{pointer} = {value}: {error}");
    }
}

fn flow_of_hours(hours: &Value) -> CallFlow {
    parse(&json!({ "businessHours": hours })).unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

#[test]
fn somebody_is_there_within_any_interval_of_the_day() {
    let flow = parse(&whole()).unwrap();
    // Monday, 8 June 2026, five hours behind UTC.
    for (time, open) in [
        ("2026-06-08T13:59:59Z", false),
        ("2026-06-08T14:00:00Z", true),
        ("2026-06-08T16:59:59Z", true),
        ("2026-06-08T17:00:00Z", false),
        ("2026-06-08T17:59:00Z", false),
        ("2026-06-08T18:00:00Z", true),
        ("2026-06-08T21:59:59Z", true),
        ("2026-06-08T22:00:00Z", false),
        ("2026-06-09T15:00:00Z", false),
    ] {
        assert_eq!(flow.is_open(at(time)), open, "{time}");
    }
    assert!(parse(&json!({})).unwrap().is_open(at("2026-06-08T03:00:00Z")), "no hours, always there");
}

#[test]
fn hours_may_go_over_midnight() {
    let flow = parse(&whole()).unwrap();
    // Friday, 12 June 2026, 20:00 to 02:00 of Saturday.
    for (time, open) in [
        ("2026-06-13T00:59:00Z", false),
        ("2026-06-13T01:00:00Z", true),
        ("2026-06-13T04:59:00Z", true),
        ("2026-06-13T05:00:00Z", true),
        ("2026-06-13T06:59:59Z", true),
        ("2026-06-13T07:00:00Z", false),
        ("2026-06-12T06:00:00Z", false),
        ("2026-06-14T05:30:00Z", false),
    ] {
        assert_eq!(flow.is_open(at(time)), open, "{time}");
    }
}

#[test]
fn a_holiday_has_no_hours_and_ends_none() {
    let all_day = json!([{ "from": "00:00", "to": "24:00" }]);
    let night = json!([{ "from": "22:00", "to": "06:00" }]);
    let flow = |day: Value, date: &str| {
        flow_of_hours(&json!({
            "timeZone": "UTC",
            "weekly": { "thursday": day, "friday": day, "saturday": day },
            "holidays": [{ "date": date }],
        }))
    };
    // 25 December 2026 is a Friday.
    let closed = flow(all_day, "2026-12-25");
    for (time, open) in [
        ("2026-12-24T23:59:59Z", true),
        ("2026-12-25T00:00:00Z", false),
        ("2026-12-25T23:59:59Z", false),
        ("2026-12-26T00:00:00Z", true),
    ] {
        assert_eq!(closed.is_open(at(time)), open, "{time}");
    }
    let nights = flow(night, "2026-12-25");
    assert!(nights.is_open(at("2026-12-25T05:59:00Z")), "the night before it goes on");
    assert!(!nights.is_open(at("2026-12-25T22:30:00Z")), "its own does not begin");
    assert!(!nights.is_open(at("2026-12-26T05:00:00Z")), "and so does not go on");
    assert!(nights.is_open(at("2026-12-26T22:30:00Z")));
}

/// In 2026 America/Chicago goes forward on 8 March at 2:00 and back on 1 November at 2:00, both Sundays.
#[test]
fn summer_time_moves_the_hours_and_loses_none() {
    let flow = flow_of_hours(&json!({
        "timeZone": "America/Chicago",
        "weekly": { "sunday": [{ "from": "01:30", "to": "02:30" }, { "from": "09:00", "to": "10:00" }] },
    }));
    for (time, open) in [
        // 1:30 to 2:00 of winter time, and then it is 3:00.
        ("2026-03-08T07:29:00Z", false),
        ("2026-03-08T07:30:00Z", true),
        ("2026-03-08T07:59:59Z", true),
        ("2026-03-08T08:00:00Z", false),
        ("2026-03-08T13:59:00Z", false),
        ("2026-03-08T14:00:00Z", true),
        ("2026-03-01T15:00:00Z", true),
        // 1:30 comes twice; between them it is 1:00 again.
        ("2026-11-01T06:30:00Z", true),
        ("2026-11-01T06:59:59Z", true),
        ("2026-11-01T07:00:00Z", false),
        ("2026-11-01T07:30:00Z", true),
        ("2026-11-01T08:29:59Z", true),
        ("2026-11-01T08:30:00Z", false),
        ("2026-11-01T15:00:00Z", true),
    ] {
        assert_eq!(flow.is_open(at(time)), open, "{time}");
    }
}

/// Every quarter of an hour of two years, against minutes that are marked one by one.
#[test]
fn hours_agree_with_a_calendar_in_which_each_minute_is_marked() {
    let weekly = json!({
        "monday": [{ "from": "00:00", "to": "06:00" }, { "from": "22:00", "to": "03:00" }],
        "tuesday": [{ "from": "08:15", "to": "12:45" }, { "from": "13:00", "to": "24:00" }],
        "wednesday": [{ "from": "23:45", "to": "00:15" }],
        "saturday": [{ "from": "12:00", "to": "11:45" }],
    });
    let holidays = ["2026-07-04", "2026-12-26", "2027-01-02", "2027-05-31"];
    for zone in ["America/Chicago", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia"] {
        let dates: Vec<Value> = holidays.iter().map(|date| json!({ "date": date })).collect();
        let flow = flow_of_hours(&json!({ "timeZone": zone, "weekly": weekly, "holidays": dates }));
        let tz: chrono_tz::Tz = zone.parse().unwrap();
        let mut time = at("2026-01-01T00:00:00Z");
        while time < at("2028-01-01T00:00:00Z") {
            let local = time.with_timezone(&tz).naive_local();
            assert_eq!(flow.is_open(time), is_marked(&weekly, &holidays, local), "{zone} {time}");
            time += chrono::Duration::minutes(15);
        }
    }
}

/// What the JSON says about a local minute, read anew: by "HH:MM" texts, whose order is the time's.
fn is_marked(weekly: &Value, holidays: &[&str], local: chrono::NaiveDateTime) -> bool {
    let now = local.format("%H:%M").to_string();
    let intervals = |date: chrono::NaiveDate| -> Vec<(String, String)> {
        if holidays.contains(&date.to_string().as_str()) {
            return Vec::new();
        }
        let day = date.format("%A").to_string().to_lowercase();
        let of_the_day = weekly[&day].as_array().cloned().unwrap_or_default();
        let text = |interval: &Value, name: &str| interval[name].as_str().unwrap().to_owned();
        of_the_day.iter().map(|interval| (text(interval, "from"), text(interval, "to"))).collect()
    };
    let today = intervals(local.date());
    let yesterday = intervals(local.date().pred_opt().unwrap());
    today.iter().any(|(from, to)| *from <= now && (now < *to || to < from))
        || yesterday.iter().any(|(from, to)| to < from && now < *to)
}

#[test]
fn phones_ring_together_or_one_after_the_other() {
    let numbers = json!([{ "phoneNumber": "+14055550100" }, { "phoneNumber": "+14055550101" }]);
    let rounds = |strategy: &str| -> Vec<usize> {
        let flow = parse(&json!({ "forward": { "numbers": numbers, "strategy": strategy } })).unwrap();
        (0..4).map(|tries| flow.forward.as_ref().unwrap().round(tries).len()).collect()
    };
    assert_eq!(rounds("simultaneous"), [2, 0, 0, 0]);
    assert_eq!(rounds("sequential"), [1, 1, 0, 0]);
}

#[test]
fn a_key_leads_to_its_department_only() {
    let menu = parse(&whole()).unwrap().menu.unwrap();
    assert_eq!(menu.choice("1"), Some(NumberType::Sales));
    assert_eq!(menu.choice("2"), Some(NumberType::Support));
    for pressed in ["3", "", "11", "1#", "١"] {
        assert_eq!(menu.choice(pressed), None, "{pressed}");
    }
}

#[test]
fn a_target_is_in_an_allowed_country_and_not_one_of_our_own() {
    let countries = ["US".to_owned(), "CA".to_owned()];
    let own = [PhoneNumber::parse("+14052010100").unwrap()];
    let target = |number: &str| ForwardTarget { phone_number: PhoneNumber::parse(number).unwrap(), name: None };
    assert_eq!(target("+14055550100").check(&countries, &own), Ok(()));
    assert_eq!(target("+442071838750").check(&countries, &own), Err(ForwardTargetError::Country));
    assert_eq!(target("+18762010100").check(&countries, &own), Err(ForwardTargetError::Country));
    assert_eq!(target("+14052010100").check(&countries, &own), Err(ForwardTargetError::OwnNumber));
}
