//! `call_recordings`: voicemails and recorded talks, from the carrier to our bucket.

use tokio_postgres::{GenericClient, types::Type};

use super::{DbError, column, parsed};
use crate::domain::{CallId, RecordingId, RecordingKind, RecordingState, TranscriptionState, WorkspaceId};

/// What a member may see of a recording.
#[derive(Debug, Clone)]
pub struct CallRecording {
    /// Its row.
    pub id: RecordingId,
    /// The call.
    pub call_id: CallId,
    /// What it is of.
    pub kind: RecordingKind,
    /// How far it is.
    pub state: RecordingState,
    /// Its key in the bucket, when it is there.
    pub object_key: Option<String>,
    /// What it is, when it is there.
    pub content_type: Option<String>,
    /// How long it is.
    pub duration_seconds: Option<i32>,
    /// How far its transcription is.
    pub transcription_state: TranscriptionState,
    /// What is said in it.
    pub transcription: Option<String>,
}

/// The recordings of some calls, in the order in which they were made.
pub async fn list(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    calls: &[CallId],
) -> Result<Vec<CallRecording>, DbError> {
    let sql = "-- call_recordings::list
        SELECT id, call_id, kind, state, object_key, content_type, duration_seconds, transcription_state, transcription
        FROM call_recordings WHERE workspace_id = $1 AND call_id = ANY($2) ORDER BY created_at, id";
    let ids: Vec<uuid::Uuid> = calls.iter().map(|id| id.0).collect();
    let rows = client.query_typed(sql, &[(&workspace_id.0, Type::UUID), (&ids, Type::UUID_ARRAY)]).await?;
    rows.iter()
        .map(|row| {
            Ok(CallRecording {
                id: RecordingId(column(row, "id")?),
                call_id: CallId(column(row, "call_id")?),
                kind: parsed(row, "kind")?,
                state: parsed(row, "state")?,
                object_key: column(row, "object_key")?,
                content_type: column(row, "content_type")?,
                duration_seconds: column(row, "duration_seconds")?,
                transcription_state: parsed(row, "transcription_state")?,
                transcription: column(row, "transcription")?,
            })
        })
        .collect()
}
