//! Takes what the carrier's message webhooks say: into Postgres, or, while Postgres is away, into the inbox queue, from
//! which `work-inbox` brings it here again.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::{
    clock,
    db::{
        self, Connection, DbError, Pool, inbound,
        inbound::{Received, StatusOutcome},
        webhook_events::{self, Unroutable},
    },
    domain::{
        AutomaticReplyId, Keyword, MessageId, MessageStatus, PhoneNumber, WorkspaceId, count_segments,
        explain_carrier_code, mask,
    },
    queue::{InboxSender, InboxWork, MediaSender, MediaWork, QueueError, WebhookSender, WebhookWork},
    signalwire::{CallWebhook, Form, InboundMessage, MessageStatusCallback},
    telemetry::metrics::{self, Metric},
};

/// An older text is tried again, and was noted when it came.
const NEWS: TimeDelta = TimeDelta::minutes(1);
/// The carrier waits five seconds, and Postgres has had half of them.
const QUEUE_TIMEOUT: Duration = Duration::from_millis(1500);

/// Neither Postgres nor the queue took a webhook.
#[derive(Debug, thiserror::Error)]
pub enum NotKept {
    /// The queue refused it.
    #[error("the database failed ({database}), and so did the queue")]
    Queue {
        /// What was wrong with Postgres.
        database: DbError,
        /// What was wrong with the queue.
        #[source]
        queue: QueueError,
    },
    /// The queue did not answer.
    #[error("the database failed, and the queue did not answer in time")]
    Late(#[source] DbError),
}

/// Keeps a verified webhook that Postgres did not take.
pub async fn keep_for_later(queue: &InboxSender, work: &InboxWork, database: DbError) -> Result<(), NotKept> {
    match in_time(Box::pin(queue.send(work))).await {
        Ok(()) => {
            tracing::error!(error = &database as &dyn std::error::Error, "webhook kept in the inbox queue");
            Ok(())
        }
        Err(NotQueued::Refused(queue)) => Err(NotKept::Queue { database, queue }),
        Err(NotQueued::Late) => Err(NotKept::Late(database)),
    }
}

/// Has a keyword answered. Nothing is lost when the queue is away: the row waits for the sweep.
pub async fn queue_reply(queue: &InboxSender, reply_id: AutomaticReplyId) {
    if let Err(error) = in_time(Box::pin(queue.send(&InboxWork::reply(reply_id)))).await {
        let error = &error as &dyn std::error::Error;
        tracing::error!(%reply_id, error, "the answer is not queued, the sweep has to find it");
    }
}

/// Has the pictures and files of a text copied. Nothing is lost when the queue is away: the rows wait for the sweep.
pub async fn queue_media(queue: &MediaSender, form: &Form) {
    let message = InboundMessage::from_form(form);
    let Some(sid) = message.message_sid.filter(|_| !message.media.is_empty()) else { return };
    let work = MediaWork::fetch(sid.as_str());
    if let Err(error) = in_time(Box::pin(queue.send(&work, Duration::ZERO))).await {
        let error = &error as &dyn std::error::Error;
        tracing::error!(carrier.sid = sid, error, "media are not queued, the sweep has to find them");
    }
}

/// Has a recording of a call copied. Nothing is lost when the queue is away: the row waits for the sweep.
pub async fn queue_recording(queue: &MediaSender, form: &Form) {
    let Some(recording) = CallWebhook::from_form(form).recording else { return };
    let (sid, work) = (recording.sid.as_str(), MediaWork::fetch_recording(recording.sid.as_str()));
    if let Err(error) = in_time(Box::pin(queue.send(&work, Duration::ZERO))).await {
        let error = &error as &dyn std::error::Error;
        tracing::error!(carrier.sid = sid, error, "a recording is not queued, the sweep has to find it");
    }
}

/// Has those told who build on a workspace. Nothing is lost when the queue is away: the rows wait for `relay-webhooks`.
pub async fn queue_webhooks(queue: &WebhookSender, workspace_id: WorkspaceId) {
    if let Err(error) = in_time(Box::pin(queue.send(WebhookWork::deliver(workspace_id), Duration::ZERO))).await {
        let error = &error as &dyn std::error::Error;
        tracing::error!(%workspace_id, error, "webhooks are not queued, the relay has to find them");
    }
}

/// Why work is not in its queue.
#[derive(Debug, thiserror::Error)]
enum NotQueued {
    /// The queue refused it.
    #[error("the queue did not take it")]
    Refused(#[source] QueueError),
    /// The queue did not answer.
    #[error("the queue did not answer in time")]
    Late,
}

/// Waits for a queue no longer than a webhook can. The futures of the SDK are large, so they come boxed.
async fn in_time(sending: impl Future<Output = Result<(), QueueError>>) -> Result<(), NotQueued> {
    let sent = tokio::time::timeout(QUEUE_TIMEOUT, sending).await;
    sent.map_err(|_| NotQueued::Late)?.map_err(NotQueued::Refused)
}

/// What a stored text leads to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Consequences {
    /// The answer that it asks for, to be queued.
    pub reply: Option<AutomaticReplyId>,
    /// The workspace whose webhooks are to be queued.
    pub webhooks: Option<WorkspaceId>,
}

/// Stores a text.
pub async fn store_message(
    pool: &Pool,
    form: &Form,
    platform_number: &PhoneNumber,
    received_at: DateTime<Utc>,
) -> Result<Consequences, DbError> {
    let mut connection = pool.get().await?;
    let message = InboundMessage::from_form(form);
    let (Some(sid), Some(to)) = (&message.message_sid, &message.to) else {
        keep_malformed(&mut connection, form, &message).await?;
        return Ok(Consequences::default());
    };

    let media = message.media.iter().map(|m| json!({ "url": m.url, "contentType": m.content_type })).collect();
    let segments =
        message.num_segments.unwrap_or_else(|| count_segments(&message.body).segments.try_into().unwrap_or(1));
    let ingested = inbound::ingest_message(
        &**connection,
        &inbound::InboundMessage {
            carrier_sid: sid,
            channel: message.channel,
            from: message.from.as_deref().unwrap_or_default(),
            to,
            body: &message.body,
            media: &media,
            segments: segments.try_into().unwrap_or(i32::MAX),
            platform_number: platform_number.as_str(),
            payload: &form.to_json(),
            keyword: Keyword::of(&message.body),
            received_at,
        },
    )
    .await?;

    let mut webhooks = None;
    match ingested.received {
        Received::Stored(at) => {
            webhooks = Some(at.workspace_id).filter(|_| ingested.awaits_webhooks);
            tracing::info!(workspace_id = %at.workspace_id, message_id = %at.message_id, "message received");
        }
        Received::Duplicate(at) => {
            tracing::info!(workspace_id = %at.workspace_id, message_id = %at.message_id, "message received again");
        }
        Received::Unroutable => {
            tracing::warn!(to = mask(to), carrier.sid = sid, "No workspace found for phone number");
            // Once, not each time that it is tried again.
            if clock::now() - received_at < NEWS {
                metrics::emit(&[(Metric::UnroutableMessages, 1.0)]);
            }
        }
    }
    Ok(Consequences { reply: ingested.reply, webhooks })
}

/// A genuine request that lacks the message's id or the called number cannot be placed; it is kept whole, under a hash of
/// its content.
async fn keep_malformed(connection: &mut Connection, form: &Form, message: &InboundMessage) -> Result<(), DbError> {
    let payload = form.to_json();
    let key = db::content_key(payload.to_string().as_bytes());
    let transaction = db::system_transaction(connection).await?;
    webhook_events::keep_unroutable(
        &transaction,
        &Unroutable {
            kind: "message",
            key: message.message_sid.as_deref().unwrap_or(&key),
            reason: "malformed",
            from: message.from.as_deref(),
            to: message.to.as_deref(),
            payload: &payload,
        },
    )
    .await?;
    Ok(transaction.commit().await?)
}

/// Stores a delivery status. `message_id` is our own id, from the URL that the carrier called. Gives the workspace whose
/// webhooks are to be queued.
pub async fn store_message_status(
    pool: &Pool,
    form: &Form,
    message_id: Option<MessageId>,
) -> Result<Option<WorkspaceId>, DbError> {
    let connection = pool.get().await?;
    let callback = MessageStatusCallback::from_form(form);
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
            payload: &form.to_json(),
        },
    )
    .await?;

    let status = callback.status.as_deref();
    match outcome {
        StatusOutcome::Moved(workspace_id, message_id, awaits_webhooks) => {
            tracing::info!(%workspace_id, %message_id, status, error_code = callback.error_code, "message moved");
            return Ok(Some(workspace_id).filter(|_| awaits_webhooks));
        }
        StatusOutcome::Unchanged(workspace_id, message_id) => {
            tracing::info!(%workspace_id, %message_id, status, "message status kept, nothing moved");
        }
        StatusOutcome::UnknownMessage => {
            tracing::warn!(carrier.sid = callback.message_sid, status, "status of an unknown message kept");
        }
    }
    Ok(None)
}
