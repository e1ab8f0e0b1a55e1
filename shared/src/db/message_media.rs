//! `message_media`: pictures and files of inbound messages, from the carrier's address to our bucket.

use std::time::Duration;

use tokio_postgres::{GenericClient, Row, types::Type};
use uuid::Uuid;

use super::{DbError, column, parsed};
use crate::domain::{MediaId, MediaState, MessageId, WorkspaceId};

/// A file that is to be copied: a medium, or a recording.
#[derive(Debug, Clone)]
pub struct PendingCopy<I> {
    /// Its row.
    pub id: I,
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// The message that brought it, or the entry of its call.
    pub message_id: MessageId,
    /// Where the carrier has it.
    pub source_url: String,
    /// Attempts, this one included.
    pub attempts: i32,
}

impl<I> PendingCopy<I> {
    pub(super) fn from_row(row: &Row, id: impl FnOnce(Uuid) -> I) -> Result<Self, DbError> {
        Ok(Self {
            id: id(column(row, "id")?),
            workspace_id: WorkspaceId(column(row, "workspace_id")?),
            message_id: MessageId(column(row, "message_id")?),
            source_url: column(row, "source_url")?,
            attempts: column(row, "attempts")?,
        })
    }
}

/// Takes the leases of a message's media that are due.
pub async fn claim(
    client: &impl GenericClient,
    message_sid: &str,
    lease: Duration,
) -> Result<Vec<PendingCopy<MediaId>>, DbError> {
    let sql = "-- message_media::claim
        UPDATE message_media m
        SET leased_until = now() + make_interval(secs => $2), attempts = attempts + 1, updated_at = now()
        FROM conversation_messages c
        WHERE c.carrier_sid = $1 AND m.message_id = c.id AND m.state = 'pending' AND m.due_at <= now()
            AND (m.leased_until IS NULL OR m.leased_until <= now())
        RETURNING m.id, m.workspace_id, m.message_id, m.source_url, m.attempts";
    let params = [(&message_sid as _, Type::TEXT), (&lease.as_secs_f64() as _, Type::FLOAT8)];
    client.query_typed(sql, &params).await?.iter().map(|row| PendingCopy::from_row(row, MediaId)).collect()
}

/// How long until the next medium of a message is due; `None` when none is left.
pub async fn next_due(client: &impl GenericClient, message_sid: &str) -> Result<Option<Duration>, DbError> {
    let sql = "-- message_media::next_due
        SELECT extract(epoch FROM min(greatest(m.due_at, m.leased_until, now())) - now())::float8 AS seconds
        FROM message_media m JOIN conversation_messages c ON c.id = m.message_id
        WHERE c.carrier_sid = $1 AND m.state = 'pending'";
    due_in(&client.query_typed_one(sql, &[(&message_sid, Type::TEXT)]).await?)
}

/// The column `seconds` of one that says when something is due.
pub(super) fn due_in(row: &Row) -> Result<Option<Duration>, DbError> {
    let seconds: Option<f64> = column(row, "seconds")?;
    Ok(seconds.map(|seconds| Duration::try_from_secs_f64(seconds).unwrap_or_default()))
}

/// A medium that lies in the bucket.
#[derive(Debug, Clone, Copy)]
pub struct StoredMedium<'a> {
    /// Its key there.
    pub object_key: &'a str,
    /// What it is.
    pub content_type: &'a str,
    /// Bytes.
    pub byte_size: i64,
}

/// Notes that a medium was copied.
pub async fn mark_stored(client: &impl GenericClient, id: MediaId, stored: &StoredMedium<'_>) -> Result<(), DbError> {
    let sql = "-- message_media::mark_stored
        UPDATE message_media SET state = 'stored', object_key = $2, content_type = $3, byte_size = $4,
            failure_code = NULL, leased_until = NULL, updated_at = now()
        WHERE id = $1 AND state = 'pending'";
    let params = [
        (&id.0 as _, Type::UUID),
        (&stored.object_key as _, Type::TEXT),
        (&stored.content_type as _, Type::TEXT),
        (&stored.byte_size as _, Type::INT8),
    ];
    client.query_typed(sql, &params).await?;
    Ok(())
}

/// The carrier is asked again later.
pub async fn postpone(
    client: &impl GenericClient,
    id: MediaId,
    delay: Duration,
    failure_code: &str,
) -> Result<(), DbError> {
    let sql = "-- message_media::postpone
        UPDATE message_media SET due_at = now() + make_interval(secs => $2), failure_code = $3, leased_until = NULL,
            updated_at = now()
        WHERE id = $1 AND state = 'pending'";
    let params =
        [(&id.0 as _, Type::UUID), (&delay.as_secs_f64() as _, Type::FLOAT8), (&failure_code as _, Type::TEXT)];
    client.query_typed(sql, &params).await?;
    Ok(())
}

/// It is not coming.
pub async fn mark_failed(client: &impl GenericClient, id: MediaId, failure_code: &str) -> Result<(), DbError> {
    let sql = "-- message_media::mark_failed
        UPDATE message_media SET state = 'failed', failure_code = $2, leased_until = NULL, updated_at = now()
        WHERE id = $1 AND state = 'pending'";
    client.query_typed(sql, &[(&id.0, Type::UUID), (&failure_code, Type::TEXT)]).await?;
    Ok(())
}

/// What a member may see of a medium.
#[derive(Debug, Clone)]
pub struct MessageMedium {
    /// The message that brought it.
    pub message_id: MessageId,
    /// Where it stands among the message's media, from 0.
    pub position: i16,
    /// How far it is.
    pub state: MediaState,
    /// Its key in the bucket, when it is there.
    pub object_key: Option<String>,
    /// What it really is, when it is there.
    pub content_type: Option<String>,
    /// Bytes, when it is there.
    pub byte_size: Option<i64>,
}

/// The media of some messages.
pub async fn list(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    messages: &[MessageId],
) -> Result<Vec<MessageMedium>, DbError> {
    let sql = "-- message_media::list
        SELECT message_id, position, state, object_key, content_type, byte_size FROM message_media
        WHERE workspace_id = $1 AND message_id = ANY($2) ORDER BY message_id, position";
    let ids: Vec<Uuid> = messages.iter().map(|id| id.0).collect();
    let rows = client.query_typed(sql, &[(&workspace_id.0, Type::UUID), (&ids, Type::UUID_ARRAY)]).await?;
    rows.iter()
        .map(|row| {
            Ok(MessageMedium {
                message_id: MessageId(column(row, "message_id")?),
                position: column(row, "position")?,
                state: parsed(row, "state")?,
                object_key: column(row, "object_key")?,
                content_type: column(row, "content_type")?,
                byte_size: column(row, "byte_size")?,
            })
        })
        .collect()
}

/// Messages with media that nobody has copied in time: their queue message was lost, or never sent.
pub async fn list_stuck(client: &impl GenericClient, limit: i64) -> Result<Vec<String>, DbError> {
    let sql = "-- message_media::list_stuck
        SELECT DISTINCT c.carrier_sid FROM message_media m JOIN conversation_messages c ON c.id = m.message_id
        WHERE m.state = 'pending' AND m.due_at < now() - interval '1 minute'
            AND (m.leased_until IS NULL OR m.leased_until <= now()) AND c.carrier_sid IS NOT NULL
        LIMIT $1";
    let rows = client.query_typed(sql, &[(&limit, Type::INT8)]).await?;
    rows.iter().map(|row| column(row, "carrier_sid")).collect()
}
