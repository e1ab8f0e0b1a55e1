//! Placing a call: every documented refusal, then a queued call that goes its way in the background.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
};

use super::{Answer, calls::describe, numbers::is_web_url, refusal::Refusal, sending::is_e164};
use crate::{
    calls::{self, Placed, RecordRequest},
    destinations::{self, Fate},
    form::Form,
    network::Network,
    records::{CallDirection, CallEvent, CallRecord, Hook, StatusHook},
};

/// Seconds that a phone may ring.
const DEFAULT_TIMEOUT: u32 = 60;
const TIMEOUT: std::ops::RangeInclusive<u32> = 1..=600;
/// Parameters of Twilio's that SignalWire does not take.
const UNKNOWN: [&str; 4] = ["Twiml", "TimeLimit", "CallReason", "Byoc"];

/// SignalWire, Calls, create. It answers 200, although something was created.
pub async fn create(State(network): State<Network>, Path(account): Path<String>, body: Bytes) -> Answer {
    let form = Form::parse(&body);
    let placed = wanted(&form)?;
    network.read(|world| {
        let from = placed.call.from.as_str();
        let number = world.number(from);
        match number {
            None => Err(Refusal::unprocessable(21210, "The From number does not belong to this project")),
            Some(number) if !number.capabilities.voice => {
                Err(Refusal::unprocessable(21601, "The From number is not enabled for calls"))
            }
            Some(_) => Ok(()),
        }
    })?;
    if destinations::fate(&placed.call.to) == Fate::Refused(21211) {
        return Err(Refusal::unprocessable(21211, destinations::explain(21211)));
    }
    let body = network.read(|world| describe(&account, world, &placed.call));
    calls::place(&network, placed);
    Ok((StatusCode::OK, Json(body)))
}

fn wanted(form: &Form) -> Result<Placed, Refusal> {
    let to = form.filled("To").ok_or_else(|| Refusal::call(21604, "To is required"))?;
    if !is_e164(to) {
        return Err(Refusal::call(21211, "The To number is not a valid phone number"));
    }
    let from = form.filled("From").ok_or_else(|| Refusal::call(21213, "From is required"))?;
    if !is_e164(from) {
        return Err(Refusal::call(21212, "The From number is not a valid phone number"));
    }
    if form.filled("ApplicationSid").is_some() {
        return Err(Refusal::unprocessable(21420, "ApplicationSid was not found"));
    }
    if let Some(name) = UNKNOWN.iter().find(|name| form.get(name).is_some()) {
        return Err(Refusal::call(90000, &format!("{name} is not supported")));
    }
    check_machine_detection(form)?;
    let answer = hook(form, "Url", "Method")?.ok_or_else(|| Refusal::call(21402, "Url is required"))?;
    let mut call = CallRecord::new(CallDirection::OutboundApi, from, to);
    call.fallback = hook(form, "FallbackUrl", "FallbackMethod")?;
    call.status_callback = status_callback(form)?;
    Ok(Placed {
        call,
        answer,
        timeout: timeout(form)?,
        detect_machine: form.filled("MachineDetection").is_some_and(|mode| mode != "none"),
        record: recording(form)?,
    })
}

fn check_machine_detection(form: &Form) -> Result<(), Refusal> {
    match form.filled("MachineDetection") {
        None | Some("Enable" | "DetectMessageEnd" | "none") => Ok(()),
        Some(_) => Err(Refusal::call(10000, "MachineDetection must be Enable, DetectMessageEnd or none")),
    }
}

fn timeout(form: &Form) -> Result<u32, Refusal> {
    let Some(text) = form.filled("Timeout") else { return Ok(DEFAULT_TIMEOUT) };
    let seconds = text.parse().ok().filter(|seconds| TIMEOUT.contains(seconds));
    seconds.ok_or_else(|| Refusal::call(10000, "Timeout must be from 1 to 600 seconds"))
}

fn hook(form: &Form, url: &str, method: &str) -> Result<Option<Hook>, Refusal> {
    let Some(text) = form.filled(url) else { return Ok(None) };
    if !is_web_url(text) {
        return Err(Refusal::call(21402, &format!("{url} is not a valid URL")));
    }
    let wanted = form.filled(method).unwrap_or("POST").to_uppercase();
    if !matches!(wanted.as_str(), "GET" | "POST") {
        return Err(Refusal::call(10000, &format!("{method} must be GET or POST")));
    }
    Ok(Some(Hook { url: text.to_owned(), method: wanted }))
}

fn status_callback(form: &Form) -> Result<Option<StatusHook>, Refusal> {
    let Some(hook) = hook(form, "StatusCallback", "StatusCallbackMethod")? else { return Ok(None) };
    let mut events = Vec::new();
    for name in form.all("StatusCallbackEvent").into_iter().flat_map(str::split_whitespace) {
        match CallEvent::named(name) {
            Some(event) => events.push(event),
            // They exist for queues and forwarded calls, which are not simulated.
            None if matches!(name, "ringing_forwarded" | "ringing_queued") => {}
            None => return Err(Refusal::call(10000, "StatusCallbackEvent is not valid")),
        }
    }
    if events.is_empty() {
        events.push(CallEvent::Completed);
    }
    Ok(Some(StatusHook { hook, events }))
}

fn recording(form: &Form) -> Result<Option<RecordRequest>, Refusal> {
    let hook = hook(form, "RecordingStatusCallback", "RecordingStatusCallbackMethod")?;
    if !form.get("Record").is_some_and(|text| text.eq_ignore_ascii_case("true")) {
        return Ok(None);
    }
    let channels = match form.filled("RecordingChannels") {
        None | Some("mono") => 1,
        Some("dual") => 2,
        Some(_) => return Err(Refusal::call(10000, "RecordingChannels must be mono or dual")),
    };
    let events = form.filled("RecordingStatusCallbackEvent").unwrap_or("completed");
    Ok(Some(RecordRequest {
        channels,
        trim: form.filled("Trim").unwrap_or("trim-silence").to_owned(),
        hook,
        events: events.split_whitespace().map(str::to_owned).collect(),
    }))
}
