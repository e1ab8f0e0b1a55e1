//! How far the carrier's long lists are read.

use chrono::{DateTime, Utc};
use tokio_postgres::{
    GenericClient,
    types::{ToSql, Type},
};

use super::{DbError, column};

/// A list that is longer than one run can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CarrierList {
    /// Texts.
    Messages,
    /// Calls, with their legs.
    Calls,
}

impl CarrierList {
    /// Its name in the table and in logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Messages => "messages",
            Self::Calls => "calls",
        }
    }
}

/// The page to go on with, as the carrier named it; `None` when the whole list was read, or when it was kept before a time.
pub async fn next_page(
    client: &impl GenericClient,
    list: CarrierList,
    kept_since: DateTime<Utc>,
) -> Result<Option<String>, DbError> {
    let sql = "-- carrier_lists::next_page
        SELECT next_page FROM carrier_lists WHERE list = $1 AND updated_at >= $2";
    let params: [(&(dyn ToSql + Sync), Type); 2] = [(&list.as_str(), Type::TEXT), (&kept_since, Type::TIMESTAMPTZ)];
    let row = client.query_typed_opt(sql, &params).await?;
    row.map_or(Ok(None), |row| column(&row, "next_page"))
}

/// Keeps the page to go on with.
pub async fn keep(client: &impl GenericClient, list: CarrierList, next_page: Option<&str>) -> Result<(), DbError> {
    let sql = "-- carrier_lists::keep
        INSERT INTO carrier_lists (list, next_page) VALUES ($1, $2)
        ON CONFLICT (list) DO UPDATE SET next_page = $2, updated_at = now()
        RETURNING list";
    let params: [(&(dyn ToSql + Sync), Type); 2] = [(&list.as_str(), Type::TEXT), (&next_page, Type::TEXT)];
    client.query_typed(sql, &params).await?;
    Ok(())
}
