use std::convert::Infallible;

use lambda_http::{Body, Request, Response};
use serde_json::json;
use shared::{
    db::{self, DbError, Pool, inbound, inbound::Received, webhook_events, webhook_events::Unroutable},
    domain::{PhoneNumber, count_segments, mask},
    lambda::{self, WebhookReply},
    signalwire::{InboundMessage, VerifiedWebhook, Verifier},
};

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Knows the public URL and the signing keys.
    pub verifier: Verifier,
    /// The shared number of the platform.
    pub platform_number: PhoneNumber,
}

/// Answers the carrier.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    Ok(receive_message(state, &request).await.into_response())
}

async fn receive_message(state: &State, request: &Request) -> WebhookReply {
    let webhook = match lambda::verify_signalwire(&state.verifier, request) {
        Ok(webhook) => webhook,
        Err(reply) => return reply,
    };

    let message = InboundMessage::from_webhook(&webhook);
    let stored = state.pool.retry_once(|| store(state, &webhook, &message)).await;

    match stored {
        Ok(()) => WebhookReply::EmptyResponse,
        Err(error) => WebhookReply::NotStored(Box::new(error)),
    }
}

async fn store(state: &State, webhook: &VerifiedWebhook, message: &InboundMessage) -> Result<(), DbError> {
    let mut connection = state.pool.get().await?;
    let payload = webhook.form().to_json();
    let (Some(sid), Some(to)) = (&message.message_sid, &message.to) else {
        return keep_malformed(&mut connection, webhook, message).await;
    };

    let media = message.media.iter().map(|m| json!({ "url": m.url, "contentType": m.content_type })).collect();
    let segments =
        message.num_segments.unwrap_or_else(|| count_segments(&message.body).segments.try_into().unwrap_or(1));
    let received = inbound::receive_message(
        &**connection,
        &inbound::InboundMessage {
            carrier_sid: sid,
            channel: message.channel,
            from: message.from.as_deref().unwrap_or_default(),
            to,
            body: &message.body,
            media: &media,
            segments: segments.try_into().unwrap_or(i32::MAX),
            platform_number: state.platform_number.as_str(),
            payload: &payload,
        },
    )
    .await?;

    match received {
        Received::Stored(at) => {
            tracing::info!(workspace_id = %at.workspace_id, message_id = %at.message_id, "message received");
        }
        Received::Duplicate(at) => {
            tracing::info!(workspace_id = %at.workspace_id, message_id = %at.message_id, "message received again");
        }
        Received::Unroutable => {
            tracing::warn!(to = mask(to), carrier.sid = sid, "No workspace found for phone number");
        }
    }
    Ok(())
}

/// A genuine request that lacks the message's id or the called number cannot be placed; it is kept whole, under a hash of
/// its content.
async fn keep_malformed(
    connection: &mut db::Connection,
    webhook: &VerifiedWebhook,
    message: &InboundMessage,
) -> Result<(), DbError> {
    let key = db::content_key(webhook.body());
    let transaction = db::system_transaction(connection).await?;
    webhook_events::keep_unroutable(
        &transaction,
        &Unroutable {
            kind: "message",
            key: message.message_sid.as_deref().unwrap_or(&key),
            reason: "malformed",
            from: message.from.as_deref(),
            to: message.to.as_deref(),
            payload: &webhook.form().to_json(),
        },
    )
    .await?;
    Ok(transaction.commit().await?)
}
