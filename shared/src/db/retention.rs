//! What is deleted because it was kept long enough (migrations/V0028). Each statement takes a bounded batch, the oldest first,
//! and is whole or not at all: what lies in the bucket or at the carrier is noted in `deletion_tasks` with it.

use chrono::{DateTime, Utc};
use tokio_postgres::{
    GenericClient,
    types::{ToSql, Type},
};

use super::{DbError, column};

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
