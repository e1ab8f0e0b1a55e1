//! What is done with recordings behind the scenes: copied into our bucket, deleted when they were kept long enough, and
//! deleted at the carrier once they are ours.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio_postgres::{
    GenericClient,
    types::{ToSql, Type},
};

use super::{
    DbError, column,
    message_media::{PendingCopy, StoredMedium, due_in},
};
use crate::domain::{CallId, RecordingId, WorkspaceId};

/// Takes the lease of a recording that is due.
pub async fn claim(
    client: &impl GenericClient,
    carrier_sid: &str,
    lease: Duration,
) -> Result<Option<PendingCopy<RecordingId>>, DbError> {
    let sql = "-- recording_work::claim
        UPDATE call_recordings r
        SET leased_until = now() + make_interval(secs => $2), attempts = attempts + 1, updated_at = now()
        FROM calls c
        WHERE r.carrier_sid = $1 AND c.id = r.call_id AND r.state = 'pending' AND r.due_at <= now()
            AND (r.leased_until IS NULL OR r.leased_until <= now())
        RETURNING r.id, r.workspace_id, c.message_id, r.source_url, r.attempts";
    let params = [(&carrier_sid as _, Type::TEXT), (&lease.as_secs_f64() as _, Type::FLOAT8)];
    let row = client.query_typed_opt(sql, &params).await?;
    row.map(|row| PendingCopy::from_row(&row, RecordingId)).transpose()
}

/// How long until a recording is due; `None` when nothing is left to do.
pub async fn next_due(client: &impl GenericClient, carrier_sid: &str) -> Result<Option<Duration>, DbError> {
    let sql = "-- recording_work::next_due
        SELECT extract(epoch FROM greatest(due_at, leased_until, now()) - now())::float8 AS seconds
        FROM call_recordings WHERE carrier_sid = $1 AND state = 'pending'";
    let row = client.query_typed_opt(sql, &[(&carrier_sid, Type::TEXT)]).await?;
    row.map_or(Ok(None), |row| due_in(&row))
}

/// Notes that a recording was copied.
pub async fn mark_stored(
    client: &impl GenericClient,
    id: RecordingId,
    stored: &StoredMedium<'_>,
) -> Result<(), DbError> {
    let sql = "-- recording_work::mark_stored
        UPDATE call_recordings SET state = 'stored', object_key = $2, content_type = $3, byte_size = $4,
            failure_code = NULL, leased_until = NULL, updated_at = now()
        WHERE id = $1 AND state = 'pending'";
    let params: [(&(dyn ToSql + Sync), Type); 4] = [
        (&id.0, Type::UUID),
        (&stored.object_key, Type::TEXT),
        (&stored.content_type, Type::TEXT),
        (&stored.byte_size, Type::INT8),
    ];
    client.query_typed(sql, &params).await?;
    Ok(())
}

/// The carrier is asked again later.
pub async fn postpone(
    client: &impl GenericClient,
    id: RecordingId,
    delay: Duration,
    failure_code: &str,
) -> Result<(), DbError> {
    let sql = "-- recording_work::postpone
        UPDATE call_recordings SET due_at = now() + make_interval(secs => $2), failure_code = $3, leased_until = NULL,
            updated_at = now()
        WHERE id = $1 AND state = 'pending'";
    let params: [(&(dyn ToSql + Sync), Type); 3] =
        [(&id.0, Type::UUID), (&delay.as_secs_f64(), Type::FLOAT8), (&failure_code, Type::TEXT)];
    client.query_typed(sql, &params).await?;
    Ok(())
}

/// It is not coming.
pub async fn mark_failed(client: &impl GenericClient, id: RecordingId, failure_code: &str) -> Result<(), DbError> {
    let sql = "-- recording_work::mark_failed
        UPDATE call_recordings SET state = 'failed', failure_code = $2, leased_until = NULL, updated_at = now()
        WHERE id = $1 AND state = 'pending'";
    client.query_typed(sql, &[(&id.0, Type::UUID), (&failure_code, Type::TEXT)]).await?;
    Ok(())
}

/// Recordings that nobody has copied in time: their queue message was lost, or never sent.
pub async fn list_stuck(client: &impl GenericClient, limit: i64) -> Result<Vec<String>, DbError> {
    let sql = "-- recording_work::list_stuck
        SELECT carrier_sid FROM call_recordings
        WHERE state = 'pending' AND due_at < now() - interval '1 minute'
            AND (leased_until IS NULL OR leased_until <= now())
        ORDER BY due_at LIMIT $1";
    let rows = client.query_typed(sql, &[(&limit, Type::INT8)]).await?;
    rows.iter().map(|row| column(row, "carrier_sid")).collect()
}

/// A recording that is to be deleted.
#[derive(Debug, Clone)]
pub struct Expired {
    /// Its row.
    pub id: RecordingId,
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// The call.
    pub call_id: CallId,
    /// Its key in the bucket.
    pub object_key: String,
}

