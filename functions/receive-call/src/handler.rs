use std::convert::Infallible;

use lambda_http::{Body, Request, Response};
use shared::{
    actions::{calls, inbox},
    clock,
    config::CallConfig,
    db::{
        DbError, Pool,
        call_events::{CallReceived, CallableNumber, EventOutcome},
    },
    domain::{CallStep, PhoneNumber, StepKind},
    lambda::{self, WebhookReply},
    queue::{InboxSender, InboxWork},
    signalwire::{CallWebhook, Form, StepSigner, Verifier},
};
use url::Url;

use crate::{
    cxml::{Document, Verb},
    flow::{Course, Surroundings},
    outbound,
};

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// The inbox queue.
    pub queue: InboxSender,
    /// Knows the public URL and the signing keys.
    pub verifier: Verifier,
    /// Writes and reads what our addresses are about.
    pub steps: StepSigner,
    /// This function, as the carrier is told.
    pub call_url: Url,
    /// Where the carrier reports how calls go.
    pub status_url: Url,
    /// What callers hear where no flow says it, and what calls cost.
    pub config: CallConfig,
    /// The shared number of the platform.
    pub platform_number: PhoneNumber,
}

/// Answers the carrier.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    let answer = async { receive_call(state, &request).await.into_response() };
    Ok(lambda::measured("receive-call", answer).await)
}

async fn receive_call(state: &State, request: &Request) -> WebhookReply {
    let webhook = match lambda::verify_signalwire(&state.verifier, request) {
        Ok(webhook) => webhook,
        Err(reply) => return reply,
    };
    let step = match lambda::read_step(&state.steps, request) {
        Ok(step) => step,
        Err(reply) => return reply,
    };

    let document = match step {
        None => begin(state, webhook.form()).await,
        Some(step) if is_of_another_call(&step, webhook.form()) => {
            tracing::warn!("step of another call refused");
            return WebhookReply::Forbidden;
        }
        Some(step) if step.is_of_our_call() => {
            return match outbound::go_on(state, webhook.form(), &step).await {
                Ok(document) => written(&document),
                Err(error) => WebhookReply::NotStored(Box::new(error)),
            };
        }
        Some(step) => go_on(state, webhook.form(), step).await,
    };
    match document {
        Ok(document) => written(&document),
        Err(error) => WebhookReply::NotStored(Box::new(error)),
    }
}

fn written(document: &Document) -> WebhookReply {
    document.to_xml().map_or_else(|error| WebhookReply::NotStored(error.into()), WebhookReply::Document)
}

/// A step is genuine only within its own call. The whisper is requested by the leg that was dialed.
fn is_of_another_call(step: &CallStep, form: &Form) -> bool {
    let parameter = if step.kind == StepKind::Whisper { "ParentCallSid" } else { "CallSid" };
    step.call_sid.as_deref().zip(form.get_non_empty(parameter)).is_some_and(|(ours, theirs)| ours != theirs)
}

/// A call comes in.
async fn begin(state: &State, form: &Form) -> Result<Document, inbox::NotKept> {
    let around = state.surroundings();
    let store = || calls::store_call(&state.pool, form, &state.platform_number, around.now);
    let received = state.pool.retry_briefly(store).await;
    let sid = form.get("CallSid").unwrap_or_default();
    let course = |number_id, numbers| Course {
        around: &around,
        numbers,
        at: CallStep::of_inbound(sid, number_id, StepKind::Whisper),
    };
    match received {
        Ok(Some(CallReceived::Stored(call) | CallReceived::Duplicate(call))) => {
            Ok(course(call.phone_number_id, &call.numbers).begin())
        }
        Ok(Some(CallReceived::Unroutable) | None) => {
            Ok(Document::new().prompt(&state.config.unknown_number).then(Verb::Hangup))
        }
        Err(error) => {
            let work = InboxWork::call(form.to_pairs(), around.now);
            inbox::keep_for_later(&state.queue, &work, error).await?;
            Ok(course(None, &[]).plain_voicemail())
        }
    }
}

/// A call goes on.
async fn go_on(state: &State, form: &Form, step: CallStep) -> Result<Document, inbox::NotKept> {
    let around = state.surroundings();
    let store = || calls::store_call_event(&state.pool, form, Some(&step), around.now);
    let numbers = match state.pool.retry_briefly(store).await {
        Ok(outcome) => numbers(outcome),
        Err(error) => {
            keep(state, form, &step, error).await?;
            None
        }
    };
    let course = Course { around: &around, numbers: numbers.as_deref().unwrap_or_default(), at: step };
    Ok(document(&course, &CallWebhook::from_form(form), numbers.is_some()))
}

/// What follows a step. Without the flows, because Postgres is away or the call is still in the queue, a voicemail does.
fn document(course: &Course<'_>, webhook: &CallWebhook, is_known: bool) -> Document {
    match course.at.kind {
        StepKind::Record { .. } => Document::new().then(Verb::Hangup),
        StepKind::Dial { .. } if matches!(webhook.dial_status.as_deref(), Some("completed" | "answered")) => {
            Document::new().then(Verb::Hangup)
        }
        StepKind::Whisper if !is_known => Document::new(),
        StepKind::Whisper => course.whisper(),
        StepKind::Gather { .. } | StepKind::Dial { .. } if !is_known => course.plain_voicemail(),
        StepKind::Gather { tries } => course.after_gather(tries, webhook.digits.as_deref()),
        StepKind::Dial { tries } => course.after_dial(tries),
        // Calls that we started have documents of their own, and news is told at another address.
        StepKind::Speak
        | StepKind::Announce
        | StepKind::Connect
        | StepKind::Talked
        | StepKind::Member
        | StepKind::Customer
        | StepKind::Leg
        | StepKind::Progress
        | StepKind::Recording { .. }
        | StepKind::Transcription => Document::new(),
    }
}

fn numbers(outcome: EventOutcome) -> Option<Vec<CallableNumber>> {
    match outcome {
        EventOutcome::Moved(call) | EventOutcome::Unchanged(call) => Some(call.numbers),
        EventOutcome::UnknownCall => None,
    }
}

async fn keep(state: &State, form: &Form, step: &CallStep, error: DbError) -> Result<(), inbox::NotKept> {
    let work = InboxWork::call_event(form.to_pairs(), Some(step.clone()), clock::now());
    inbox::keep_for_later(&state.queue, &work, error).await
}

impl State {
    pub(crate) fn surroundings(&self) -> Surroundings<'_> {
        Surroundings {
            steps: &self.steps,
            call_url: &self.call_url,
            status_url: &self.status_url,
            config: &self.config,
            now: clock::now(),
        }
    }
}
