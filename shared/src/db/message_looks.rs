//! Outbound messages that the carrier has to be asked about: what became of them, and what they cost.

use chrono::{DateTime, Utc};
use tokio_postgres::{
    GenericClient, Row,
    types::{ToSql, Type},
};

use super::{DbError, column, numbers::stored_number, parsed};
use crate::domain::{MessageId, MessageStatus, PhoneNumber, WorkspaceId};

/// Looks without a trace before a message counts as not sent, and a call as not placed.
pub(super) const LOOKS_BEFORE_FAILED: i32 = 3;
/// How long the function that hands something over and the carrier's answer to it can live, and more: nothing is still on
/// its way then. SQL.
pub(super) const IN_FLIGHT: &str = "interval '2 minutes'";
/// How long to wait before the next look for a price: twice as long as before the one before. SQL.
pub(super) const NEXT_PRICE_LOOK: &str =
    "least(interval '12 hours', interval '2 minutes' * 2 ^ least(carrier_looks, 20))";

/// A text of which nobody knows whether the carrier took it.
#[derive(Debug, Clone)]
pub struct Unsettled {
    /// Its row.
    pub id: MessageId,
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// Our number.
    pub from: PhoneNumber,
    /// The customer.
    pub to: PhoneNumber,
    /// Text.
    pub body: String,
    /// How many files it carries.
    pub media: i32,
    /// When the carrier was asked, or was about to be.
    pub handed_over_at: DateTime<Utc>,
}

/// Texts whose outcome is unknown, or whose sender died before it asked the carrier; notes that they are looked up now.
pub async fn claim_unsettled(
    client: &impl GenericClient,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Unsettled>, DbError> {
    let sql = format!(
        "-- message_looks::claim_unsettled
        UPDATE conversation_messages SET carrier_looked_at = $1
        WHERE id IN (
            SELECT id FROM conversation_messages
            WHERE direction = 'outbound' AND status IN ('pending', 'unknown') AND channel = 'sms'
                AND carrier_sid IS NULL
                AND coalesce(handed_over_at, created_at) < $1 - {IN_FLIGHT}
                AND coalesce(carrier_looked_at, '-infinity') < $1 - {IN_FLIGHT}
            ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED)
        RETURNING id, workspace_id, from_number, to_number, body, jsonb_array_length(media) AS media,
            coalesce(handed_over_at, created_at) AS handed_over_at"
    );
    let rows = client.query_typed(&sql, &[(&now, Type::TIMESTAMPTZ), (&limit, Type::INT8)]).await?;
    let mut unsettled = rows
        .iter()
        .map(|row| {
            Ok(Unsettled {
                id: MessageId(column(row, "id")?),
                workspace_id: WorkspaceId(column(row, "workspace_id")?),
                from: stored_number(row, "from_number")?,
                to: stored_number(row, "to_number")?,
                body: column(row, "body")?,
                media: column(row, "media")?,
                handed_over_at: column(row, "handed_over_at")?,
            })
        })
        .collect::<Result<Vec<_>, DbError>>()?;
    unsettled.sort_by_key(|message| message.handed_over_at);
    Ok(unsettled)
}

/// Which of the carrier's messages are known already.
pub async fn list_known_sids(client: &impl GenericClient, sids: &[&str]) -> Result<Vec<String>, DbError> {
    let sql = "-- message_looks::list_known_sids
        SELECT carrier_sid FROM conversation_messages WHERE carrier_sid = ANY($1)";
    let rows = client.query_typed(sql, &[(&sids, Type::TEXT_ARRAY)]).await?;
    rows.iter().map(|row| column(row, "carrier_sid")).collect()
}

/// A message as the carrier has it.
#[derive(Debug)]
pub struct AtCarrier<'a> {
    /// The carrier's id.
    pub carrier_sid: &'a str,
    /// How far it has come; `None` for a word that this version does not know.
    pub status: Option<MessageStatus>,
    /// The carrier's error code.
    pub error_code: Option<&'a str>,
    /// What the code means.
    pub error_message: Option<&'a str>,
    /// Billed parts, when the carrier says.
    pub segments: Option<i32>,
    /// The carrier's price, in micro-dollars.
    pub cost_micros: Option<i64>,
    /// When it went out.
    pub sent_at: Option<DateTime<Utc>>,
}

/// Notes what the carrier has of a message. The status only moves forward; our estimate stays beside the carrier's price.
/// `false` when the row belongs to another of the carrier's messages by now.
pub async fn record(client: &impl GenericClient, id: MessageId, found: &AtCarrier<'_>) -> Result<bool, DbError> {
    let sql = "-- message_looks::record
        UPDATE conversation_messages SET
            carrier_sid = $2,
            status = CASE WHEN message_status_rank($3) > message_status_rank(status) THEN $3 ELSE status END,
            error_code = coalesce($4, error_code), error_message = coalesce($5, error_message),
            segments = coalesce($6, segments), cost_micros = coalesce($7, cost_micros),
            sent_at = coalesce(sent_at, $8),
            delivered_at = CASE WHEN $3 = 'delivered' THEN coalesce(delivered_at, now()) ELSE delivered_at END,
            carrier_looks = CASE WHEN carrier_sid IS NULL THEN 0 ELSE carrier_looks + 1 END,
            updated_at = now()
        WHERE id = $1 AND direction = 'outbound' AND coalesce(carrier_sid, $2) = $2
        RETURNING id";
    let params: [(&(dyn ToSql + Sync), Type); 8] = [
        (&id.0, Type::UUID),
        (&found.carrier_sid, Type::TEXT),
        (&found.status.map(MessageStatus::as_str), Type::TEXT),
        (&found.error_code, Type::TEXT),
        (&found.error_message, Type::TEXT),
        (&found.segments, Type::INT4),
        (&found.cost_micros, Type::INT8),
        (&found.sent_at, Type::TIMESTAMPTZ),
    ];
    Ok(client.query_typed_opt(sql, &params).await?.is_some())
}

