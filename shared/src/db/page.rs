//! Keyset paging.

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Where a page of a list ends: the sort key of its last row. Stays right while rows are added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Time of the row.
    pub at: DateTime<Utc>,
    /// Its id, which decides between rows of the same time.
    pub id: Uuid,
}
