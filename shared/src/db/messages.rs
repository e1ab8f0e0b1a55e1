//! `conversation_messages`.

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio_postgres::{GenericClient, Row, types::Type};

use super::{DbError, Position, column, parsed, parsed_opt};
use crate::domain::{
    ApprovedMessage, Channel, ConversationId, Direction, MessageId, MessageStatus, NumberType, PhoneNumberId,
    SenderReason, WorkspaceId,
};

/// One row.
#[derive(Debug, Clone)]
pub struct Message {
    /// Its row.
    pub id: MessageId,
    /// Its thread.
    pub conversation_id: ConversationId,
    /// Our number; `None` is the platform number.
    pub phone_number_id: Option<PhoneNumberId>,
    /// The department of our number at the time.
    pub number_type: Option<NumberType>,
    /// Seen from the workspace.
    pub direction: Direction,
    /// How it travelled.
    pub channel: Channel,
    /// Text.
    pub body: String,
    /// `[{url, contentType}]`.
    pub media: Value,
    /// Sender as the carrier writes it.
    pub from: String,
    /// Receiver as the carrier writes it.
    pub to: String,
    /// How far it has come.
    pub status: MessageStatus,
    /// The carrier's error code.
    pub error_code: Option<String>,
    /// What the code means.
    pub error_message: Option<String>,
    /// Why this number sent it.
    pub sender_reason: Option<SenderReason>,
    /// Billed parts.
    pub segments: i32,
    /// Our estimate at once, in micro-dollars.
    pub estimated_cost_micros: i64,
    /// The carrier's price, in micro-dollars, once it is known.
    pub cost_micros: Option<i64>,
    /// The Clerk user who sent it.
    pub sent_by: Option<String>,
    /// When it was stored.
    pub created_at: DateTime<Utc>,
    /// When the delivery receipt came.
    pub delivered_at: Option<DateTime<Utc>>,
}

const COLUMNS: &str = "id, conversation_id, phone_number_id, number_type, direction, channel, body, media, from_number,
    to_number, status, error_code, error_message, sender_reason, segments, estimated_cost_micros, cost_micros, sent_by,
    created_at, delivered_at";

fn from_row(row: &Row) -> Result<Message, DbError> {
    Ok(Message {
        id: MessageId(column(row, "id")?),
        conversation_id: ConversationId(column(row, "conversation_id")?),
        phone_number_id: column::<Option<uuid::Uuid>>(row, "phone_number_id")?.map(PhoneNumberId),
        number_type: parsed_opt(row, "number_type")?,
        direction: parsed(row, "direction")?,
        channel: parsed(row, "channel")?,
        body: column(row, "body")?,
        media: column(row, "media")?,
        from: column(row, "from_number")?,
        to: column(row, "to_number")?,
        status: parsed(row, "status")?,
        error_code: column(row, "error_code")?,
        error_message: column(row, "error_message")?,
        sender_reason: parsed_opt(row, "sender_reason")?,
        segments: column(row, "segments")?,
        estimated_cost_micros: column(row, "estimated_cost_micros")?,
        cost_micros: column(row, "cost_micros")?,
        sent_by: column(row, "sent_by")?,
        created_at: column(row, "created_at")?,
        delivered_at: column(row, "delivered_at")?,
    })
}

/// A page of a conversation, newest first.
pub async fn list(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    conversation_id: ConversationId,
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<Message>, DbError> {
    let sql = format!(
        "-- messages::list
        SELECT {COLUMNS} FROM conversation_messages
        WHERE workspace_id = $1 AND conversation_id = $2
            AND ($3::timestamptz IS NULL OR (created_at, id) < ($3, $4))
        ORDER BY created_at DESC, id DESC
        LIMIT $5"
    );
    let rows = client
        .query_typed(
            &sql,
            &[
                (&workspace_id.0, Type::UUID),
                (&conversation_id.0, Type::UUID),
                (&after.map(|p| p.at), Type::TIMESTAMPTZ),
                (&after.map(|p| p.id), Type::UUID),
                (&limit, Type::INT8),
            ],
        )
        .await?;
    rows.iter().map(from_row).collect()
}

/// A workspace's message, which must exist.
pub async fn get(client: &impl GenericClient, workspace_id: WorkspaceId, id: MessageId) -> Result<Message, DbError> {
    let sql = format!(
        "-- messages::get
        SELECT {COLUMNS} FROM conversation_messages WHERE workspace_id = $1 AND id = $2"
    );
    from_row(&client.query_typed_one(&sql, &[(&workspace_id.0, Type::UUID), (&id.0, Type::UUID)]).await?)
}

/// A message that is about to be sent.
#[derive(Debug)]
pub struct NewOutbound<'a> {
    /// How it shall travel.
    pub channel: Channel,
    /// What passed the checks.
    pub message: &'a ApprovedMessage,
    /// Our estimate, in micro-dollars.
    pub estimated_cost_micros: i64,
    /// The Clerk user who sends it.
    pub sent_by: &'a str,
}

