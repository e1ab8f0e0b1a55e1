//! How many requests a workspace may make in a minute.

use chrono::Duration;
use tokio_postgres::{
    Client,
    types::{ToSql, Type},
};

use super::{DbError, column};

/// Counts a request of the organisation; how long to wait when it is one too many. A statement of its own: its lock
/// must not be held as long as the request takes.
pub async fn count(client: &Client, organization_id: &str, most_per_minute: i64) -> Result<Option<Duration>, DbError> {
    let sql = "-- request_windows::count
        SELECT count_request($1, $2) AS wait_seconds";
    let parameters: [(&(dyn ToSql + Sync), Type); 2] = [(&organization_id, Type::TEXT), (&most_per_minute, Type::INT8)];
    let rows = client.query_typed(sql, &parameters).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(column::<Option<i32>>(row, "wait_seconds")?.map(|seconds| Duration::seconds(seconds.into())))
}