/// What a look without a trace did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absence {
    /// It will be looked up again.
    Counted,
    /// It was the last look: the message was not sent, or the call not placed, and is `failed` now.
    Failed,
    /// A callback was faster; nothing to do.
    Settled,
}

/// By the status that the message has now; of a call, that of its entry.
pub(super) fn absence(row: &Row) -> Result<Absence, DbError> {
    let is_failed = parsed::<MessageStatus>(row, "status")? == MessageStatus::Failed;
    Ok(if is_failed { Absence::Failed } else { Absence::Counted })
}

/// Notes that the carrier does not have a message. After several looks over ten minutes it was certainly not sent.
pub async fn record_absence(
    client: &impl GenericClient,
    id: MessageId,
    now: DateTime<Utc>,
    code: &str,
    explanation: &str,
) -> Result<Absence, DbError> {
    let sql = "-- message_looks::record_absence
        WITH look AS (
            SELECT id, carrier_looks + 1 >= $3
                AND coalesce(handed_over_at, created_at) < $2 - interval '10 minutes' AS last
            FROM conversation_messages
            WHERE id = $1 AND direction = 'outbound' AND status IN ('pending', 'unknown') AND carrier_sid IS NULL
            FOR UPDATE
        )
        UPDATE conversation_messages m SET carrier_looks = carrier_looks + 1,
            status = CASE WHEN look.last THEN 'failed' ELSE 'unknown' END,
            error_code = CASE WHEN look.last THEN $4 ELSE error_code END,
            error_message = CASE WHEN look.last THEN $5 ELSE error_message END,
            updated_at = now()
        FROM look WHERE m.id = look.id
        RETURNING m.status";
    let params: [(&(dyn ToSql + Sync), Type); 5] = [
        (&id.0, Type::UUID),
        (&now, Type::TIMESTAMPTZ),
        (&LOOKS_BEFORE_FAILED, Type::INT4),
        (&code, Type::TEXT),
        (&explanation, Type::TEXT),
    ];
    client.query_typed_opt(sql, &params).await?.as_ref().map_or(Ok(Absence::Settled), absence)
}

/// A message whose price is not known yet.
#[derive(Debug, Clone)]
pub struct Unpriced {
    /// Its row.
    pub id: MessageId,
    /// The carrier's id.
    pub carrier_sid: String,
}

/// Writes the carrier's prices (sid, micro-dollars, billed parts when it says) of those messages of ours that have none yet;
/// gives how many had none. What somebody else works on is left to the next time, so that nobody waits for a whole page of
/// prices.
pub async fn set_missing_prices(
    client: &impl GenericClient,
    prices: &[(&str, i64, Option<i32>)],
) -> Result<usize, DbError> {
    let sql = "-- message_looks::set_missing_prices
        WITH free AS MATERIALIZED (
            SELECT m.id, p.micros, p.segments
            FROM unnest($1::text[], $2::bigint[], $3::integer[]) AS p (sid, micros, segments)
            JOIN conversation_messages m ON m.carrier_sid = p.sid
            WHERE m.direction = 'outbound' AND m.cost_micros IS NULL AND m.status <> 'failed'
            ORDER BY m.id FOR UPDATE OF m SKIP LOCKED
        )
        UPDATE conversation_messages m SET cost_micros = free.micros,
            segments = coalesce(nullif(free.segments, 0), m.segments), updated_at = now()
        FROM free WHERE m.id = free.id
        RETURNING m.id";
    let sids: Vec<&str> = prices.iter().map(|(sid, ..)| *sid).collect();
    let micros: Vec<i64> = prices.iter().map(|(_, micros, _)| *micros).collect();
    let segments: Vec<Option<i32>> = prices.iter().map(|(.., segments)| *segments).collect();
    let params: [(&(dyn ToSql + Sync), Type); 3] =
        [(&sids, Type::TEXT_ARRAY), (&micros, Type::INT8_ARRAY), (&segments, Type::INT4_ARRAY)];
    Ok(client.query_typed(sql, &params).await?.len())
}

/// Messages that went out and have no price of the carrier's; notes that they are looked up now. Each look waits twice as
/// long as the one before; a week after the send nobody asks any more.
pub async fn claim_unpriced(
    client: &impl GenericClient,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Unpriced>, DbError> {
    let sql = format!(
        "-- message_looks::claim_unpriced
        UPDATE conversation_messages SET carrier_looked_at = $1
        WHERE id IN (
            SELECT id FROM conversation_messages
            WHERE direction = 'outbound' AND carrier_sid IS NOT NULL AND cost_micros IS NULL
                AND status <> 'failed' AND channel = 'sms'
                AND created_at > $1 - interval '7 days'
                AND coalesce(handed_over_at, created_at) < $1 - interval '1 minute'
                AND coalesce(carrier_looked_at, '-infinity')
                    < $1 - {NEXT_PRICE_LOOK}
            ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED)
        RETURNING id, carrier_sid"
    );
    let rows = client.query_typed(&sql, &[(&now, Type::TIMESTAMPTZ), (&limit, Type::INT8)]).await?;
    rows.iter()
        .map(|row| Ok(Unpriced { id: MessageId(column(row, "id")?), carrier_sid: column(row, "carrier_sid")? }))
        .collect()
}
