//! The webhooks' work: one call of one SQL function, one round trip (migrations/V0011, V0012).

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio_postgres::{GenericClient, types::Type};
use uuid::Uuid;

use super::{DbError, column};
use crate::domain::{
    AutomaticReplyId, Channel, ConversationId, Keyword, MatchKey, MessageId, MessageStatus, WorkspaceId,
};

/// A verified inbound message, with everything as the carrier sent it.
#[derive(Debug)]
pub struct InboundMessage<'a> {
    /// The carrier's id: the same any number of times has the effect of once.
    pub carrier_sid: &'a str,
    /// How it came.
    pub channel: Channel,
    /// Sender; empty when the carrier does not say.
    pub from: &'a str,
    /// Called number.
    pub to: &'a str,
    /// Text; may be empty when there are media.
    pub body: &'a str,
    /// `[{url, contentType}]`.
    pub media: &'a Value,
    /// Billed parts.
    pub segments: i32,
    /// The shared number of the platform.
    pub platform_number: &'a str,
    /// Every parameter, kept when the message is unroutable.
    pub payload: &'a Value,
    /// What the whole text means.
    pub keyword: Option<Keyword>,
    /// When we got it, or the carrier if we never did.
    pub received_at: DateTime<Utc>,
}

/// What an inbound message led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ingested {
    /// Where it is now.
    pub received: Received,
    /// The answer that its keyword asks for, to be queued.
    pub reply: Option<AutomaticReplyId>,
    /// Somebody is told of the workspace's events.
    pub awaits_webhooks: bool,
}

/// What became of an inbound message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// It is in the inbox.
    Stored(Placed),
    /// It was in the inbox already.
    Duplicate(Placed),
    /// It is in `unroutable_events`: no workspace owns the called number.
    Unroutable,
}

/// Where a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// Its thread.
    pub conversation_id: ConversationId,
    /// Its row.
    pub message_id: MessageId,
}

/// Stores an inbound message and what its keyword means. Safe for any number of simultaneous copies.
pub async fn ingest_message(client: &impl GenericClient, message: &InboundMessage<'_>) -> Result<Ingested, DbError> {
    let sql = "-- inbound::ingest_message
        SELECT outcome, workspace_id, conversation_id, message_id, reply_id, awaits_webhooks(workspace_id) AS awaits
        FROM ingest_message($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let row = client
        .query_typed_one(
            sql,
            &[
                (&message.carrier_sid, Type::TEXT),
                (&message.channel.as_str(), Type::TEXT),
                (&message.from, Type::TEXT),
                (&message.to, Type::TEXT),
                (&message.body, Type::TEXT),
                (&message.media, Type::JSONB),
                (&message.segments, Type::INT4),
                (&message.platform_number, Type::TEXT),
                (&message.payload, Type::JSONB),
                (&MatchKey::of(message.from).as_str(), Type::TEXT),
                (&message.keyword.map(Keyword::as_str), Type::TEXT),
                (&message.received_at, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    let placed = || -> Result<Placed, DbError> {
        Ok(Placed {
            workspace_id: WorkspaceId(column(&row, "workspace_id")?),
            conversation_id: ConversationId(column(&row, "conversation_id")?),
            message_id: MessageId(column(&row, "message_id")?),
        })
    };
    let received = match column(&row, "outcome")? {
        "stored" => Received::Stored(placed()?),
        "duplicate" => Received::Duplicate(placed()?),
        "unroutable" => Received::Unroutable,
        other => return Err(DbError::Corrupt { column: "outcome", problem: other.to_owned() }),
    };
    Ok(Ingested {
        received,
        reply: column::<Option<Uuid>>(&row, "reply_id")?.map(AutomaticReplyId),
        awaits_webhooks: column(&row, "awaits")?,
    })
}

/// A verified status callback.
#[derive(Debug)]
pub struct StatusCallback<'a> {
    /// Our id, from the callback URL that the send gave.
    pub message_id: Option<MessageId>,
    /// The carrier's id.
    pub carrier_sid: Option<&'a str>,
    /// What the carrier's word means; `None` for a word that we do not know, which is kept and moves nothing.
    pub status: Option<MessageStatus>,
    /// The carrier's word.
    pub raw_status: Option<&'a str>,
    /// The carrier's error code.
    pub error_code: Option<&'a str>,
    /// What the code means.
    pub error_message: Option<&'a str>,
    /// Every parameter.
    pub payload: &'a Value,
}

/// What a status callback did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusOutcome {
    /// The message moved forward, and whether somebody is told of the workspace's events.
    Moved(WorkspaceId, MessageId, bool),
    /// Late, repeated or unknown: kept, nothing moved.
    Unchanged(WorkspaceId, MessageId),
    /// No message of ours has this id; kept.
    UnknownMessage,
}

/// Stores a status callback and moves its message forward, never back.
pub async fn record_message_status(
    client: &impl GenericClient,
    callback: &StatusCallback<'_>,
) -> Result<StatusOutcome, DbError> {
    let sql = "-- inbound::record_message_status
        SELECT outcome, workspace_id, message_id, awaits_webhooks(workspace_id) AS awaits
        FROM record_message_status($1, $2, $3, $4, $5, $6, $7)";
    let row = client
        .query_typed_one(
            sql,
            &[
                (&callback.message_id.map(|id| id.0), Type::UUID),
                (&callback.carrier_sid, Type::TEXT),
                (&callback.status.map(MessageStatus::as_str), Type::TEXT),
                (&callback.raw_status, Type::TEXT),
                (&callback.error_code, Type::TEXT),
                (&callback.error_message, Type::TEXT),
                (&callback.payload, Type::JSONB),
            ],
        )
        .await?;
    let ids = || -> Result<(WorkspaceId, MessageId), DbError> {
        let (workspace, message): (Uuid, Uuid) = (column(&row, "workspace_id")?, column(&row, "message_id")?);
        Ok((WorkspaceId(workspace), MessageId(message)))
    };
    match column(&row, "outcome")? {
        "moved" => {
            let (workspace, message) = ids()?;
            Ok(StatusOutcome::Moved(workspace, message, column(&row, "awaits")?))
        }
        "unchanged" => ids().map(|(workspace, message)| StatusOutcome::Unchanged(workspace, message)),
        "unknown_message" => Ok(StatusOutcome::UnknownMessage),
        other => Err(DbError::Corrupt { column: "outcome", problem: other.to_owned() }),
    }
}
