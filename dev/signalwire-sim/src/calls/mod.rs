//! Calls. Each one is a live task: it asks the application for documents, does what they say, and waits for the people
//! on the phones, whom the control API and the page play. Time inside a call is simulated (`callTimeScale`).
//!
//! - `lines`: what somebody can do to a live call; `line`: the call's side of it, with its clock
//! - `walk`: one document after the other; `gather`, `record`, `dial`, `ring`: the verbs that wait
//! - `reports`, `recordings`, `parameters`: callbacks

mod bridge;
mod dial;
mod gather;
mod line;
mod lines;
pub mod parameters;
mod record;
pub mod recordings;
mod reports;
mod ring;
mod walk;

use std::collections::VecDeque;

pub use lines::{Lines, Order, Step, Voicemail, order};

use crate::{
    journal::WebhookKind,
    network::Network,
    records::{
        CallDirection, CallEvent, CallRecord, CallStatus, EndedBy, Hook, RecordingSource, RecordingStatus, StatusHook,
    },
};
use line::{Ending, Line};
use recordings::{Recording, Taken};
use reports::Reports;
use ring::Rang;
use walk::Fetch;

/// Somebody calls one of our numbers; `None` when it is not ours. The call lives on after this returns.
pub fn receive(network: &Network, mut call: CallRecord, script: VecDeque<Step>) -> Option<String> {
    let hooks = network.read(|world| world.number(&call.to).map(|number| number.webhooks.clone()))?;
    call.status = CallStatus::Ringing;
    call.fallback = hooks.voice_fallback_url.map(|url| Hook { url, method: hooks.voice_fallback_method });
    call.status_callback = hooks.status_callback.map(|url| StatusHook {
        hook: Hook { url, method: hooks.status_callback_method },
        events: vec![CallEvent::Completed],
    });
    let sid = call.sid.clone();
    let mut line = Line::open(network, call, script);
    network.spawn_call(async move {
        let ending = match hooks.voice_url {
            Some(url) => walk::run(&mut line, Fetch::new(WebhookKind::InboundCall, url, hooks.voice_method)).await,
            None => Ending::Failed("the number has no VoiceUrl".to_owned()),
        };
        line.close(&ending);
        walk::say_farewell(&mut line).await;
    });
    Some(sid)
}

/// A call that the provider's API asked for.
pub struct Placed {
    pub call: CallRecord,
    /// Asked for a document when somebody answers.
    pub answer: Hook,
    /// Seconds.
    pub timeout: u32,
    pub detect_machine: bool,
    pub record: Option<RecordRequest>,
}

/// The call is recorded from its answer to its end.
pub struct RecordRequest {
    pub channels: u8,
    pub trim: String,
    pub hook: Option<Hook>,
    pub events: Vec<String>,
}

/// Calls somebody. The call lives on after this returns.
pub fn place(network: &Network, placed: Placed) {
    let mut line = Line::open(network, placed.call.clone(), VecDeque::new());
    network.spawn_call(async move {
        match ring::ring(&mut line, placed.timeout).await {
            Rang::Answered { machine, request } => {
                if placed.detect_machine {
                    let who = if machine { "machine" } else { "human" };
                    line.change(|call| call.answered_by = Some(who.to_owned()));
                }
                line.answer();
                if let Some(request) = request {
                    request.accept();
                }
                let recording = placed.record.map(|wanted| start_recording(&line, wanted));
                let first = Fetch::new(WebhookKind::OutboundCall, placed.answer.url, placed.answer.method);
                let ending = walk::run(&mut line, first).await;
                line.close(&ending);
                if let Some(recording) = recording {
                    recording.finish(Taken::talk(line.talked()), None);
                }
                walk::say_farewell(&mut line).await;
            }
            Rang::Unanswered { status, by } => line.end(status, by),
        }
    });
}

fn start_recording(line: &Line, wanted: RecordRequest) -> Recording {
    let hook = recordings::Reported { hook: wanted.hook, events: wanted.events };
    Recording::start(line, RecordingSource::OutBoundApi, (wanted.channels, &wanted.trim), hook)
}

/// Ends what a restart interrupted: nobody is on those phones any more.
pub fn resume(network: &Network) {
    let interrupted: Vec<CallRecord> =
        network.read(|world| world.calls.iter().filter(|call| call.status.is_live()).cloned().collect());
    for call in interrupted {
        let status = match (call.answered_at, call.direction) {
            (Some(_), _) => CallStatus::Completed,
            (None, CallDirection::Inbound) => CallStatus::Failed,
            (None, _) => CallStatus::Canceled,
        };
        let reports = Reports::open(network, &call.sid);
        line::end_record(network, &reports, &call.sid, (status, EndedBy::Restart, call.duration_seconds));
    }
    network.change(|world| {
        for recording in &mut world.recordings {
            if recording.status == RecordingStatus::InProgress {
                recording.status = RecordingStatus::Completed;
            }
        }
    });
}
