//! The documents that steer a call (SignalWire, cXML voice). Their order and defaults follow the documentation; what it
//! knows beside them (`<Sip>`, `<Conference>`, …) is refused, because it is not simulated.

mod verbs;

use super::element::Element;
use crate::{delivery::Delivery, records::CallEvent};
pub use verbs::{Dial, Gather, Number, Record, RecordingHook, Sms, Target, Times, Verb};

const MAX_SPOKEN: usize = 4_096;
const MAX_NUMBERS: usize = 10;
const MAX_TEXT: usize = 1_600;
/// The verbs that a `<Gather>` may play while it listens.
const PROMPTS: [&str; 3] = ["Say", "Play", "Pause"];
/// Elements of SSML inside `<Say>`.
const SPEECH_MARKS: [&str; 10] = ["break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"];
const KEYS: &str = "0123456789*#";

/// The verbs of an answer, or SignalWire's code and words for why it is none.
pub fn read(answer: &Delivery) -> Result<Vec<Verb>, String> {
    super::read(answer, verb)
}

fn verb(element: Element<'_, '_>) -> Result<Verb, String> {
    match element.name() {
        "Say" => say(element),
        "Play" => play(element),
        "Pause" => {
            element.only_attributes(&["length"])?;
            element.empty()?;
            Ok(Verb::Pause { seconds: element.number("length", 1, 0..=86_400)? })
        }
        "Gather" => gather(element).map(Verb::Gather),
        "Dial" => dial(element).map(Verb::Dial),
        "Record" => record(element).map(Verb::Record),
        "Redirect" => {
            element.only_attributes(&["method"])?;
            Ok(Verb::Redirect(Target { url: element.filled_text()?, method: element.method("method")? }))
        }
        "Hangup" => {
            element.only_attributes(&[])?;
            element.empty()?;
            Ok(Verb::Hangup)
        }
        "Reject" => {
            element.only_attributes(&["reason"])?;
            element.empty()?;
            Ok(Verb::Reject { busy: element.choice("reason", "rejected", &["rejected", "busy"])? == "busy" })
        }
        "Sms" => sms(element).map(Verb::Sms),
        other => Err(format!("<{other}> is no verb of a voice document")),
    }
}

fn times(element: Element<'_, '_>) -> Result<Times, String> {
    Ok(match element.number("loop", 1, 0..=1_000)? {
        0 => Times::UntilHangup,
        count => Times::Exactly(count),
    })
}

fn say(element: Element<'_, '_>) -> Result<Verb, String> {
    element.only_attributes(&["voice", "language", "loop"])?;
    let voice = element.attribute("voice").unwrap_or("woman");
    let named = ["Polly.", "gcloud."].iter().any(|family| voice.len() > family.len() && voice.starts_with(family));
    if !named && !matches!(voice, "man" | "woman") {
        return Err(element.wrong("voice", "man, woman, Polly.… or gcloud.…"));
    }
    element.filled("language")?;
    let marks = element.0.descendants().skip(1).filter(roxmltree::Node::is_element);
    if let Some(mark) = marks.map(|node| node.tag_name().name()).find(|name| !SPEECH_MARKS.contains(name)) {
        return Err(format!("<{mark}> does not belong into <Say>"));
    }
    let text = element.spoken_text();
    match text.chars().count() {
        0 => Err("<Say> is empty".to_owned()),
        count if count > MAX_SPOKEN => Err(format!("<Say> is longer than {MAX_SPOKEN} characters")),
        _ => Ok(Verb::Say { text, times: times(element)? }),
    }
}

fn play(element: Element<'_, '_>) -> Result<Verb, String> {
    element.only_attributes(&["loop", "digits"])?;
    let times = times(element)?;
    if let Some(digits) = element.filled("digits")? {
        element.empty()?;
        if !digits.chars().all(|key| KEYS.contains(key) || matches!(key, 'w' | 'W')) {
            return Err(element.wrong("digits", "made of keys and w"));
        }
        return Ok(Verb::Play { what: digits, times });
    }
    let what = element.filled_text()?;
    if ["http://", "https://", "rtmp://", "/"].iter().any(|start| what.starts_with(start)) {
        Ok(Verb::Play { what, times })
    } else {
        Err(format!("<Play> has no URL but {what:?}"))
    }
}

