//! What the inbox lacks of calls: those that had no owner when they came, and those that only the carrier has.

use chrono::{DateTime, Utc};
use tokio_postgres::{GenericClient, types::Type};
use uuid::Uuid;

use super::{
    DbError,
    message_gaps::{Listed, Stray, list_sids, stray},
};

/// Calls to try again; notes that they are tried now. As with texts, the owner must have been about to get the number when
/// the call came.
pub async fn claim_strays(client: &impl GenericClient, now: DateTime<Utc>, limit: i64) -> Result<Vec<Stray>, DbError> {
    let sql = "-- call_gaps::claim_strays
        UPDATE unroutable_events SET tried_at = $1
        WHERE id IN (
            SELECT e.id FROM unroutable_events e
            WHERE e.kind = 'call' AND e.replayed_at IS NULL AND e.reason <> 'malformed'
                AND coalesce(e.tried_at, '-infinity') < $1 - interval '4 minutes'
                AND (e.reason = 'not_stored' OR e.received_at >= number_owned_since(e.to_number))
            ORDER BY e.received_at LIMIT $2 FOR UPDATE SKIP LOCKED)
        RETURNING id, payload, received_at";
    let rows = client.query_typed(sql, &[(&now, Type::TIMESTAMPTZ), (&limit, Type::INT8)]).await?;
    rows.iter().map(stray).collect()
}

/// Notes of a call that it is in the inbox now; whether it is. The inbox is asked, not believed.
pub async fn mark_replayed(client: &impl GenericClient, id: Uuid) -> Result<bool, DbError> {
    let sql = "-- call_gaps::mark_replayed
        UPDATE unroutable_events e SET replayed_at = now()
        WHERE e.id = $1 AND EXISTS (SELECT FROM calls c WHERE c.carrier_sid = e.payload->>'CallSid')
        RETURNING e.id";
    Ok(client.query_typed_opt(sql, &[(&id, Type::UUID)]).await?.is_some())
}

/// Of the carrier's inbound calls (sid, called number, time) the sids of those that never arrived, as far as the owner of
/// the number had it, or was about to get it, at that time.
pub async fn list_missing(client: &impl GenericClient, calls: &[Listed<'_>]) -> Result<Vec<String>, DbError> {
    let sql = "-- call_gaps::list_missing
        SELECT l.sid FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS l (sid, called, created_at)
        WHERE NOT EXISTS (SELECT FROM calls c WHERE c.carrier_sid = l.sid)
            AND NOT EXISTS (SELECT FROM unroutable_events e WHERE e.kind = 'call' AND e.event_key = l.sid)
            AND NOT EXISTS (SELECT FROM expired_messages x WHERE x.carrier_sid = l.sid)
            AND l.created_at >= coalesce(date_trunc('second', number_owned_since(l.called)), '-infinity')
        ORDER BY l.created_at, l.sid";
    list_sids(client, sql, calls).await
}
