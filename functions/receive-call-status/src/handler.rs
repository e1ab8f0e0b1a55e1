use std::convert::Infallible;

use lambda_http::{Body, Request, Response};
use shared::{
    actions::{calls, inbox},
    clock,
    db::{Pool, call_events::EventOutcome},
    domain::CallStep,
    lambda::{self, WebhookReply},
    queue::{InboxSender, InboxWork, MediaSender, WebhookSender},
    signalwire::{StepSigner, Verifier},
};

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// The inbox queue.
    pub queue: InboxSender,
    /// The media queue.
    pub media_queue: MediaSender,
    /// The queue of webhooks.
    pub webhook_queue: WebhookSender,
    /// Knows the public URL and the signing keys.
    pub verifier: Verifier,
    /// Reads what our addresses are about.
    pub steps: StepSigner,
}

/// Answers the carrier.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    let answer = async { receive_call_status(state, &request).await.into_response() };
    Ok(lambda::measured("receive-call-status", answer).await)
}

async fn receive_call_status(state: &State, request: &Request) -> WebhookReply {
    let webhook = match lambda::verify_signalwire(&state.verifier, request) {
        Ok(webhook) => webhook,
        Err(reply) => return reply,
    };
    let step = match lambda::read_step(&state.steps, request) {
        Ok(step) => step,
        Err(reply) => return reply,
    };

    let (form, now) = (webhook.form(), clock::now());
    let store = || calls::store_call_event(&state.pool, form, step.as_ref(), now);
    let error = match state.pool.retry_briefly(store).await {
        Ok(outcome) => {
            if step.as_ref().is_some_and(CallStep::is_about_a_recording) {
                inbox::queue_recording(&state.media_queue, form).await;
            }
            // That a call ends may leave its state as it was, for instance after a voicemail.
            if let EventOutcome::Moved(call) | EventOutcome::Unchanged(call) = outcome
                && call.awaits_webhooks
            {
                inbox::queue_webhooks(&state.webhook_queue, call.workspace_id).await;
            }
            return WebhookReply::NoContent;
        }
        Err(error) => error,
    };

    let work = InboxWork::call_event(form.to_pairs(), step, now);
    match inbox::keep_for_later(&state.queue, &work, error).await {
        Ok(()) => WebhookReply::NoContent,
        Err(error) => WebhookReply::NotStored(Box::new(error)),
    }
}