fn target(element: Element<'_, '_>, url: &str, method: &str) -> Result<Option<Target>, String> {
    let method = element.method(method)?;
    Ok(element.filled(url)?.map(|url| Target { url, method }))
}

fn gather(element: Element<'_, '_>) -> Result<Gather, String> {
    element.only_attributes(&[
        "action",
        "method",
        "input",
        "numDigits",
        "timeout",
        "finishOnKey",
        "speechTimeout",
        "language",
        "hints",
        "enhanced",
        "speechModel",
        "actionOnEmptyResult",
        "partialResultCallback",
        "partialResultCallbackMethod",
    ])?;
    let input = element.words("input", "dtmf", &["dtmf", "speech"])?;
    element.flag("enhanced", false)?;
    element.method("partialResultCallbackMethod")?;
    if element.attribute("speechTimeout") != Some("auto") {
        element.number("speechTimeout", 1, 0..=600)?;
    }
    let finish_on_key = element.attribute("finishOnKey").unwrap_or("#");
    let mut keys = finish_on_key.chars();
    let key = keys.next();
    if keys.next().is_some() || key.is_some_and(|key| !KEYS.contains(key)) {
        return Err(element.wrong("finishOnKey", "one key or empty"));
    }
    let mut prompts = Vec::new();
    for child in element.children()? {
        if !PROMPTS.contains(&child.name()) {
            return Err(format!("<{}> does not belong into <Gather>", child.name()));
        }
        prompts.push(verb(child)?);
    }
    Ok(Gather {
        action: target(element, "action", "method")?,
        digits: input.iter().any(|word| word == "dtmf"),
        num_digits: Some(element.number("numDigits", 0, 1..=128)?).filter(|count| *count > 0),
        timeout: element.number("timeout", 5, 0..=600)?,
        finish_on_key: key,
        action_on_empty_result: element.flag("actionOnEmptyResult", false)?,
        prompts,
    })
}

const RECORDING_EVENTS: [&str; 3] = ["in-progress", "completed", "absent"];

fn recording_hook(element: Element<'_, '_>) -> Result<RecordingHook, String> {
    Ok(RecordingHook {
        target: target(element, "recordingStatusCallback", "recordingStatusCallbackMethod")?,
        events: element.words("recordingStatusCallbackEvent", "completed", &RECORDING_EVENTS)?,
    })
}

fn dial(element: Element<'_, '_>) -> Result<Dial, String> {
    element.only_attributes(&[
        "action",
        "method",
        "timeout",
        "timeLimit",
        "callerId",
        "answerOnBridge",
        "hangupOnStar",
        "record",
        "recordingStatusCallback",
        "recordingStatusCallbackMethod",
        "recordingStatusCallbackEvent",
        "recordingTrack",
        "recordingStorageUrl",
        "recordingStorageUrlMethod",
        "trim",
        "ringTone",
    ])?;
    element.choice("trim", "do-not-trim", &["do-not-trim", "trim-silence"])?;
    element.choice("recordingTrack", "both", &["inbound", "outbound", "both"])?;
    element.method("recordingStorageUrlMethod")?;
    let record = [
        "do-not-record",
        "record-from-answer",
        "record-from-ringing",
        "record-from-answer-dual",
        "record-from-ringing-dual",
    ];
    let record = match element.choice("record", "do-not-record", &record)?.as_str() {
        "do-not-record" => None,
        dual if dual.ends_with("-dual") => Some(2),
        _ => Some(1),
    };
    Ok(Dial {
        action: target(element, "action", "method")?,
        timeout: element.number("timeout", 30, 5..=600)?,
        time_limit: element.number("timeLimit", 14_400, 1..=14_400)?,
        caller_id: element.filled("callerId")?,
        answer_on_bridge: element.flag("answerOnBridge", false)?,
        hangup_on_star: element.flag("hangupOnStar", false)?,
        record,
        recording: recording_hook(element)?,
        numbers: numbers(element)?,
    })
}