/// Recordings in our bucket that were kept as long as their workspace wants, or as `default_days` where it does not say
/// (`None` keeps them); notes that their deletion is tried now, and again in an hour if it fails.
pub async fn claim_expired(
    client: &impl GenericClient,
    default_days: Option<u16>,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Expired>, DbError> {
    let sql = "-- recording_work::claim_expired
        UPDATE call_recordings SET delete_at = $2 + interval '1 hour', updated_at = now()
        WHERE id IN (
            SELECT due.id FROM workspaces w CROSS JOIN LATERAL (
                SELECT r.id, r.created_at FROM call_recordings r
                WHERE r.workspace_id = w.id AND r.state = 'stored' AND coalesce(r.delete_at, '-infinity') <= $2
                    AND r.created_at < $2 - make_interval(days => coalesce(w.recording_retention_days, $1))
                ORDER BY r.created_at LIMIT $3 FOR UPDATE SKIP LOCKED) AS due
            WHERE coalesce(w.recording_retention_days, $1) IS NOT NULL
            ORDER BY due.created_at LIMIT $3)
        RETURNING id, workspace_id, call_id, object_key";
    let params: [(&(dyn ToSql + Sync), Type); 3] =
        [(&default_days.map(i32::from), Type::INT4), (&now, Type::TIMESTAMPTZ), (&limit, Type::INT8)];
    let rows = client.query_typed(sql, &params).await?;
    rows.iter()
        .map(|row| {
            Ok(Expired {
                id: RecordingId(column(row, "id")?),
                workspace_id: WorkspaceId(column(row, "workspace_id")?),
                call_id: CallId(column(row, "call_id")?),
                object_key: column(row, "object_key")?,
            })
        })
        .collect()
}

/// Notes that a recording is not in our bucket any more. The row stays, for the length of the talk and its transcription.
pub async fn mark_deleted(client: &impl GenericClient, id: RecordingId) -> Result<(), DbError> {
    let sql = "-- recording_work::mark_deleted
        UPDATE call_recordings SET state = 'deleted', object_key = NULL, delete_at = NULL, carrier_delete_due_at = NULL,
            updated_at = now()
        WHERE id = $1 AND state = 'stored'";
    client.query_typed(sql, &[(&id.0, Type::UUID)]).await?;
    Ok(())
}

/// A recording that the carrier need not keep.
#[derive(Debug, Clone)]
pub struct AtCarrier {
    /// Its row.
    pub id: RecordingId,
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// The call.
    pub call_id: CallId,
    /// The carrier's id.
    pub carrier_sid: String,
    /// Our copy: where it is and how large. `None` when it was kept long enough and is gone.
    pub copy: Option<(String, i64)>,
}

/// Which recordings the carrier is asked to delete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToDeleteThere {
    /// Those that were deleted here, and no others.
    Deleted,
    /// Those too that are safely here.
    DeletedAndStored,
}

/// Recordings that the carrier still has; notes that it is asked now, and again in an hour if that fails. One whose
/// transcription is on its way waits for it, but not for longer than a day. What we could not copy is never among them.
pub async fn claim_at_carrier(
    client: &impl GenericClient,
    which: ToDeleteThere,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<AtCarrier>, DbError> {
    let sql = "-- recording_work::claim_at_carrier
        UPDATE call_recordings SET carrier_delete_due_at = $2 + interval '1 hour', updated_at = now()
        WHERE id IN (
            SELECT id FROM call_recordings
            WHERE state = ANY($1) AND carrier_deleted_at IS NULL
                AND coalesce(carrier_delete_due_at, '-infinity') <= $2
                AND (transcription_state <> 'pending' OR created_at < $2 - interval '1 day')
            ORDER BY created_at LIMIT $3 FOR UPDATE SKIP LOCKED)
        RETURNING id, workspace_id, call_id, carrier_sid, object_key, byte_size";
    let states: &[&str] = match which {
        ToDeleteThere::Deleted => &["deleted"],
        ToDeleteThere::DeletedAndStored => &["deleted", "stored"],
    };
    let params: [(&(dyn ToSql + Sync), Type); 3] =
        [(&states, Type::TEXT_ARRAY), (&now, Type::TIMESTAMPTZ), (&limit, Type::INT8)];
    let rows = client.query_typed(sql, &params).await?;
    rows.iter()
        .map(|row| {
            let key: Option<String> = column(row, "object_key")?;
            let size: Option<i64> = column(row, "byte_size")?;
            Ok(AtCarrier {
                id: RecordingId(column(row, "id")?),
                workspace_id: WorkspaceId(column(row, "workspace_id")?),
                call_id: CallId(column(row, "call_id")?),
                carrier_sid: column(row, "carrier_sid")?,
                copy: key.zip(size),
            })
        })
        .collect()
}

/// Notes that the carrier does not have a recording any more.
pub async fn mark_carrier_deleted(
    client: &impl GenericClient,
    id: RecordingId,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let sql = "-- recording_work::mark_carrier_deleted
        UPDATE call_recordings SET carrier_deleted_at = $2, carrier_delete_due_at = NULL, updated_at = now()
        WHERE id = $1 AND carrier_deleted_at IS NULL";
    client.query_typed(sql, &[(&id.0, Type::UUID), (&now, Type::TIMESTAMPTZ)]).await?;
    Ok(())
}

/// Our copy is not what it was: it is fetched again.
pub async fn fetch_again(client: &impl GenericClient, id: RecordingId) -> Result<(), DbError> {
    let sql = "-- recording_work::fetch_again
        UPDATE call_recordings SET state = 'pending', object_key = NULL, content_type = NULL, byte_size = NULL, attempts = 0,
            due_at = now(), leased_until = NULL, failure_code = 'copy_lost', updated_at = now()
        WHERE id = $1 AND state = 'stored' AND carrier_deleted_at IS NULL";
    client.query_typed(sql, &[(&id.0, Type::UUID)]).await?;
    Ok(())
}
