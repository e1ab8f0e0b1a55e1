//! `contact_erasures` and `deletion_tasks`: forgetting a person, here at once and elsewhere by and by (migrations/V0027).

use chrono::{DateTime, Utc};
use tokio_postgres::{
    GenericClient, Row,
    types::{ToSql, Type},
};
use uuid::Uuid;

use super::{DbError, column, parsed};
use crate::domain::{ContactId, DeletionKind, ErasureState, WorkspaceId};

/// The erasure of a person.
#[derive(Debug, Clone)]
pub struct Erasure {
    /// Whose nothing is left but this.
    pub contact_id: ContactId,
    /// How far it is.
    pub state: ErasureState,
    /// Deletions that are still to be made elsewhere.
    pub remaining: i64,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When all was done.
    pub finished_at: Option<DateTime<Utc>>,
}

/// Whether an erasure is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// It is.
    Now,
    /// It was asked for before.
    Before,
}

/// Erases a contact of the transaction's workspace. `None`: it has no such contact.
pub async fn begin(client: &impl GenericClient, id: ContactId, requested_by: &str) -> Result<Option<Begun>, DbError> {
    let sql = "-- contact_erasures::begin
        SELECT erase_contact($1, $2) AS is_new";
    let row = client.query_typed_one(sql, &[(&id.0, Type::UUID), (&requested_by, Type::TEXT)]).await?;
    let is_new: Option<bool> = column(&row, "is_new")?;
    Ok(is_new.map(|is_new| if is_new { Begun::Now } else { Begun::Before }))
}

/// How far an erasure is, which must exist.
pub async fn get(client: &impl GenericClient, workspace_id: WorkspaceId, id: ContactId) -> Result<Erasure, DbError> {
    let sql = "-- contact_erasures::get
        SELECT e.contact_id, e.state, e.created_at, e.finished_at,
            (SELECT count(*) FROM deletion_tasks t WHERE t.erasure_id = e.id AND t.finished_at IS NULL) AS remaining
        FROM contact_erasures e WHERE e.workspace_id = $1 AND e.contact_id = $2";
    let row = client.query_typed_one(sql, &[(&workspace_id.0, Type::UUID), (&id.0, Type::UUID)]).await?;
    Ok(Erasure {
        contact_id: ContactId(column(&row, "contact_id")?),
        state: parsed(&row, "state")?,
        remaining: column(&row, "remaining")?,
        created_at: column(&row, "created_at")?,
        finished_at: column(&row, "finished_at")?,
    })
}

/// Looks again at erasures that are due; gives how many are done now.
pub async fn continue_due(client: &impl GenericClient, now: DateTime<Utc>, limit: i32) -> Result<i32, DbError> {
    let sql = "-- contact_erasures::continue_due
        SELECT continue_erasures($1, $2) AS done";
    column(&client.query_typed_one(sql, &[(&now, Type::TIMESTAMPTZ), (&limit, Type::INT4)]).await?, "done")
}

/// Something that is to be deleted elsewhere.
#[derive(Debug, Clone)]
pub struct Task {
    /// Its row.
    pub id: Uuid,
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// What.
    pub kind: DeletionKind,
    /// Key in the bucket, or the carrier's id.
    pub target: String,
}

/// Tasks that are due; notes that each is tried now, and again in an hour if it fails.
pub async fn claim_tasks(client: &impl GenericClient, now: DateTime<Utc>, limit: i64) -> Result<Vec<Task>, DbError> {
    let sql = "-- contact_erasures::claim_tasks
        UPDATE deletion_tasks SET due_at = $1 + interval '1 hour', attempts = attempts + 1, updated_at = now()
        WHERE id IN (
            SELECT id FROM deletion_tasks WHERE finished_at IS NULL AND due_at <= $1
            ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED)
        RETURNING id, workspace_id, kind, target";
    let params: [(&(dyn ToSql + Sync), Type); 2] = [(&now, Type::TIMESTAMPTZ), (&limit, Type::INT8)];
    let from_row = |row: &Row| {
        Ok(Task {
            id: column(row, "id")?,
            workspace_id: WorkspaceId(column(row, "workspace_id")?),
            kind: parsed(row, "kind")?,
            target: column(row, "target")?,
        })
    };
    client.query_typed(sql, &params).await?.iter().map(from_row).collect()
}

/// Notes that something is deleted.
pub async fn finish_task(client: &impl GenericClient, id: Uuid, now: DateTime<Utc>) -> Result<(), DbError> {
    let sql = "-- contact_erasures::finish_task
        UPDATE deletion_tasks SET finished_at = $2, failure_code = NULL, updated_at = now()
        WHERE id = $1 AND finished_at IS NULL";
    client.query_typed(sql, &[(&id, Type::UUID), (&now, Type::TIMESTAMPTZ)]).await?;
    Ok(())
}
