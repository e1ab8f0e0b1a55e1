use std::convert::Infallible;

use lambda_http::{Body, Request, Response};
use shared::{
    actions::inbox,
    db::Pool,
    domain::MessageId,
    lambda::{self, WebhookReply},
    queue::{InboxSender, InboxWork, WebhookSender},
    signalwire::Verifier,
};

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// The inbox queue.
    pub queue: InboxSender,
    /// The queue of webhooks.
    pub webhook_queue: WebhookSender,
    /// Knows the public URL and the signing keys.
    pub verifier: Verifier,
}

/// Answers the carrier.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    let answer = async { receive_message_status(state, &request).await.into_response() };
    Ok(lambda::measured("receive-message-status", answer).await)
}

async fn receive_message_status(state: &State, request: &Request) -> WebhookReply {
    let webhook = match lambda::verify_signalwire(&state.verifier, request) {
        Ok(webhook) => webhook,
        Err(reply) => return reply,
    };

    let (form, message_id) = (webhook.form(), message_id(request.uri().query()));
    let stored = state.pool.retry_briefly(|| inbox::store_message_status(&state.pool, form, message_id)).await;
    let error = match stored {
        Ok(told) => {
            if let Some(workspace_id) = told {
                inbox::queue_webhooks(&state.webhook_queue, workspace_id).await;
            }
            return WebhookReply::NoContent;
        }
        Err(error) => error,
    };

    let work = InboxWork::message_status(form.to_pairs(), message_id);
    match inbox::keep_for_later(&state.queue, &work, error).await {
        Ok(()) => WebhookReply::NoContent,
        Err(error) => WebhookReply::NotStored(Box::new(error)),
    }
}

/// Our own id, from the query that our callback URL carries. The signature covers it.
fn message_id(raw_query: Option<&str>) -> Option<MessageId> {
    form_urlencoded::parse(raw_query.unwrap_or_default().as_bytes())
        .find(|(name, _)| name == "message")
        .and_then(|(_, value)| value.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_id_is_read_from_the_query() {
        let id = "018f3f0e-6a0b-4a3e-9d0a-2f6f5a1f9b10";
        assert_eq!(message_id(Some(&format!("a=1&message={id}"))), id.parse().ok());
        for query in [None, Some(""), Some("message="), Some("message=1%27--"), Some("massage=1")] {
            assert_eq!(message_id(query), None, "{query:?}");
        }
    }
}
