//! What is deleted because it was kept long enough (migrations/V0028). Each statement takes a bounded batch, the oldest first,
//! and is whole or not at all: what lies in the bucket or at the carrier is noted in `deletion_tasks` with it.

use chrono::{DateTime, Utc};
use tokio_postgres::{
    GenericClient,
    types::{ToSql, Type},
};

use super::{DbError, column};
use crate::domain::WorkspaceId;

/// Deletes messages and calls with everything that hangs on them; gives how many. `default_days` holds for workspaces that do
/// not say; `None` keeps theirs.
pub async fn expire_messages(
    client: &impl GenericClient,
    now: DateTime<Utc>,
    default_days: Option<u16>,
    limit: i32,
) -> Result<i32, DbError> {
    let sql = "-- retention::expire_messages
        SELECT expire_messages($1, $2, $3) AS expired";
    of_workspaces(client, sql, now, default_days, limit).await
}

/// Deletes pictures and files; gives of how many messages. `default_days` as above.
pub async fn expire_media(
    client: &impl GenericClient,
    now: DateTime<Utc>,
    default_days: Option<u16>,
    limit: i32,
) -> Result<i32, DbError> {
    let sql = "-- retention::expire_media
        SELECT expire_media($1, $2, $3) AS expired";
    of_workspaces(client, sql, now, default_days, limit).await
}

async fn of_workspaces(
    client: &impl GenericClient,
    sql: &str,
    now: DateTime<Utc>,
    default_days: Option<u16>,
    limit: i32,
) -> Result<i32, DbError> {
    let params: [(&(dyn ToSql + Sync), Type); 3] =
        [(&now, Type::TIMESTAMPTZ), (&default_days.map(i32::from), Type::INT4), (&limit, Type::INT4)];
    column(&client.query_typed_one(sql, &params).await?, "expired")
}

/// Deletes webhooks that came before a time; gives how many of the kind that had most.
pub async fn expire_raw_events(client: &impl GenericClient, before: DateTime<Utc>, limit: i32) -> Result<i32, DbError> {
    let sql = "-- retention::expire_raw_events
        SELECT expire_raw_events($1, $2) AS expired";
    column(&client.query_typed_one(sql, &[(&before, Type::TIMESTAMPTZ), (&limit, Type::INT4)]).await?, "expired")
}

/// Deletes the documents of port orders that ended before a time, also those that others took the place of; gives how many.
pub async fn expire_port_documents(
    client: &impl GenericClient,
    ended_before: DateTime<Utc>,
    limit: i32,
) -> Result<i32, DbError> {
    let sql = "-- retention::expire_port_documents
        WITH expired AS (
            UPDATE port_order_documents SET deleted_at = now()
            WHERE id IN (
                SELECT d.id FROM port_order_documents d JOIN port_orders o ON o.id = d.order_id
                WHERE d.deleted_at IS NULL AND o.finished_at < $1
                ORDER BY o.finished_at, d.id LIMIT $2 FOR UPDATE OF d SKIP LOCKED)
            RETURNING workspace_id, object_key
        ), noted AS (
            INSERT INTO deletion_tasks (workspace_id, kind, target, due_at)
                SELECT workspace_id, 'object', object_key, now() FROM expired
                ON CONFLICT (kind, target) DO NOTHING
        )
        SELECT count(*)::integer AS expired FROM expired";
    let params: [(&(dyn ToSql + Sync), Type); 2] = [(&ended_before, Type::TIMESTAMPTZ), (&limit, Type::INT4)];
    column(&client.query_typed_one(sql, &params).await?, "expired")
}

/// Notes that an object, which may not be there yet, is deleted at a time.
pub async fn delete_object_at(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    key: &str,
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    let sql = "-- retention::delete_object_at
        INSERT INTO deletion_tasks (workspace_id, kind, target, due_at) VALUES ($1, 'object', $2, $3)";
    let params: [(&(dyn ToSql + Sync), Type); 3] =
        [(&workspace_id.0, Type::UUID), (&key, Type::TEXT), (&at, Type::TIMESTAMPTZ)];
    client.query_typed(sql, &params).await?;
    Ok(())
}
