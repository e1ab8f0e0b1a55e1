//! Webhooks of the carrier: the signature, the parameters, and what is made of them. Input: a line with the query, then the
//! body, a form or JSON.
#![no_main]

use std::sync::LazyLock;

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use receive_registration_event::event::RegistrationEvent;
use shared::{
    domain::Channel,
    queue::InboxWork,
    signalwire::{CallWebhook, Form, InboundMessage, MessageStatusCallback, VerifiedWebhook, Verifier},
};
use switchboard_fuzz::{SIGNING_KEY, Webhook, assert_storable, assert_storable_json, decode, verifier};

static VERIFIER: LazyLock<Verifier> = LazyLock::new(|| verifier(SIGNING_KEY));
static STRANGER: LazyLock<Verifier> = LazyLock::new(|| verifier("PSK_another_key"));

fuzz_target!(|data: &[u8]| {
    let Some(webhook) = Webhook::of(data) else { return };
    // Its own signature is refused without a body that it covers, or with a hash of another one in the query.
    let vouches = !webhook.query.as_deref().is_some_and(|query| query.contains("bodySHA256") || query.contains('%'));
    if !vouches {
        let _ = webhook.verify(&VERIFIER, Some(&webhook.signature()));
        return;
    }
    if !webhook.is_json() && !webhook.body.is_empty() && decode(&webhook.body).is_empty() {
        assert!(webhook.verify(&VERIFIER, Some(&webhook.signature())).is_err(), "nothing vouches for the body");
        return;
    }
    only_what_was_signed_is_accepted(&webhook);
    let verified = webhook.verify(&VERIFIER, Some(&webhook.signature())).expect("the carrier's own signature");
    assert_eq!(verified.body(), webhook.body);
    parameters_are_read_as_others_read_them(&webhook, verified.form());
    messages(verified.form());
    calls(verified.form());
    registrations(&verified);
    the_queue_loses_nothing(verified.form());
});

fn only_what_was_signed_is_accepted(webhook: &Webhook) {
    let signature = webhook.signature();
    assert!(webhook.verify(&STRANGER, Some(&signature)).is_err(), "another key");
    assert!(webhook.verify(&VERIFIER, None).is_err(), "no signature");
    for at in [0, webhook.body.len() / 2, webhook.body.len().saturating_sub(1)] {
        let mut changed = webhook.clone();
        let Some(byte) = changed.body.get_mut(at) else { continue };
        *byte ^= 1;
        if changed.is_json() != webhook.is_json() {
            continue;
        }
        // A form that decodes to the same letters is the same to the carrier's scheme.
        let same = changed.signed() == webhook.signed() && !(decode(&changed.body).is_empty() && !changed.is_json());
        let accepted = changed.verify(&VERIFIER, Some(&signature)).is_ok();
        assert_eq!(accepted, same, "byte {at}");
    }
    let mut elsewhere = webhook.clone();
    elsewhere.query.get_or_insert_default().push('x');
    assert!(elsewhere.verify(&VERIFIER, Some(&signature)).is_err(), "another query");
}

fn parameters_are_read_as_others_read_them(webhook: &Webhook, form: &Form) {
    for (name, value) in form.pairs() {
        assert_storable("name", name);
        assert_storable("value", value);
    }
    let read = form.to_pairs();
    assert_eq!(&Form::from_pairs(read.clone()), form);
    if !webhook.is_json() {
        let expected: Vec<(String, String)> = form_urlencoded::parse(&webhook.body)
            .map(|(name, value)| (name.replace('\0', "\u{fffd}"), value.replace('\0', "\u{fffd}")))
            .collect();
        assert_eq!(read, expected);
    }
    for (name, value) in &read {
        let first = read.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str());
        assert_eq!(form.get(name), first);
        assert_eq!(form.get_non_empty(name).is_none(), first == Some(""), "{value:?}");
    }
    let kept = form.to_json();
    let object = kept.as_object().expect("an object");
    let values: usize = object.values().map(|value| value.as_array().map_or(1, Vec::len)).sum();
    assert_eq!(values, read.len(), "each value is kept");
    assert_storable_json("the raw event", &kept);
}

fn messages(form: &Form) {
    let message = InboundMessage::from_form(form);
    let status = MessageStatusCallback::from_form(form);
    for text in [&message.message_sid, &message.account_sid, &status.message_sid, &status.status, &status.error_code] {
        assert_ne!(text.as_deref(), Some(""), "an empty text is none");
    }
    assert_eq!((&message.from, &message.to), (&status.from, &status.to));
    let is_prefixed =
        |name: &str| form.get(name).is_some_and(|text| text.to_ascii_lowercase().starts_with("whatsapp:"));
    if is_prefixed("From") || is_prefixed("To") {
        assert_eq!((message.channel, status.channel), (Channel::Whatsapp, Channel::Whatsapp));
    }
    assert_eq!(message.body, form.get("Body").unwrap_or_default());
    let pictures = form.pairs().filter(|(name, url)| name.starts_with("MediaUrl") && !url.is_empty()).count();
    assert!(message.media.len() <= pictures && message.media.iter().all(|media| !media.url.is_empty()));
}

fn calls(form: &Form) {
    let call = CallWebhook::from_form(form);
    for seconds in [call.duration, call.dial_duration].into_iter().flatten() {
        assert!(seconds >= 0);
    }
    if let Some(recording) = call.recording {
        assert!(!recording.sid.is_empty() && !recording.url.is_empty());
        assert!(recording.duration.is_none_or(|seconds| seconds >= 0));
    }
    if let Some(transcription) = call.transcription {
        assert!(!transcription.recording_sid.is_empty());
    }
}

fn registrations(webhook: &VerifiedWebhook) {
    let Ok(event) = webhook.json::<RegistrationEvent>() else { return };
    assert_storable("the kind", event.kind());
    for text in [&event.phone_number_id, &event.phone_number].into_iter().flatten() {
        assert_storable("the number", text);
    }
    let _ = (event.meaning(), event.happened_at());
}

fn the_queue_loses_nothing(form: &Form) {
    let at = DateTime::UNIX_EPOCH;
    for work in [
        InboxWork::message(form.to_pairs(), at),
        InboxWork::message_status(form.to_pairs(), None),
        InboxWork::call(form.to_pairs(), at),
        InboxWork::call_event(form.to_pairs(), None, at),
    ] {
        let text = serde_json::to_string(&work).expect("it can be written");
        assert_eq!(serde_json::from_str::<InboxWork>(&text).expect("it can be read"), work);
    }
}
