//! Messages that wait for the end of quiet hours. Whoever sends one, calls it off or puts it off moves it away from
//! `scheduled` in one statement, so that only one of them does.

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio_postgres::{
    GenericClient, Row,
    types::{ToSql, Type},
};
use url::Url;

use super::{DbError, column, numbers::stored_number, parsed};
use crate::domain::{CarrierCode, Channel, MessageId, PhoneNumber, PhoneNumberId, SubscriptionTier, WorkspaceId};

/// What a message waits for beside its time: those of the same thread that were written before it. One whose sender does
/// not come back within half a minute is left to the look-up of unknown sends.
const EARLIER: &str = "FROM conversation_messages e
        WHERE e.workspace_id = m.workspace_id AND e.conversation_id = m.conversation_id
            AND e.scheduled_for IS NOT NULL AND e.status IN ('scheduled', 'pending')
            AND (e.status = 'scheduled' OR e.handed_over_at > $2 - interval '30 seconds')
            AND (e.created_at, e.id) < (m.created_at, m.id)";

/// A message whose time has come. Its row is locked until the transaction ends.
#[derive(Debug)]
pub struct Due {
    /// Its row.
    pub id: MessageId,
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// What the workspace pays for now.
    pub tier: SubscriptionTier,
    /// The organisation is gone.
    pub closed: bool,
    /// How it shall travel.
    pub channel: Channel,
    /// The number that it was written from; `None` is the platform number.
    pub phone_number_id: Option<PhoneNumberId>,
    /// The same in E.164.
    pub from: PhoneNumber,
    /// The customer.
    pub to: PhoneNumber,
    /// Text.
    pub body: String,
    /// Public addresses of pictures and files.
    pub media_urls: Vec<Url>,
}

fn due_from_row(row: &Row) -> Result<Due, DbError> {
    Ok(Due {
        id: MessageId(column(row, "id")?),
        workspace_id: WorkspaceId(column(row, "workspace_id")?),
        tier: parsed(row, "subscription_tier")?,
        closed: column(row, "closed")?,
        channel: parsed(row, "channel")?,
        phone_number_id: column::<Option<uuid::Uuid>>(row, "phone_number_id")?.map(PhoneNumberId),
        from: stored_number(row, "from_number")?,
        to: stored_number(row, "to_number")?,
        body: column(row, "body")?,
        media_urls: media_urls(&column(row, "media")?)?,
    })
}

fn media_urls(media: &Value) -> Result<Vec<Url>, DbError> {
    let corrupt = || DbError::Corrupt { column: "media", problem: "is not a list of addresses".to_owned() };
    let url = |medium: &Value| medium["url"].as_str().and_then(|text| text.parse().ok()).ok_or_else(corrupt);
    media.as_array().ok_or_else(corrupt)?.iter().map(url).collect()
}

/// Has a message that was stored a moment ago, in this transaction, wait.
pub async fn defer(client: &impl GenericClient, id: MessageId, until: DateTime<Utc>) -> Result<(), DbError> {
    let sql = "-- scheduled_messages::defer
        UPDATE conversation_messages SET status = 'scheduled', scheduled_for = $2
        WHERE id = $1 AND status = 'pending' AND handed_over_at IS NULL";
    client.query_typed(sql, &[(&id.0, Type::UUID), (&until, Type::TIMESTAMPTZ)]).await?;
    Ok(())
}

/// How many messages of the workspace wait.
pub async fn count(client: &impl GenericClient, workspace_id: WorkspaceId) -> Result<i64, DbError> {
    let sql = "-- scheduled_messages::count
        SELECT count(*) AS waiting FROM conversation_messages
        WHERE workspace_id = $1 AND status = 'scheduled' AND scheduled_for IS NOT NULL";
    column(&client.query_typed_one(sql, &[(&workspace_id.0, Type::UUID)]).await?, "waiting")
}

/// Messages whose time has come, the longest due first; of each thread the first one.
pub async fn list_due(client: &impl GenericClient, now: DateTime<Utc>, limit: i64) -> Result<Vec<MessageId>, DbError> {
    let sql = format!(
        "-- scheduled_messages::list_due
        SELECT m.id FROM conversation_messages m
        WHERE m.status = 'scheduled' AND m.scheduled_for <= $2 AND NOT EXISTS (SELECT {EARLIER})
        ORDER BY m.scheduled_for, m.created_at LIMIT $1"
    );
    let rows = client.query_typed(&sql, &[(&limit, Type::INT8), (&now, Type::TIMESTAMPTZ)]).await?;
    rows.iter().map(|row| Ok(MessageId(column(row, "id")?))).collect()
}

