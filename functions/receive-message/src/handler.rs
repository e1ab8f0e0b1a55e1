use std::convert::Infallible;

use lambda_http::{Body, Request, Response};
use shared::{
    actions::inbox,
    clock,
    db::Pool,
    domain::PhoneNumber,
    lambda::{self, WebhookReply},
    queue::{InboxSender, InboxWork, MediaSender, WebhookSender},
    signalwire::Verifier,
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
    /// The shared number of the platform.
    pub platform_number: PhoneNumber,
}

/// Answers the carrier.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    let answer = async { receive_message(state, &request).await.into_response() };
    Ok(lambda::measured("receive-message", answer).await)
}

async fn receive_message(state: &State, request: &Request) -> WebhookReply {
    let webhook = match lambda::verify_signalwire(&state.verifier, request) {
        Ok(webhook) => webhook,
        Err(reply) => return reply,
    };

    let (form, now) = (webhook.form(), clock::now());
    let store = || inbox::store_message(&state.pool, form, &state.platform_number, now);
    match state.pool.retry_briefly(store).await {
        Ok(stored) => {
            inbox::queue_media(&state.media_queue, form).await;
            if let Some(reply_id) = stored.reply {
                inbox::queue_reply(&state.queue, reply_id).await;
            }
            if let Some(workspace_id) = stored.webhooks {
                inbox::queue_webhooks(&state.webhook_queue, workspace_id).await;
            }
            WebhookReply::EmptyResponse
        }
        Err(error) => {
            let work = InboxWork::message(form.to_pairs(), now);
            match inbox::keep_for_later(&state.queue, &work, error).await {
                Ok(()) => WebhookReply::EmptyResponse,
                Err(error) => WebhookReply::NotStored(Box::new(error)),
            }
        }
    }
}
