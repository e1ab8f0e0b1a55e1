use chrono::{DateTime, Utc};
use shared::{
    config::{BusinessConfig, Environment, SigningConfig},
    domain::PhoneNumber,
    signalwire::StepSigner,
};
use url::Url;

use super::*;

const CALL: &str = "018f3f0e-6a0b-4a3e-9d0a-2f6f5a1f9b10";

struct World {
    steps: StepSigner,
    call_url: Url,
    status_url: Url,
    config: CallConfig,
}

impl World {
    fn new() -> Self {
        Self {
            steps: StepSigner::new(&SigningConfig { key: "PSK_test".into(), secondary_key: None }),
            call_url: Url::parse("https://calls.example.com/voice").unwrap(),
            status_url: Url::parse("https://calls.example.com/status").unwrap(),
            config: BusinessConfig::from_env(&Environment::for_testing(&[])).unwrap().calls,
        }
    }

    fn ask(&self, kind: StepKind, digits: Option<&str>, script: &Script) -> Document {
        let around = Surroundings {
            steps: &self.steps,
            call_url: &self.call_url,
            status_url: &self.status_url,
            config: &self.config,
            now: DateTime::<Utc>::UNIX_EPOCH,
        };
        let step = CallStep::of_outbound(CALL.parse().unwrap(), kind);
        let webhook = CallWebhook { digits: digits.map(str::to_owned), ..CallWebhook::default() };
        document(&around, &step, &webhook, script)
    }

    fn step_of(&self, url: &Url) -> CallStep {
        self.steps.read(url.query()).unwrap().unwrap()
    }
}

fn script(kind: CallKind) -> Script {
    Script {
        workspace_id: CALL.parse().unwrap(),
        kind,
        body: "Ready < & waiting".to_owned(),
        from: PhoneNumber::parse("+14052010100").unwrap(),
        customer: PhoneNumber::parse("+14055550123").unwrap(),
        customer_name: None,
        is_recorded: false,
    }
}

#[test]
fn a_text_is_said_once_and_the_call_ends() {
    let spoken = World::new().ask(StepKind::Speak, None, &script(CallKind::Spoken));
    assert_eq!(spoken.verbs(), [Verb::Say("Ready < & waiting".to_owned()), Verb::Hangup]);
}

#[test]
fn a_member_is_asked_for_a_key_and_then_nothing_more_happens() {
    let world = World::new();
    let asked = |name: Option<&str>| {
        let customer_name = name.map(str::to_owned);
        world.ask(StepKind::Announce, None, &Script { customer_name, ..script(CallKind::ClickToCall) })
    };
    for (name, heard) in [(Some("Maria & Co"), "Maria & Co"), (None, "a customer")] {
        let document = asked(name);
        let [Verb::Gather(gather), Verb::Hangup] = document.verbs() else { panic!("{document:?}") };
        let Prompt::Say(text) = &gather.prompt else { panic!("{gather:?}") };
        assert!(text.as_str().contains(heard) && text.as_str().contains("Press 1"), "{text:?}");
        assert_eq!(world.step_of(&gather.action).kind, StepKind::Connect);
    }
    let document = asked(Some(&"x".repeat(2000)));
    assert!(matches!(document.verbs(), [Verb::Gather(_), Verb::Hangup]), "a name may be anything");
}

#[test]
fn only_the_key_rings_the_customer_who_sees_the_departments_number() {
    let world = World::new();
    for digits in [None, Some(""), Some("2"), Some("11")] {
        let document = world.ask(StepKind::Connect, digits, &script(CallKind::ClickToCall));
        assert_eq!(document.verbs(), [Verb::Hangup], "{digits:?}");
    }
    for is_recorded in [false, true] {
        let script = Script { is_recorded, ..script(CallKind::ClickToCall) };
        let document = world.ask(StepKind::Connect, Some("1"), &script);
        let [Verb::Dial(dial)] = document.verbs() else { panic!("{document:?}") };
        assert_eq!(dial.caller_id.as_deref(), Some("+14052010100"));
        assert_eq!(dial.recording_status.is_some(), is_recorded);
        assert_eq!(world.step_of(&dial.action).kind, StepKind::Talked);
        let numbers: Vec<_> = dial.numbers.iter().map(|number| number.phone_number.as_str()).collect();
        assert_eq!(numbers, ["+14055550123"]);
        assert_eq!(world.step_of(&dial.numbers[0].status).kind, StepKind::Customer);
    }
}

#[test]
fn a_step_of_another_kind_of_call_ends_it() {
    let world = World::new();
    for (kind, of) in [
        (StepKind::Speak, CallKind::ClickToCall),
        (StepKind::Announce, CallKind::Spoken),
        (StepKind::Connect, CallKind::Spoken),
        (StepKind::Speak, CallKind::Inbound),
    ] {
        assert_eq!(world.ask(kind, Some("1"), &script(of)).verbs(), [Verb::Hangup]);
    }
}

#[test]
fn a_member_is_told_why_nobody_speaks() {
    let config = World::new().config;
    assert_eq!(after_talk(&config, Some("completed")).verbs(), [Verb::Hangup]);
    for (status, said) in
        [(Some("busy"), "busy"), (Some("no-answer"), "Nobody"), (Some("failed"), "Nobody"), (None, "Nobody")]
    {
        let document = after_talk(&config, status);
        let [Verb::Say(text), Verb::Hangup] = document.verbs() else { panic!("{document:?}") };
        assert!(text.contains(said), "{status:?} {text}");
    }
}
