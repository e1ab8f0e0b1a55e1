//! The call flow of a number. Input: its JSON.
#![no_main]

use chrono::{DateTime, TimeDelta};
use libfuzzer_sys::fuzz_target;
use shared::domain::{CallFlow, Prompt};
use switchboard_fuzz::assert_storable_json;

fuzz_target!(|data: &[u8]| {
    let Ok(flow) = serde_json::from_slice::<CallFlow>(data) else { return };
    reads_back(&flow);
    every_phone_rings_once(&flow);
    each_key_leads_somewhere_or_nowhere(&flow);
    it_is_open_or_closed_at_any_time(&flow);
    what_is_heard_can_be_heard(&flow);
});

fn reads_back(flow: &CallFlow) {
    let written = serde_json::to_value(flow).expect("it can be written");
    assert_storable_json("the flow", &written);
    assert_eq!(&serde_json::from_value::<CallFlow>(written).expect("it can be read"), flow);
}

fn every_phone_rings_once(flow: &CallFlow) {
    let Some(forward) = &flow.forward else { return };
    assert!((1..=10).contains(&forward.numbers().len()) && (5..=120).contains(&forward.timeout_seconds()));
    let rung: Vec<_> = (0..=u8::MAX).flat_map(|tries| forward.round(tries)).collect();
    assert_eq!(rung, forward.numbers().iter().collect::<Vec<_>>());
    assert_eq!(flow.forward_targets().count(), forward.numbers().len());
    for target in forward.numbers() {
        let own = [target.phone_number.clone()];
        assert!(target.check(&["US".to_owned(), "GB".to_owned()], &own).is_err(), "the call would come back");
    }
}

fn each_key_leads_somewhere_or_nowhere(flow: &CallFlow) {
    let Some(menu) = &flow.menu else { return };
    let choices = ('0'..='9').filter(|key| menu.choice(&key.to_string()).is_some()).count();
    assert!((1..=10).contains(&choices));
    for pressed in ["", "10", "#", "٣", "1 "] {
        assert!(menu.choice(pressed).is_none(), "{pressed:?}");
    }
}

/// Around days on which clocks change, and at the ends of what can be asked.
fn it_is_open_or_closed_at_any_time(flow: &CallFlow) {
    let always = flow.business_hours.is_none();
    for start in [0, 1_772_953_200, 1_793_512_800, 253_402_300_799, -62_135_596_800] {
        let start = DateTime::from_timestamp(start, 0).expect("a time");
        for hours in 0..48 {
            let is_open = flow.is_open(start + TimeDelta::minutes(hours * 30));
            assert!(is_open || !always);
        }
    }
    for edge in [DateTime::<chrono::Utc>::MIN_UTC, DateTime::<chrono::Utc>::MAX_UTC] {
        let inside = if edge.timestamp() < 0 { edge + TimeDelta::days(2) } else { edge - TimeDelta::days(2) };
        let _ = flow.is_open(inside);
    }
}

fn what_is_heard_can_be_heard(flow: &CallFlow) {
    let menu = flow.menu.iter().map(|menu| menu.prompt());
    let closed = flow.closed.iter().filter_map(|closed| closed.greeting.as_ref());
    for prompt in flow.greeting.iter().chain(&flow.voicemail.greeting).chain(menu).chain(closed) {
        match prompt {
            Prompt::Say(text) => {
                assert!((1..=1000).contains(&text.as_str().chars().count()));
                assert!(text.as_str().contains(char::is_alphanumeric));
            }
            Prompt::Play(url) => assert!(url.as_str().starts_with("https://")),
        }
    }
    assert!((10..=600).contains(&flow.voicemail.max_length_seconds.seconds()));
}
