//! Takes what the carrier's webhooks of calls say, as [`super::inbox`] does for messages.

mod outbound;

use chrono::{DateTime, Utc};
use outbound::{connect, member, progress, speak, talked};

use crate::{
    db::{
        self, Connection, DbError, Pool,
        call_events::{self, CallEvent, CallFacts, CallReceived, EventOutcome, RecordingFact, TranscriptionFact},
        webhook_events::{self, Unroutable},
    },
    domain::{CallState, CallStep, Direction, PhoneNumber, RecordingKind, StepKind, TranscriptionState, mask},
    signalwire::{CallWebhook, Form},
};

/// Stores an inbound call. `None`: what came lacks the call's id or the called number, and is kept.
pub async fn store_call(
    pool: &Pool,
    form: &Form,
    platform_number: &PhoneNumber,
    received_at: DateTime<Utc>,
) -> Result<Option<CallReceived>, DbError> {
    let mut connection = pool.get().await?;
    let webhook = CallWebhook::from_form(form);
    let (Some(sid), Some(to)) = (&webhook.call_sid, &webhook.to) else {
        keep_malformed(&mut connection, form, "call").await?;
        return Ok(None);
    };
    let call = call_events::InboundCall {
        carrier_sid: sid,
        from: webhook.from.as_deref().unwrap_or_default(),
        to,
        platform_number: platform_number.as_str(),
        payload: &form.to_json(),
        received_at,
    };
    let received = call_events::receive_call(&**connection, &call).await?;
    match &received {
        CallReceived::Stored(at) => {
            tracing::info!(workspace_id = %at.workspace_id, call_id = %at.call_id, "call received");
        }
        CallReceived::Duplicate(at) => {
            tracing::info!(workspace_id = %at.workspace_id, call_id = %at.call_id, "call received again");
        }
        CallReceived::Unroutable => {
            tracing::warn!(to = mask(to), carrier.sid = sid, "No workspace found for phone number");
        }
    }
    Ok(Some(received))
}

/// Stores a callback or a step of a call. `step` is what the address says that the carrier requested; the number's own
/// address, which says nothing, is requested when an inbound call has ended.
pub async fn store_call_event(
    pool: &Pool,
    form: &Form,
    step: Option<&CallStep>,
    received_at: DateTime<Utc>,
) -> Result<EventOutcome, DbError> {
    let mut connection = pool.get().await?;
    let webhook = CallWebhook::from_form(form);
    let call_id = step.and_then(|step| step.call_id);
    let carrier_sid = first_leg(step, &webhook);
    if call_id.is_none() && carrier_sid.is_none() {
        keep_malformed(&mut connection, form, "call_status").await?;
        return Ok(EventOutcome::UnknownCall);
    }
    let (kind, status, facts) = read(step, &webhook);
    let payload = form.to_json();
    let event = CallEvent { call_id, carrier_sid, kind, status, facts: &facts, payload: &payload, received_at };
    let outcome = call_events::record_call_event(&**connection, &event).await?;
    match &outcome {
        EventOutcome::Moved(call) => {
            tracing::info!(workspace_id = %call.workspace_id, call_id = %call.call_id, kind, state = %call.state, "call moved");
        }
        EventOutcome::Unchanged(call) => {
            tracing::info!(workspace_id = %call.workspace_id, call_id = %call.call_id, kind, "call event kept");
        }
        EventOutcome::UnknownCall => {
            tracing::warn!(carrier.sid = carrier_sid, kind, "event of an unknown call kept");
        }
    }
    Ok(outcome)
}

/// The sid by which the call is known. The address says it for everything that we have asked for; a call of ours is
/// known by its own id, and its sid is that of the leg that the carrier's requests are about.
fn first_leg<'a>(step: Option<&'a CallStep>, webhook: &'a CallWebhook) -> Option<&'a str> {
    let Some(step) = step else { return webhook.parent_call_sid.as_deref().or(webhook.call_sid.as_deref()) };
    let of_a_leg = matches!(step.kind, StepKind::Leg | StepKind::Customer | StepKind::Whisper);
    let requested = if of_a_leg { webhook.parent_call_sid.as_deref() } else { webhook.call_sid.as_deref() };
    step.call_sid.as_deref().or(requested)
}

