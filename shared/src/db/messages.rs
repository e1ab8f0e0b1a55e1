//! `conversation_messages`.

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio_postgres::{GenericClient, Row, types::Type};
use url::Url;

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
    /// Of a mail.
    pub subject: Option<String>,
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
    /// When it is to be sent, or was, if it had to wait.
    pub scheduled_for: Option<DateTime<Utc>>,
    /// When it was stored.
    pub created_at: DateTime<Utc>,
    /// When the delivery receipt came.
    pub delivered_at: Option<DateTime<Utc>>,
}

pub(super) const COLUMNS: &str =
    "id, conversation_id, phone_number_id, number_type, direction, channel, subject, body, media, from_number,
    to_number, status, error_code, error_message, sender_reason, segments, estimated_cost_micros, cost_micros, sent_by,
    scheduled_for, created_at, delivered_at";

pub(super) fn from_row(row: &Row) -> Result<Message, DbError> {
    Ok(Message {
        id: MessageId(column(row, "id")?),
        conversation_id: ConversationId(column(row, "conversation_id")?),
        phone_number_id: column::<Option<uuid::Uuid>>(row, "phone_number_id")?.map(PhoneNumberId),
        number_type: parsed_opt(row, "number_type")?,
        direction: parsed(row, "direction")?,
        channel: parsed(row, "channel")?,
        subject: column(row, "subject")?,
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
        scheduled_for: column(row, "scheduled_for")?,
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

/// A workspace's message.
pub async fn find(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    id: MessageId,
) -> Result<Option<Message>, DbError> {
    let sql = format!(
        "-- messages::find
        SELECT {COLUMNS} FROM conversation_messages WHERE workspace_id = $1 AND id = $2"
    );
    let row = client.query_typed_opt(&sql, &[(&workspace_id.0, Type::UUID), (&id.0, Type::UUID)]).await?;
    row.as_ref().map(from_row).transpose()
}

/// A message that is about to be sent.
#[derive(Debug)]
pub struct NewOutbound<'a> {
    /// How it shall travel.
    pub channel: Channel,
    /// Our number; `None` is the platform number, or an address of ours.
    pub phone_number_id: Option<PhoneNumberId>,
    /// The department that sends.
    pub number_type: Option<NumberType>,
    /// Our number or address.
    pub from: &'a str,
    /// The customer's.
    pub to: &'a str,
    /// Of a mail.
    pub subject: Option<&'a str>,
    /// Text.
    pub body: &'a str,
    /// Public addresses of pictures and files.
    pub media_urls: &'a [Url],
    /// Why this number or address sends.
    pub sender_reason: SenderReason,
    /// Billed parts.
    pub segments: i32,
    /// The Clerk user who sends it.
    pub sent_by: &'a str,
}

impl<'a> NewOutbound<'a> {
    /// A message of one of our numbers, with its billed parts.
    #[must_use]
    pub fn from_number(channel: Channel, approved: &'a ApprovedMessage, segments: i32, sent_by: &'a str) -> Self {
        Self {
            channel,
            phone_number_id: approved.sender().phone_number_id,
            number_type: approved.sender().number_type,
            from: approved.from().as_str(),
            to: approved.to().as_str(),
            subject: None,
            body: approved.body(),
            media_urls: approved.media_urls(),
            sender_reason: approved.sender().reason,
            segments,
            sent_by,
        }
    }
}

/// Stores an outbound message as `pending`, before the carrier is asked, and puts it on top of its conversation. What it is
/// expected to cost follows from the rates (migrations/V0024).
pub async fn insert_outbound(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    conversation_id: ConversationId,
    new: &NewOutbound<'_>,
) -> Result<MessageId, DbError> {
    let sql = "-- messages::insert_outbound
        WITH message AS (
            INSERT INTO conversation_messages (workspace_id, conversation_id, phone_number_id, number_type, direction,
                channel, body, media, from_number, to_number, status, sender_reason, segments, sent_by, subject)
            VALUES ($1, $2, $3, $4, 'outbound', $12, $5, $6, $7, $8, 'pending', $9, $10, $11, $13)
            RETURNING id
        ), thread AS (
            UPDATE conversations SET message_count = message_count + 1,
                snippet = left(CASE WHEN $5 <> '' THEN $5 WHEN $12 = 'voice' THEN '[call]' ELSE '[media]' END, 160),
                last_message_at = greatest(last_message_at, now()),
                status = CASE WHEN status = 'spam' THEN 'spam' ELSE 'open' END, updated_at = now()
            WHERE workspace_id = $1 AND id = $2
        )
        SELECT id FROM message";
    let media: Value = new.media_urls.iter().map(|url| serde_json::json!({ "url": url })).collect();
    let row = client
        .query_typed_one(
            sql,
            &[
                (&workspace_id.0, Type::UUID),
                (&conversation_id.0, Type::UUID),
                (&new.phone_number_id.map(|id| id.0), Type::UUID),
                (&new.number_type.map(NumberType::as_str), Type::TEXT),
                (&new.body, Type::TEXT),
                (&media, Type::JSONB),
                (&new.from, Type::TEXT),
                (&new.to, Type::TEXT),
                (&new.sender_reason.as_str(), Type::TEXT),
                (&new.segments, Type::INT4),
                (&new.sent_by, Type::TEXT),
                (&new.channel.as_str(), Type::TEXT),
                (&new.subject, Type::TEXT),
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
            error_code = coalesce(error_code, $5), error_message = coalesce(error_message, $6),
            sent_at = CASE WHEN $4 = 'sent' THEN coalesce(sent_at, now()) ELSE sent_at END, updated_at = now()
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
