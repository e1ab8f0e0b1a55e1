//! `calls`: what there is to say about an entry of a conversation that is a call.

use chrono::{DateTime, Utc};
use tokio_postgres::{GenericClient, Row, types::Type};

use super::{DbError, column, parsed};
use crate::domain::{CallId, CallKind, CallState, MessageId, WorkspaceId};

/// One row.
#[derive(Debug, Clone)]
pub struct Call {
    /// Its row.
    pub id: CallId,
    /// Its entry in the conversation.
    pub message_id: MessageId,
    /// Who started it, and what for.
    pub kind: CallKind,
    /// How far it has come.
    pub state: CallState,
    /// The number that answered, or `voicemail`.
    pub answered_by: Option<String>,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When somebody answered.
    pub answered_at: Option<DateTime<Utc>>,
    /// When it was over.
    pub ended_at: Option<DateTime<Utc>>,
    /// How long it took, as the carrier counts.
    pub duration_seconds: Option<i32>,
}

const COLUMNS: &str = "id, message_id, kind, state, answered_by, started_at, answered_at, ended_at, duration_seconds";

fn from_row(row: &Row) -> Result<Call, DbError> {
    Ok(Call {
        id: CallId(column(row, "id")?),
        message_id: MessageId(column(row, "message_id")?),
        kind: parsed(row, "kind")?,
        state: parsed(row, "state")?,
        answered_by: column(row, "answered_by")?,
        started_at: column(row, "started_at")?,
        answered_at: column(row, "answered_at")?,
        ended_at: column(row, "ended_at")?,
        duration_seconds: column(row, "duration_seconds")?,
    })
}

/// The calls of some entries.
pub async fn list(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    messages: &[MessageId],
) -> Result<Vec<Call>, DbError> {
    let sql = format!(
        "-- calls::list
        SELECT {COLUMNS} FROM calls WHERE workspace_id = $1 AND message_id = ANY($2)"
    );
    let ids: Vec<uuid::Uuid> = messages.iter().map(|id| id.0).collect();
    let rows = client.query_typed(&sql, &[(&workspace_id.0, Type::UUID), (&ids, Type::UUID_ARRAY)]).await?;
    rows.iter().map(from_row).collect()
}