/// What a request is called, the carrier's word in it, and what it means.
fn read<'a>(step: Option<&CallStep>, webhook: &'a CallWebhook) -> (&'static str, Option<&'a str>, CallFacts) {
    let status = webhook.status.as_deref();
    let Some(step) = step else { return ("end", status, end(webhook)) };
    let (kind, status) = match step.kind {
        StepKind::Gather { .. } => ("gather", status),
        StepKind::Dial { .. } => ("dial", webhook.dial_status.as_deref()),
        StepKind::Whisper => ("whisper", status),
        StepKind::Record { .. } => ("record", status),
        StepKind::Speak => ("speak", status),
        StepKind::Announce => ("announce", status),
        StepKind::Connect => ("connect", status),
        StepKind::Talked => ("talked", webhook.dial_status.as_deref()),
        StepKind::Member => ("member", status),
        StepKind::Customer => ("customer", status),
        StepKind::Leg => ("leg", status),
        StepKind::Progress => ("progress", status),
        StepKind::Recording { .. } => ("recording", webhook.recording_status.as_deref()),
        StepKind::Transcription => {
            ("transcription", webhook.transcription.as_ref().and_then(|news| news.status.as_deref()))
        }
    };
    let facts = match step.kind {
        StepKind::Gather { .. } | StepKind::Announce => CallFacts::default(),
        StepKind::Dial { .. } => dial(step, webhook),
        StepKind::Whisper => answer(step, webhook),
        StepKind::Speak => speak(webhook),
        StepKind::Connect => connect(webhook),
        StepKind::Talked => talked(webhook),
        StepKind::Member => member(webhook),
        StepKind::Leg => leg(step, webhook),
        StepKind::Progress | StepKind::Customer => progress(webhook),
        StepKind::Record { transcribe } => {
            CallFacts { recording: recording(webhook, RecordingKind::Voicemail, transcribe), ..CallFacts::default() }
        }
        StepKind::Recording { of, transcribe } => {
            CallFacts { recording: recording(webhook, of, transcribe), ..CallFacts::default() }
        }
        StepKind::Transcription => CallFacts { transcription: transcription(webhook), ..CallFacts::default() },
    };
    (kind, status, facts)
}

/// The end of an inbound call. The carrier only reports ends there; another word is kept and means nothing.
fn end(webhook: &CallWebhook) -> CallFacts {
    let state = webhook.status.as_deref().and_then(CallState::from_carrier);
    if !state.is_some_and(CallState::has_ended) {
        return CallFacts::default();
    }
    CallFacts { ended: Some(true), seconds: webhook.duration, ..over(webhook, Direction::Inbound) }
}

/// A leg that is over, as far as it costs. One that was answered has begun a minute, however short it was.
fn over(webhook: &CallWebhook, direction: Direction) -> CallFacts {
    let least = i32::from(webhook.status.as_deref() == Some("completed"));
    CallFacts {
        leg: webhook.call_sid.clone(),
        leg_seconds: webhook.duration.map(|seconds| seconds.max(least)),
        leg_direction: Some(direction),
        ..CallFacts::default()
    }
}

fn dial(step: &CallStep, webhook: &CallWebhook) -> CallFacts {
    let answered = matches!(webhook.dial_status.as_deref(), Some("completed" | "answered"));
    CallFacts {
        answered: webhook.dial_status.as_ref().map(|_| answered),
        round: Some(step.rounds),
        recording: recording(webhook, RecordingKind::Call, false),
        ..CallFacts::default()
    }
}

fn answer(step: &CallStep, webhook: &CallWebhook) -> CallFacts {
    CallFacts { answered: Some(true), round: Some(step.rounds), number: webhook.to.clone(), ..CallFacts::default() }
}

/// A phone that was made to ring. That it was not answered its `<Dial>` tells.
fn leg(step: &CallStep, webhook: &CallWebhook) -> CallFacts {
    match webhook.status.as_deref() {
        Some("in-progress" | "answered") => answer(step, webhook),
        Some("completed") => {
            let CallFacts { answered, round, number, .. } = answer(step, webhook);
            CallFacts { answered, round, number, ..over(webhook, Direction::Outbound) }
        }
        Some(_) | None => CallFacts::default(),
    }
}

/// A recording that is there: neither one that has only begun nor a silent one, which the carrier does not keep.
fn recording(webhook: &CallWebhook, kind: RecordingKind, transcribe: bool) -> Option<RecordingFact> {
    let news = webhook.recording.as_ref()?;
    let is_there = matches!(webhook.recording_status.as_deref(), None | Some("completed")) && news.duration != Some(0);
    is_there.then(|| RecordingFact {
        sid: news.sid.clone(),
        kind,
        url: news.url.clone(),
        seconds: news.duration,
        transcribe,
    })
}

fn transcription(webhook: &CallWebhook) -> Option<TranscriptionFact> {
    let news = webhook.transcription.as_ref()?;
    let is_done = matches!(news.status.as_deref(), None | Some("completed"));
    let state = if is_done { TranscriptionState::Done } else { TranscriptionState::Failed };
    Some(TranscriptionFact {
        sid: news.sid.clone(),
        recording_sid: news.recording_sid.clone(),
        state,
        text: is_done.then(|| news.text.clone().unwrap_or_default()),
    })
}

/// A genuine request that does not say which call it is about is kept whole, under a hash of its content.
async fn keep_malformed(connection: &mut Connection, form: &Form, kind: &str) -> Result<(), DbError> {
    let payload = form.to_json();
    let key = db::content_key(payload.to_string().as_bytes());
    let transaction = db::system_transaction(connection).await?;
    let (from, to) = (form.get("From"), form.get("To"));
    let event = Unroutable { kind, key: &key, reason: "malformed", from, to, payload: &payload };
    webhook_events::keep_unroutable(&transaction, &event).await?;
    Ok(transaction.commit().await?)
}