fn numbers(element: Element<'_, '_>) -> Result<Vec<Number>, String> {
    if element.child_elements().is_empty() {
        let to = phone_number(element)?;
        return Ok(vec![Number { to, whisper: None, status: None }]);
    }
    let numbers: Vec<Number> = element.children()?.into_iter().map(number).collect::<Result<_, _>>()?;
    if numbers.len() > MAX_NUMBERS {
        return Err(format!("<Dial> rings at most {MAX_NUMBERS} numbers"));
    }
    Ok(numbers)
}

fn number(element: Element<'_, '_>) -> Result<Number, String> {
    if element.name() != "Number" {
        return Err(format!("<{}> does not belong into <Dial>, or is not simulated", element.name()));
    }
    element.only_attributes(&[
        "url",
        "method",
        "sendDigits",
        "statusCallback",
        "statusCallbackMethod",
        "statusCallbackEvent",
    ])?;
    let events =
        element.words("statusCallbackEvent", "completed", &["initiated", "ringing", "answered", "completed"])?;
    let events = events.iter().filter_map(|word| CallEvent::named(word)).collect();
    let status = target(element, "statusCallback", "statusCallbackMethod")?;
    Ok(Number {
        to: phone_number(element)?,
        whisper: target(element, "url", "method")?,
        status: status.map(|target| (target, events)),
    })
}

/// In E.164: the documents of the product know no other form.
fn phone_number(element: Element<'_, '_>) -> Result<String, String> {
    let text = element.filled_text()?;
    let digits = text.strip_prefix('+').unwrap_or_default();
    let good = (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if good { Ok(text) } else { Err(format!("<{}> has {text:?}, which is no number in E.164", element.name())) }
}

fn record(element: Element<'_, '_>) -> Result<Record, String> {
    element.only_attributes(&[
        "action",
        "method",
        "maxLength",
        "timeout",
        "finishOnKey",
        "playBeep",
        "transcribe",
        "transcribeCallback",
        "recordingStatusCallback",
        "recordingStatusCallbackMethod",
        "recordingStatusCallbackEvent",
        "trim",
        "storageUrl",
        "storageUrlMethod",
    ])?;
    element.empty()?;
    element.flag("playBeep", true)?;
    element.method("storageUrlMethod")?;
    let finish_on_key = element.attribute("finishOnKey").unwrap_or(KEYS).to_owned();
    if !finish_on_key.chars().all(|key| KEYS.contains(key)) {
        return Err(element.wrong("finishOnKey", "made of keys"));
    }
    let max_length = element.number("maxLength", 0, 0..=3_600)?;
    Ok(Record {
        action: target(element, "action", "method")?,
        max_length: if max_length == 0 { 3_600 } else { max_length },
        timeout: element.number("timeout", 5, 0..=600)?,
        finish_on_key,
        transcribe: element.flag("transcribe", false)? || element.attribute("transcribeCallback").is_some(),
        transcribe_callback: element.filled("transcribeCallback")?,
        trim: element.choice("trim", "trim-silence", &["trim-silence", "do-not-trim"])?,
        recording: recording_hook(element)?,
    })
}

fn sms(element: Element<'_, '_>) -> Result<Sms, String> {
    element.only_attributes(&["to", "from", "action", "method", "statusCallback"])?;
    let body = element.filled_text()?;
    if body.chars().count() > MAX_TEXT {
        return Err(format!("<Sms> is longer than {MAX_TEXT} characters"));
    }
    Ok(Sms {
        to: element.filled("to")?,
        from: element.filled("from")?,
        body,
        action: target(element, "action", "method")?,
        status_callback: element.filled("statusCallback")?,
    })
}

#[cfg(test)]
mod tests;
