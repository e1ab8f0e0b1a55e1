//! Recordings of calls.

use std::time::Duration;

use shared::{
    db::{
        self, DbError,
        message_media::{PendingCopy, StoredMedium},
        recording_work,
    },
    domain::RecordingId,
    queue::MediaWork,
};

use crate::{
    download::Wanted,
    handler::{LEASE, State, WorkError, delay, into_bucket},
};

/// Copies a recording, or finds that somebody else does or has. The carrier may announce one a moment before it has it.
pub(crate) async fn work(state: &State, recording_sid: &str) -> Result<(), WorkError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let recording = recording_work::claim(&transaction, recording_sid, LEASE).await?;
    transaction.commit().await.map_err(DbError::from)?;
    drop(connection);

    if let Some(recording) = recording {
        copy(state, &recording).await?;
    }

    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let next = recording_work::next_due(&transaction, recording_sid).await?;
    transaction.commit().await.map_err(DbError::from)?;
    if let Some(delay) = next {
        state.queue.send(&MediaWork::fetch_recording(recording_sid), delay + Duration::from_secs(1)).await?;
    }
    Ok(())
}

async fn copy(state: &State, recording: &PendingCopy<RecordingId>) -> Result<(), WorkError> {
    let PendingCopy { id, workspace_id, message_id, ref source_url, attempts } = *recording;
    let key = format!("media/{workspace_id}/{message_id}/{id}");
    let outcome = into_bucket(state, &key, source_url, Wanted::Recording).await?;

    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    match &outcome {
        Ok((content_type, byte_size)) => {
            let stored = StoredMedium { object_key: &key, content_type, byte_size: *byte_size };
            recording_work::mark_stored(&transaction, id, &stored).await?;
            tracing::info!(%workspace_id, %message_id, recording.id = %id, byte_size, "recording stored");
        }
        Err(reason) => {
            if let Some(delay) = delay(*reason, attempts) {
                recording_work::postpone(&transaction, id, delay, reason.code()).await?;
                tracing::info!(%workspace_id, %message_id, recording.id = %id, %reason, "recording is fetched again later");
            } else {
                recording_work::mark_failed(&transaction, id, reason.code()).await?;
                tracing::error!(%workspace_id, %message_id, recording.id = %id, %reason, attempts, "recording lost");
            }
        }
    }
    transaction.commit().await.map_err(DbError::from)?;
    Ok(())
}
