use std::convert::Infallible;

use lambda_http::{Body, Request, Response};
use shared::{
    db::{DbError, Pool, inbound, inbound::StatusOutcome},
    domain::{MessageId, MessageStatus, explain_carrier_code},
    lambda::{self, WebhookReply},
    signalwire::{MessageStatusCallback, VerifiedWebhook, Verifier},
};

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Knows the public URL and the signing keys.
    pub verifier: Verifier,
}

/// Answers the carrier.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    Ok(receive_message_status(state, &request).await.into_response())
}

async fn receive_message_status(state: &State, request: &Request) -> WebhookReply {
    let webhook = match lambda::verify_signalwire(&state.verifier, request) {
        Ok(webhook) => webhook,
        Err(reply) => return reply,
    };

    let message_id = message_id(request.uri().query());
    let stored = state.pool.retry_once(|| store(state, &webhook, message_id)).await;

    match stored {
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

async fn store(state: &State, webhook: &VerifiedWebhook, message_id: Option<MessageId>) -> Result<(), DbError> {
    let connection = state.pool.get().await?;
    let callback = MessageStatusCallback::from_webhook(webhook);
    let explained = callback.error_code.as_deref().and_then(explain_carrier_code).map(|code| code.cause);
    let outcome = inbound::record_message_status(
        &**connection,
        &inbound::StatusCallback {
            message_id,
            carrier_sid: callback.message_sid.as_deref(),
            status: callback.status.as_deref().and_then(MessageStatus::from_carrier),
            raw_status: callback.status.as_deref(),
            error_code: callback.error_code.as_deref(),
            error_message: explained.or(callback.error_message.as_deref()),
            payload: &webhook.payload(),
        },
    )
    .await?;

    let status = callback.status.as_deref();
    match outcome {
        StatusOutcome::Moved(workspace_id, message_id) => {
            tracing::info!(%workspace_id, %message_id, status, error_code = callback.error_code, "message moved");
        }
        StatusOutcome::Unchanged(workspace_id, message_id) => {
            tracing::info!(%workspace_id, %message_id, status, "message status kept, nothing moved");
        }
        StatusOutcome::UnknownMessage => {
            tracing::warn!(carrier.sid = callback.message_sid, status, "status of an unknown message kept");
        }
    }
    Ok(())
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
