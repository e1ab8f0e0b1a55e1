use chrono::TimeZone;
use serde_json::{Value, json};
use shared::{
    config::{BusinessConfig, Environment, SigningConfig},
    domain::PhoneNumberId,
};

use super::*;

const SALES: &str = "00000000-0000-4000-8000-000000000002";
const MAIN: &str = "00000000-0000-4000-8000-000000000001";

struct World {
    steps: StepSigner,
    call_url: Url,
    status_url: Url,
    config: CallConfig,
    numbers: Vec<CallableNumber>,
}

impl World {
    fn new(main: Value, sales: Value) -> Self {
        let number = |id: &str, number: &str, kind: NumberType, voice: Value| CallableNumber {
            id: id.parse().unwrap(),
            phone_number: number.to_owned(),
            number_type: kind,
            status: NumberStatus::Active,
            voice: Some(voice).filter(|voice| !voice.is_null()),
        };
        Self {
            steps: StepSigner::new(&SigningConfig { key: "PSK_test".into(), secondary_key: None }),
            call_url: Url::parse("https://calls.example.com/voice").unwrap(),
            status_url: Url::parse("https://calls.example.com/status").unwrap(),
            config: BusinessConfig::from_env(&Environment::for_testing(&[])).unwrap().calls,
            numbers: vec![
                number(MAIN, "+14052010100", NumberType::Primary, main),
                number(SALES, "+14052010101", NumberType::Sales, sales),
            ],
        }
    }

    /// At noon of a Monday in Chicago.
    fn around(&self) -> Surroundings<'_> {
        let now = Utc.with_ymd_and_hms(2026, 6, 8, 17, 0, 0).unwrap();
        Surroundings {
            steps: &self.steps,
            call_url: &self.call_url,
            status_url: &self.status_url,
            config: &self.config,
            now,
        }
    }

    fn begin(&self) -> Document {
        self.begin_at(at(MAIN))
    }

    fn begin_at(&self, at: CallStep) -> Document {
        Course { around: &self.around(), numbers: &self.numbers, at }.begin()
    }

    fn whisper(&self) -> Document {
        Course { around: &self.around(), numbers: &self.numbers, at: at(MAIN) }.whisper()
    }

    /// Does what a document's address asks for, without a key and without an answer.
    fn follow(&self, url: &Url) -> Document {
        let step = self.steps.read(url.query()).unwrap().unwrap();
        let kind = step.kind;
        let course = Course { around: &self.around(), numbers: &self.numbers, at: step };
        match kind {
            StepKind::Gather { tries } => course.after_gather(tries, None),
            StepKind::Dial { tries } => course.after_dial(tries),
            other => panic!("{other:?} is no step that goes on"),
        }
    }

    fn press(&self, document: &Document, key: &str) -> Document {
        let Some(Verb::Gather(gather)) = document.verbs().iter().find(|verb| matches!(verb, Verb::Gather(_))) else {
            panic!("no menu in {document:?}")
        };
        let step = self.steps.read(gather.action.query()).unwrap().unwrap();
        let StepKind::Gather { tries } = step.kind else { panic!("{step:?}") };
        Course { around: &self.around(), numbers: &self.numbers, at: step }.after_gather(tries, Some(key))
    }
}

fn at(number: &str) -> CallStep {
    CallStep::of_inbound("call-1", Some(number.parse::<PhoneNumberId>().unwrap()), StepKind::Whisper)
}

/// The names of a document's verbs, with what is said.
fn story(document: &Document) -> Vec<String> {
    let verb = |verb: &Verb| match verb {
        Verb::Say(text) => text.clone(),
        Verb::Play(url) => url.clone(),
        Verb::Gather(_) => "(menu)".to_owned(),
        Verb::Dial(dial) => {
            let numbers: Vec<&str> = dial.numbers.iter().map(|number| number.phone_number.as_str()).collect();
            format!("(dial {})", numbers.join(" "))
        }
        Verb::Record(_) => "(record)".to_owned(),
        Verb::Redirect(_) => "(again)".to_owned(),
        Verb::Hangup => "(end)".to_owned(),
    };
    document.verbs().iter().map(verb).collect()
}