/// Stores an outbound message as `pending`, before the carrier is asked, and puts it on top of its conversation.
pub async fn insert_outbound(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    conversation_id: ConversationId,
    new: &NewOutbound<'_>,
) -> Result<MessageId, DbError> {
    let sql = "-- messages::insert_outbound
        WITH message AS (
            INSERT INTO conversation_messages (workspace_id, conversation_id, phone_number_id, number_type, direction,
                channel, body, media, from_number, to_number, status, sender_reason, segments, estimated_cost_micros,
                sent_by)
            VALUES ($1, $2, $3, $4, 'outbound', $13, $5, $6, $7, $8, 'pending', $9, $10, $11, $12)
            RETURNING id
        ), thread AS (
            UPDATE conversations SET message_count = message_count + 1,
                snippet = left(CASE WHEN $5 = '' THEN '[media]' ELSE $5 END, 160),
                last_message_at = greatest(last_message_at, now()),
                status = CASE WHEN status = 'spam' THEN 'spam' ELSE 'open' END, updated_at = now()
            WHERE workspace_id = $1 AND id = $2
        )
        SELECT id FROM message";
    let message = new.message;
    let media: Value = message.media_urls().iter().map(|url| serde_json::json!({ "url": url })).collect();
    // A WhatsApp message is billed as one, whatever its length.
    let segments = match new.channel {
        Channel::Whatsapp => 1,
        Channel::Sms | Channel::Voice | Channel::Email => {
            i32::try_from(message.segments().segments).unwrap_or(i32::MAX)
        }
    };
    let sender = message.sender();
    let row = client
        .query_typed_one(
            sql,
            &[
                (&workspace_id.0, Type::UUID),
                (&conversation_id.0, Type::UUID),
                (&sender.phone_number_id.map(|id| id.0), Type::UUID),
                (&sender.number_type.map(NumberType::as_str), Type::TEXT),
                (&message.body(), Type::TEXT),
                (&media, Type::JSONB),
                (&message.from().as_str(), Type::TEXT),
                (&message.to().as_str(), Type::TEXT),
                (&sender.reason.as_str(), Type::TEXT),
                (&segments, Type::INT4),
                (&new.estimated_cost_micros, Type::INT8),
                (&new.sent_by, Type::TEXT),
                (&new.channel.as_str(), Type::TEXT),
            ],
        )
        .await?;
    Ok(MessageId(column(&row, "id")?))
}

/// What the carrier said to a send.
#[derive(Debug)]
pub struct CarrierAnswer<'a> {
    /// The carrier's id, when it took the message.
    pub carrier_sid: Option<&'a str>,
    /// Where that leaves the message.
    pub status: MessageStatus,
    /// The carrier's error code.
    pub error_code: Option<&'a str>,
    /// What the code means.
    pub error_message: Option<&'a str>,
}

/// Notes the carrier's answer. Callbacks may have been faster: the status only moves forward.
pub async fn record_answer(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    id: MessageId,
    answer: &CarrierAnswer<'_>,
) -> Result<(), DbError> {
    let sql = "-- messages::record_answer
        UPDATE conversation_messages SET
            carrier_sid = coalesce(carrier_sid, $3),
            status = CASE WHEN message_status_rank($4) > message_status_rank(status) THEN $4 ELSE status END,
            error_code = coalesce(error_code, $5), error_message = coalesce(error_message, $6), updated_at = now()
        WHERE workspace_id = $1 AND id = $2";
    client
        .query_typed(
            sql,
            &[
                (&workspace_id.0, Type::UUID),
                (&id.0, Type::UUID),
                (&answer.carrier_sid, Type::TEXT),
                (&answer.status.as_str(), Type::TEXT),
                (&answer.error_code, Type::TEXT),
                (&answer.error_message, Type::TEXT),
            ],
        )
        .await?;
    Ok(())
}