/// Takes a message whose time has come, unless somebody else has it or its time has changed.
pub async fn claim(client: &impl GenericClient, id: MessageId, now: DateTime<Utc>) -> Result<Option<Due>, DbError> {
    let sql = format!(
        "-- scheduled_messages::claim
        SELECT m.id, m.workspace_id, w.subscription_tier, w.deleted_at IS NOT NULL AS closed, m.channel,
            m.phone_number_id, m.from_number, m.to_number, m.body, m.media
        FROM conversation_messages m JOIN workspaces w ON w.id = m.workspace_id
        WHERE m.id = $1 AND m.status = 'scheduled' AND m.scheduled_for <= $2 AND NOT EXISTS (SELECT {EARLIER})
        FOR UPDATE OF m SKIP LOCKED"
    );
    let row = client.query_typed_opt(&sql, &[(&id.0, Type::UUID), (&now, Type::TIMESTAMPTZ)]).await?;
    row.as_ref().map(due_from_row).transpose()
}

/// Notes that the carrier is about to be asked. From here on nobody sends it again: an answer that does not come is
/// looked up.
pub async fn hand_over(client: &impl GenericClient, id: MessageId, now: DateTime<Utc>) -> Result<(), DbError> {
    let sql = "-- scheduled_messages::hand_over
        UPDATE conversation_messages SET status = 'pending', handed_over_at = $2, updated_at = now()
        WHERE id = $1 AND status = 'scheduled'";
    client.query_typed(sql, &[(&id.0, Type::UUID), (&now, Type::TIMESTAMPTZ)]).await?;
    Ok(())
}

/// Has a message wait longer.
pub async fn put_off(client: &impl GenericClient, id: MessageId, until: DateTime<Utc>) -> Result<(), DbError> {
    let sql = "-- scheduled_messages::put_off
        UPDATE conversation_messages SET scheduled_for = $2, updated_at = now() WHERE id = $1 AND status = 'scheduled'";
    client.query_typed(sql, &[(&id.0, Type::UUID), (&until, Type::TIMESTAMPTZ)]).await?;
    Ok(())
}

/// Has all messages of a workspace that would be due before wait until then; those that somebody has just taken stay with
/// him. Gives their number.
pub async fn put_off_all(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    until: DateTime<Utc>,
) -> Result<u64, DbError> {
    let sql = "-- scheduled_messages::put_off_all
        WITH early AS (
            SELECT id FROM conversation_messages
            WHERE workspace_id = $1 AND status = 'scheduled' AND scheduled_for < $2 FOR UPDATE SKIP LOCKED
        ), put_off AS (
            UPDATE conversation_messages m SET scheduled_for = $2, updated_at = now()
            FROM early WHERE m.id = early.id RETURNING m.id
        )
        SELECT count(*) AS put_off FROM put_off";
    let row = client.query_typed_one(sql, &[(&workspace_id.0, Type::UUID), (&until, Type::TIMESTAMPTZ)]).await?;
    Ok(column::<i64>(&row, "put_off")?.unsigned_abs())
}

/// Makes all messages of a workspace due, because the rule that they wait for is another one now. Gives their number.
pub async fn make_due(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    now: DateTime<Utc>,
) -> Result<u64, DbError> {
    let sql = "-- scheduled_messages::make_due
        WITH due AS (
            UPDATE conversation_messages SET scheduled_for = $2, updated_at = now()
            WHERE workspace_id = $1 AND status = 'scheduled' AND scheduled_for > $2 RETURNING id
        )
        SELECT count(*) AS due FROM due";
    let row = client.query_typed_one(sql, &[(&workspace_id.0, Type::UUID), (&now, Type::TIMESTAMPTZ)]).await?;
    Ok(column::<i64>(&row, "due")?.unsigned_abs())
}

/// Gives a message up that cannot be sent any more, and brings its thread to the top: whoever wrote it believes that it
/// is on its way.
pub async fn give_up(client: &impl GenericClient, id: MessageId, reason: &CarrierCode) -> Result<(), DbError> {
    let sql = "-- scheduled_messages::give_up
        WITH message AS (
            UPDATE conversation_messages SET status = 'failed', error_code = $2, error_message = $3, updated_at = now()
            WHERE id = $1 AND status = 'scheduled' RETURNING conversation_id
        )
        UPDATE conversations c SET last_message_at = greatest(c.last_message_at, now()),
            status = CASE WHEN c.status = 'spam' THEN 'spam' ELSE 'open' END, updated_at = now()
        FROM message WHERE c.id = message.conversation_id";
    let params: [(&(dyn ToSql + Sync), Type); 3] =
        [(&id.0, Type::UUID), (&reason.code, Type::TEXT), (&reason.cause, Type::TEXT)];
    client.query_typed(sql, &params).await?;
    Ok(())
}

/// Calls a message off. `false`: it does not wait (any more).
pub async fn cancel(client: &impl GenericClient, workspace_id: WorkspaceId, id: MessageId) -> Result<bool, DbError> {
    let sql = "-- scheduled_messages::cancel
        UPDATE conversation_messages SET status = 'canceled', updated_at = now()
        WHERE workspace_id = $1 AND id = $2 AND status = 'scheduled' RETURNING id";
    Ok(client.query_typed_opt(sql, &[(&workspace_id.0, Type::UUID), (&id.0, Type::UUID)]).await?.is_some())
}