const TONE: &str = "Please leave a message after the tone.";

#[test]
fn a_number_without_a_flow_greets_and_takes_a_voicemail() {
    let world = World::new(Value::Null, Value::Null);
    assert_eq!(
        story(&world.begin()),
        ["Thank you for calling. Nobody can take your call right now.", TONE, "(record)"]
    );
    let unreadable = World::new(json!({ "flow": "of a later version" }), Value::Null);
    assert_eq!(story(&unreadable.begin()), story(&world.begin()));
}

#[test]
fn a_voicemail_says_where_it_goes() {
    let world = World::new(json!({ "voicemail": { "maxLengthSeconds": 45, "transcribe": false } }), Value::Null);
    let document = world.begin();
    let [Verb::Say(_), Verb::Record(record)] = document.verbs() else { panic!("{document:?}") };
    assert_eq!((record.max_length_seconds, &record.transcription), (45, &None));
    assert!(record.action.as_str().starts_with("https://calls.example.com/voice?step="));
    assert!(record.recording_status.as_str().starts_with("https://calls.example.com/status?step="));
}

#[test]
fn outside_of_the_hours_it_says_so() {
    let never = json!({ "timeZone": "America/Chicago", "weekly": {} });
    let forward = json!({ "numbers": [{ "phoneNumber": "+14055550100" }] });
    let world = World::new(json!({ "businessHours": never, "forward": forward }), Value::Null);
    assert_eq!(story(&world.begin()), ["We are closed at the moment.", TONE, "(record)"]);

    let closed = json!({ "greeting": { "play": "https://files.example.com/closed.mp3" } });
    let flow = json!({ "businessHours": never, "closed": closed, "voicemail": { "enabled": false } });
    let unavailable = "Nobody can take your call right now. Please try again later.";
    assert_eq!(
        story(&World::new(flow, Value::Null).begin()),
        ["https://files.example.com/closed.mp3", unavailable, "(end)"]
    );
}

#[test]
fn phones_ring_and_then_it_is_the_voicemails_turn() {
    let numbers = json!([{ "phoneNumber": "+14055550100" }, { "phoneNumber": "+14055550101" }]);
    let world = World::new(json!({ "forward": { "numbers": numbers } }), Value::Null);
    let document = world.begin();
    assert_eq!(story(&document), ["(dial +14055550100 +14055550101)"]);
    let [Verb::Dial(dial)] = document.verbs() else { panic!("{document:?}") };
    assert_eq!(story(&world.follow(&dial.action)), [TONE, "(record)"]);

    let flow = json!({ "forward": { "numbers": numbers, "strategy": "sequential" }, "recordCalls": true });
    let world = World::new(flow, Value::Null);
    let mut document = world.begin();
    for expected in ["(dial +14055550100)", "(dial +14055550101)"] {
        assert_eq!(story(&document), [expected]);
        let [Verb::Dial(dial)] = document.verbs() else { panic!("{document:?}") };
        assert!(dial.recording_status.is_some());
        document = world.follow(&dial.action);
    }
    assert_eq!(story(&document), [TONE, "(record)"]);
}

#[test]
fn a_menu_leads_to_the_flow_of_the_department() {
    let menu = json!({ "prompt": { "say": "Press 1 for sales." }, "options": [
        { "digit": "1", "numberType": "sales" }, { "digit": "2", "numberType": "support" },
    ] });
    let sales =
        json!({ "greeting": { "say": "Sales." }, "forward": { "numbers": [{ "phoneNumber": "+14055550102" }] } });
    let world = World::new(json!({ "menu": menu }), sales);
    let document = world.begin();
    assert_eq!(story(&document), ["(menu)", "(again)"]);
    assert_eq!(story(&world.press(&document, "1")), ["Sales.", "(dial +14055550102)"]);
    assert_eq!(story(&world.press(&document, "2")), [TONE, "(record)"], "a department without a number");
    let wrong = "Sorry, that is not one of the choices.";
    assert_eq!(story(&world.press(&document, "7")), [wrong, "(menu)", "(again)"]);
}

