//! What the inbox lacks: texts that had no owner when they came, and differences from the carrier's list of messages.

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio_postgres::{GenericClient, Row, types::Type};
use uuid::Uuid;

use super::{DbError, column};

/// A text that no workspace could be found for, and whose number has an owner now.
#[derive(Debug)]
pub struct Stray {
    /// Its row in `unroutable_events`.
    pub id: Uuid,
    /// The webhook's parameters.
    pub payload: Value,
    /// When it came.
    pub received_at: DateTime<Utc>,
}

/// What the carrier lists: sid, called number, time.
pub type Listed<'a> = (&'a str, &'a str, DateTime<Utc>);

pub(super) fn stray(row: &Row) -> Result<Stray, DbError> {
    Ok(Stray { id: column(row, "id")?, payload: column(row, "payload")?, received_at: column(row, "received_at")? })
}

/// Those that a statement chooses by three columns of the list.
pub(super) async fn list_sids(
    client: &impl GenericClient,
    sql: &str,
    listed: &[Listed<'_>],
) -> Result<Vec<String>, DbError> {
    let sids: Vec<&str> = listed.iter().map(|(sid, _, _)| *sid).collect();
    let called: Vec<&str> = listed.iter().map(|(_, called, _)| *called).collect();
    let times: Vec<DateTime<Utc>> = listed.iter().map(|(_, _, at)| *at).collect();
    let params =
        [(&sids as _, Type::TEXT_ARRAY), (&called as _, Type::TEXT_ARRAY), (&times as _, Type::TIMESTAMPTZ_ARRAY)];
    client.query_typed(sql, &params).await?.iter().map(|row| column(row, "sid")).collect()
}

/// Texts to try again; notes that they are tried now. The owner must have been about to get the number when the text
/// came: one that was meant for whoever had the number before is nobody's.
pub async fn claim_strays(client: &impl GenericClient, now: DateTime<Utc>, limit: i64) -> Result<Vec<Stray>, DbError> {
    let sql = "-- message_gaps::claim_strays
        UPDATE unroutable_events SET tried_at = $1
        WHERE id IN (
            SELECT e.id FROM unroutable_events e
            WHERE e.kind = 'message' AND e.replayed_at IS NULL
                AND coalesce(e.tried_at, '-infinity') < $1 - interval '4 minutes'
                AND (e.reason = 'not_stored' OR e.received_at >= number_owned_since(e.to_number))
            ORDER BY e.received_at LIMIT $2 FOR UPDATE SKIP LOCKED)
        RETURNING id, payload, received_at";
    let rows = client.query_typed(sql, &[(&now, Type::TIMESTAMPTZ), (&limit, Type::INT8)]).await?;
    rows.iter().map(stray).collect()
}

/// Notes of a text that it is in the inbox now; whether it is. The inbox is asked, not believed.
pub async fn mark_replayed(client: &impl GenericClient, id: Uuid) -> Result<bool, DbError> {
    let sql = "-- message_gaps::mark_replayed
        UPDATE unroutable_events e SET replayed_at = now()
        WHERE e.id = $1
            AND EXISTS (SELECT FROM conversation_messages m WHERE m.carrier_sid = e.payload->>'MessageSid')
        RETURNING e.id";
    Ok(client.query_typed_opt(sql, &[(&id, Type::UUID)]).await?.is_some())
}

/// Of the carrier's inbound texts (sid, called number, time) the sids of those that never arrived, as far as the owner of
/// the number had it, or was about to get it, at that time.
pub async fn list_missing(client: &impl GenericClient, texts: &[Listed<'_>]) -> Result<Vec<String>, DbError> {
    let sql = "-- message_gaps::list_missing
        SELECT l.sid FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS l (sid, called, created_at)
        WHERE NOT EXISTS (SELECT FROM conversation_messages m WHERE m.carrier_sid = l.sid)
            AND NOT EXISTS (SELECT FROM unroutable_events e WHERE e.kind = 'message' AND e.event_key = l.sid)
            AND NOT EXISTS (SELECT FROM expired_messages x WHERE x.carrier_sid = l.sid)
            AND l.created_at >= coalesce(date_trunc('second', number_owned_since(l.called)), '-infinity')
        ORDER BY l.created_at, l.sid";
    list_sids(client, sql, texts).await
}

/// Of our messages that the carrier lists (sid, status) the sids of those that have come further than we know.
pub async fn list_behind(client: &impl GenericClient, listed: &[(&str, &str)]) -> Result<Vec<String>, DbError> {
    let sql = "-- message_gaps::list_behind
        SELECT l.sid FROM unnest($1::text[], $2::text[]) AS l (sid, status)
            JOIN conversation_messages m ON m.carrier_sid = l.sid
        WHERE m.direction = 'outbound' AND message_status_rank(l.status) > message_status_rank(m.status)
        ORDER BY m.created_at";
    let sids: Vec<&str> = listed.iter().map(|(sid, _)| *sid).collect();
    let statuses: Vec<&str> = listed.iter().map(|(_, status)| *status).collect();
    let rows = client.query_typed(sql, &[(&sids, Type::TEXT_ARRAY), (&statuses, Type::TEXT_ARRAY)]).await?;
    rows.iter().map(|row| column(row, "sid")).collect()
}
