//! What the webhooks of calls carry (SignalWire, cXML voice and the callback payloads). All values are strings.

use crate::{
    clock::{self, rfc2822},
    records::{CallEvent, CallRecord, CallStatus, EndedBy, RecordingRecord, TranscriptionRecord, TranscriptionStatus},
};

pub type Parameters = Vec<(String, String)>;

fn owned<const COUNT: usize>(parameters: [(&str, String); COUNT]) -> Parameters {
    parameters.map(|(name, value)| (name.to_owned(), value)).into()
}

/// Those of every request for a document.
pub fn standard(account: &str, call: &CallRecord) -> Parameters {
    let mut parameters = owned([
        ("CallSid", call.sid.clone()),
        ("AccountSid", account.to_owned()),
        ("ApiVersion", "2010-04-01".to_owned()),
        ("CallStatus", call.status.as_str().to_owned()),
        ("Direction", call.direction.as_str().to_owned()),
        ("From", call.from.clone()),
        ("To", call.to.clone()),
    ]);
    add(&mut parameters, "ParentCallSid", call.parent_sid.clone());
    add(&mut parameters, "AnsweredBy", call.answered_by.clone());
    parameters
}

pub fn add(parameters: &mut Parameters, name: &str, value: Option<String>) {
    if let Some(value) = value {
        parameters.push((name.to_owned(), value));
    }
}

/// The status callback of an outbound call; `number` counts from 0.
pub fn progress(account: &str, call: &CallRecord, event: CallEvent, number: u32) -> Parameters {
    let status = match event {
        CallEvent::Initiated => "initiated",
        CallEvent::Ringing => "ringing",
        CallEvent::Answered => "in-progress",
        CallEvent::Completed => call.status.as_str(),
    };
    let mut parameters = standard(account, call);
    parameters.retain(|(name, _)| name != "CallStatus");
    parameters.extend(owned([
        ("CallStatus", status.to_owned()),
        ("Timestamp", rfc2822(clock::now())),
        ("SequenceNumber", number.to_string()),
        ("CallbackSource", "call-progress-events".to_owned()),
    ]));
    if event == CallEvent::Completed {
        let by_callee = matches!(call.ended_by, Some(EndedBy::Callee));
        let duration = (call.status == CallStatus::Completed).then(|| call.duration_seconds.to_string());
        add(&mut parameters, "CallDuration", duration);
        add(&mut parameters, "SipResultCode", Some(sip_code(call.status).to_owned()));
        let who = if by_callee { &call.to } else { &call.from };
        add(&mut parameters, "HangupBy", Some(format!("sip:{who}@sip.swire.io")));
        add(&mut parameters, "HangupDirection", Some(if by_callee { "inbound" } else { "outbound" }.to_owned()));
    }
    parameters
}

pub fn sip_code(status: CallStatus) -> &'static str {
    match status {
        CallStatus::Queued | CallStatus::Ringing => "180",
        CallStatus::InProgress | CallStatus::Completed => "200",
        CallStatus::NoAnswer => "480",
        CallStatus::Busy => "486",
        CallStatus::Canceled => "487",
        CallStatus::Failed => "404",
    }
}

/// The callback of a number when an inbound call is over: only `completed` and `failed` exist there.
pub fn inbound_ended(account: &str, call: &CallRecord) -> Parameters {
    let status = if call.status == CallStatus::Completed { "completed" } else { "failed" };
    owned([
        ("CallSid", call.sid.clone()),
        ("AccountSid", account.to_owned()),
        ("From", call.from.clone()),
        ("To", call.to.clone()),
        ("Timestamp", rfc2822(clock::now())),
        ("CallStatus", status.to_owned()),
        ("CallDuration", call.duration_seconds.to_string()),
        ("AudioInMos", "4.5".to_owned()),
    ])
}

pub fn recording(account: &str, recording: &RecordingRecord, url: &str) -> Parameters {
    owned([
        ("AccountSid", account.to_owned()),
        ("CallSid", recording.call_sid.clone()),
        ("RecordingSid", recording.sid.clone()),
        ("RecordingUrl", url.to_owned()),
        ("RecordingStatus", recording.status.as_str().to_owned()),
        ("RecordingDuration", recording.duration_seconds.to_string()),
        ("RecordingChannels", recording.channels.to_string()),
        ("RecordingSource", format!("{:?}", recording.source)),
    ])
}

/// Only what is documented: which call it belongs to has to be known by the recording.
pub fn transcription(transcription: &TranscriptionRecord, url: &str, recording_url: &str) -> Parameters {
    let completed = transcription.status == TranscriptionStatus::Completed;
    owned([
        ("TranscriptionSid", transcription.sid.clone()),
        ("TranscriptionText", transcription.text.clone().unwrap_or_default()),
        ("TranscriptionStatus", if completed { "completed" } else { "failed" }.to_owned()),
        ("TranscriptionUrl", url.to_owned()),
        ("RecordingSid", transcription.recording_sid.clone()),
        ("RecordingUrl", recording_url.to_owned()),
    ])
}