#[test]
fn a_menu_is_offered_three_times() {
    let menu = json!({ "prompt": { "say": "Press 1." }, "options": [{ "digit": "1", "numberType": "sales" }] });
    let world = World::new(json!({ "menu": menu }), Value::Null);
    let mut document = world.begin();
    let mut offered = 0;
    while let [Verb::Gather(gather), Verb::Redirect(again)] = document.verbs() {
        assert_eq!(gather.action, *again, "no key is told to the same address");
        offered += 1;
        document = world.follow(again);
    }
    assert_eq!((offered, story(&document)), (3, vec![TONE.to_owned(), "(record)".to_owned()]));
}

/// Two departments that lead to each other, and one that leads to itself.
#[test]
fn no_menu_goes_round_in_circles() {
    let menu = |department: &str| json!({ "menu": { "prompt": { "say": "Press 1." }, "options": [{ "digit": "1", "numberType": department }] } });
    let world = World::new(menu("sales"), menu("primary"));
    let mut document = world.begin();
    let mut pressed = 0;
    while matches!(document.verbs(), [Verb::Gather(_), ..]) {
        pressed += 1;
        assert!(pressed < 10, "the menus never end");
        document = world.press(&document, "1");
    }
    assert_eq!((pressed, story(&document)), (3, vec![TONE.to_owned(), "(record)".to_owned()]));

    let own = World::new(menu("primary"), Value::Null);
    assert_eq!(story(&own.press(&own.begin(), "1")), [TONE, "(record)"]);
}

#[test]
fn no_phone_rings_for_ever() {
    let numbers: Vec<Value> = (0..10).map(|n| json!({ "phoneNumber": format!("+1405555010{n}") })).collect();
    let world = World::new(json!({ "forward": { "numbers": numbers, "strategy": "sequential" } }), Value::Null);
    let tired = CallStep { rounds: MOST_ROUNDS, ..at(MAIN) };
    assert_eq!(story(&world.begin_at(tired)), [TONE, "(record)"]);
}

#[test]
fn a_target_that_has_become_one_of_our_numbers_is_passed_over() {
    let numbers = json!([{ "phoneNumber": "+14052010101" }, { "phoneNumber": "+14055550100" }]);
    let sequential = json!({ "forward": { "numbers": numbers, "strategy": "sequential" } });
    assert_eq!(story(&World::new(sequential, Value::Null).begin()), ["(dial +14055550100)"]);
    let only = json!({ "forward": { "numbers": [{ "phoneNumber": "+14052010101" }] } });
    assert_eq!(story(&World::new(only, Value::Null).begin()), [TONE, "(record)"]);
}

#[test]
fn whoever_answers_hears_what_the_call_is_about() {
    let forward = json!({ "numbers": [{ "phoneNumber": "+14055550100" }], "whisper": "Call for <sales>" });
    let world = World::new(json!({ "forward": forward }), Value::Null);
    assert_eq!(story(&world.whisper()), ["Call for <sales>"]);
    let document = world.begin();
    let [Verb::Dial(dial)] = document.verbs() else { panic!("{document:?}") };
    assert!(dial.numbers[0].whisper.is_some());
    assert_eq!(World::new(Value::Null, Value::Null).whisper(), Document::new());
}

#[test]
fn a_suspended_number_is_polite() {
    let mut world = World::new(Value::Null, Value::Null);
    world.numbers[0].status = NumberStatus::Suspended;
    let said = "The number that you have called cannot take calls at the moment. Please try again later.";
    assert_eq!(story(&world.begin()), [said, "(end)"]);
}
