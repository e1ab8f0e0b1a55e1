//! Calls that the carrier has to be asked about: what became of them, and what they cost.

use chrono::{DateTime, Utc};
use tokio_postgres::{
    GenericClient, Row,
    types::{ToSql, Type},
};

use super::{
    DbError, column,
    message_looks::{Absence, IN_FLIGHT, LOOKS_BEFORE_FAILED, NEXT_PRICE_LOOK, absence},
    numbers::stored_number,
    parsed,
};
use crate::domain::{CallId, CallKind, PhoneNumber, WorkspaceId};

/// A call of which nobody knows whether the carrier took it.
#[derive(Debug, Clone)]
pub struct Unsettled {
    /// Its row.
    pub id: CallId,
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// What it is for.
    pub kind: CallKind,
    /// Our number.
    pub from: PhoneNumber,
    /// The phone that was to ring first.
    pub first_to_ring: PhoneNumber,
    /// When the carrier was asked, or was about to be.
    pub handed_over_at: DateTime<Utc>,
}

/// Calls whose outcome is unknown, or whose function died before it asked the carrier; notes that they are looked up now.
pub async fn claim_unsettled(
    client: &impl GenericClient,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Unsettled>, DbError> {
    let sql = format!(
        "-- call_looks::claim_unsettled
        UPDATE calls c SET carrier_looked_at = $1
        FROM conversation_messages m
        WHERE m.id = c.message_id AND c.id IN (
            SELECT o.id FROM calls o JOIN conversation_messages e ON e.id = o.message_id
            WHERE o.direction = 'outbound' AND o.state IN ('pending', 'unknown') AND o.carrier_sid IS NULL
                AND e.status IN ('pending', 'unknown')
                AND coalesce(e.handed_over_at, o.created_at) < $1 - {IN_FLIGHT}
                AND coalesce(o.carrier_looked_at, '-infinity') < $1 - {IN_FLIGHT}
            ORDER BY o.created_at LIMIT $2 FOR UPDATE OF o SKIP LOCKED)
        RETURNING c.id, c.workspace_id, c.kind, c.from_number, coalesce(c.member_number, c.to_number) AS first_to_ring,
            coalesce(m.handed_over_at, c.created_at) AS handed_over_at"
    );
    let rows = client.query_typed(&sql, &[(&now, Type::TIMESTAMPTZ), (&limit, Type::INT8)]).await?;
    let mut unsettled = rows
        .iter()
        .map(|row| {
            Ok(Unsettled {
                id: CallId(column(row, "id")?),
                workspace_id: WorkspaceId(column(row, "workspace_id")?),
                kind: parsed(row, "kind")?,
                from: stored_number(row, "from_number")?,
                first_to_ring: stored_number(row, "first_to_ring")?,
                handed_over_at: column(row, "handed_over_at")?,
            })
        })
        .collect::<Result<Vec<_>, DbError>>()?;
    unsettled.sort_by_key(|call| call.handed_over_at);
    Ok(unsettled)
}

/// Which of the carrier's calls are known already.
pub async fn list_known_sids(client: &impl GenericClient, sids: &[&str]) -> Result<Vec<String>, DbError> {
    let sql = "-- call_looks::list_known_sids
        SELECT carrier_sid FROM calls WHERE carrier_sid = ANY($1)";
    let rows = client.query_typed(sql, &[(&sids, Type::TEXT_ARRAY)]).await?;
    rows.iter().map(|row| column(row, "carrier_sid")).collect()
}

/// Notes that the carrier does not have a call. After several looks over ten minutes it was certainly not placed.
pub async fn record_absence(
    client: &impl GenericClient,
    id: CallId,
    now: DateTime<Utc>,
    code: &str,
    explanation: &str,
) -> Result<Absence, DbError> {
    let sql = "-- call_looks::record_absence
        WITH look AS (
            SELECT c.id, c.carrier_looks + 1 >= $3
                AND coalesce(m.handed_over_at, c.created_at) < $2 - interval '10 minutes' AS last
            FROM calls c JOIN conversation_messages m ON m.id = c.message_id
            WHERE c.id = $1 AND c.state IN ('pending', 'unknown') AND c.carrier_sid IS NULL
            FOR UPDATE
        ), call AS (
            UPDATE calls c SET carrier_looks = c.carrier_looks + 1,
                state = CASE WHEN look.last THEN 'failed' ELSE 'unknown' END,
                error_code = CASE WHEN look.last THEN $4 ELSE error_code END,
                error_message = CASE WHEN look.last THEN $5 ELSE error_message END,
                ended_at = CASE WHEN look.last THEN $2 ELSE ended_at END, updated_at = now()
            FROM look WHERE c.id = look.id
            RETURNING c.message_id, c.state, c.error_code, c.error_message
        )
        UPDATE conversation_messages m SET status = call.state, error_code = call.error_code,
            error_message = call.error_message, updated_at = now()
        FROM call WHERE m.id = call.message_id
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

/// A call to look up.
#[derive(Debug, Clone)]
pub struct Known {
    /// Its row.
    pub id: CallId,
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// Who started it, and what for.
    pub kind: CallKind,
    /// The carrier's id of its first leg.
    pub carrier_sid: String,
}

const KNOWN: &str = "id, workspace_id, kind, carrier_sid";

fn known(row: &Row) -> Result<Known, DbError> {
    Ok(Known {
        id: CallId(column(row, "id")?),
        workspace_id: WorkspaceId(column(row, "workspace_id")?),
        kind: parsed(row, "kind")?,
        carrier_sid: column(row, "carrier_sid")?,
    })
}

/// Calls that have been open for longer than most last; notes that they are looked up now. Their last callback may be
/// lost, or people still talk: each look waits as long as the call had lasted before.
pub async fn claim_open(client: &impl GenericClient, now: DateTime<Utc>, limit: i64) -> Result<Vec<Known>, DbError> {
    let sql = format!(
        "-- call_looks::claim_open
        UPDATE calls SET carrier_looked_at = $1
        WHERE id IN (
            SELECT id FROM calls
            WHERE call_state_rank(state) <= call_state_rank('answered') AND carrier_sid IS NOT NULL
                AND started_at < $1 - interval '10 minutes'
                AND coalesce(carrier_looked_at, '-infinity') < $1 - least(interval '1 hour', interval '10 minutes'
                    + (coalesce(carrier_looked_at, started_at) - started_at))
            ORDER BY started_at LIMIT $2 FOR UPDATE SKIP LOCKED)
        RETURNING {KNOWN}"
    );
    let rows = client.query_typed(&sql, &[(&now, Type::TIMESTAMPTZ), (&limit, Type::INT8)]).await?;
    rows.iter().map(known).collect()
}

/// Closes a call that cannot have gone on, when nothing better is known. `false` when it has ended meanwhile.
pub async fn close(
    client: &impl GenericClient,
    id: CallId,
    now: DateTime<Utc>,
    code: &str,
    explanation: &str,
) -> Result<bool, DbError> {
    let sql = "-- call_looks::close
        WITH call AS (
            UPDATE calls SET state = CASE WHEN state = 'answered' THEN 'completed' ELSE 'failed' END, ended_at = coalesce(ended_at, $2),
                error_code = CASE WHEN state = 'answered' THEN error_code ELSE $3 END,
                error_message = CASE WHEN state = 'answered' THEN error_message ELSE $4 END, updated_at = now()
            WHERE id = $1 AND call_state_rank(state) <= call_state_rank('answered')
            RETURNING message_id, state, error_code, error_message
        )
        UPDATE conversation_messages m SET status = call.state, error_code = call.error_code,
            error_message = call.error_message, updated_at = now()
        FROM call WHERE m.id = call.message_id
        RETURNING m.id";
    let params: [(&(dyn ToSql + Sync), Type); 4] =
        [(&id.0, Type::UUID), (&now, Type::TIMESTAMPTZ), (&code, Type::TEXT), (&explanation, Type::TEXT)];
    Ok(client.query_typed_opt(sql, &params).await?.is_some())
}

/// Calls that are over and have no price of the carrier's; notes that they are looked up now. Each look waits twice as long
/// as the one before; a week after the call nobody asks any more.
pub async fn claim_unpriced(
    client: &impl GenericClient,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Known>, DbError> {
    let sql = format!(
        "-- call_looks::claim_unpriced
        UPDATE calls SET carrier_looked_at = $1, carrier_looks = carrier_looks + 1
        WHERE id IN (
            SELECT id FROM calls
            WHERE carrier_sid IS NOT NULL AND cost_micros IS NULL AND ended_at IS NOT NULL
                AND created_at > $1 - interval '7 days' AND ended_at < $1 - interval '1 minute'
                AND coalesce(carrier_looked_at, '-infinity')
                    < $1 - {NEXT_PRICE_LOOK}
            ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED)
        RETURNING {KNOWN}"
    );
    let rows = client.query_typed(&sql, &[(&now, Type::TIMESTAMPTZ), (&limit, Type::INT8)]).await?;
    rows.iter().map(known).collect()
}

/// Stores what the carrier took for a call, all legs together. Our estimate stays beside it.
pub async fn set_price(client: &impl GenericClient, id: CallId, cost_micros: i64) -> Result<(), DbError> {
    let sql = "-- call_looks::set_price
        WITH call AS (
            UPDATE calls SET cost_micros = $2, updated_at = now() WHERE id = $1 RETURNING message_id
        )
        UPDATE conversation_messages m SET cost_micros = $2, updated_at = now() FROM call WHERE m.id = call.message_id";
    client.query_typed(sql, &[(&id.0, Type::UUID), (&cost_micros, Type::INT8)]).await?;
    Ok(())
}
