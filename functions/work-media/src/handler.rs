use std::{convert::Infallible, time::Duration};

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use lambda_runtime::LambdaEvent;
use shared::{
    config::CarrierConfig,
    db::{
        self, DbError, Pool,
        message_media::{self, PendingCopy, StoredMedium},
    },
    domain::MediaId,
    lambda::{self, RecordError},
    queue::{MediaSender, MediaWork, QueueError},
    storage::{Storage, StorageError},
};

use crate::{
    download::{self, File, NoFile, Wanted},
    recordings,
};

/// Longer than this function's time-out: whoever holds the lease is the only one at work.
pub(crate) const LEASE: Duration = Duration::from_mins(2);
/// Waiting times before the next attempt. After the last one the file counts as lost.
const DELAYS: [Duration; 7] = [
    Duration::from_secs(3),
    Duration::from_secs(15),
    Duration::from_mins(1),
    Duration::from_mins(5),
    Duration::from_mins(15),
    Duration::from_hours(1),
    Duration::from_hours(4),
];

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Whose files may be asked for with credentials.
    pub carrier: CarrierConfig,
    /// Fetches files.
    pub http: reqwest::Client,
    /// The bucket.
    pub storage: Storage,
    /// This function's own queue, for what must wait.
    pub queue: MediaSender,
}

/// Why a message's media must be looked at again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WorkError {
    #[error(transparent)]
    Database(#[from] DbError),
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error(transparent)]
    Queue(#[from] QueueError),
}

/// Works on a batch of messages.
pub async fn handle(state: &State, event: LambdaEvent<SqsEvent>) -> Result<SqsBatchResponse, Infallible> {
    Ok(lambda::handle_batch(event.payload, async |work| {
        // Boxed: the nested futures outgrow the compiler's depth limit.
        let worked = match work {
            MediaWork::FetchMedia { message_sid, .. } => Box::pin(work_media(state, &message_sid)).await,
            MediaWork::FetchRecording { recording_sid, .. } => Box::pin(recordings::work(state, &recording_sid)).await,
        };
        worked.map_err(|error| RecordError::Failed(Box::new(error)))
    })
    .await)
}

async fn work_media(state: &State, message_sid: &str) -> Result<(), WorkError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let media = message_media::claim(&transaction, message_sid, LEASE).await?;
    transaction.commit().await.map_err(DbError::from)?;
    drop(connection);

    for medium in &media {
        copy(state, medium).await?;
    }

    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let next = message_media::next_due(&transaction, message_sid).await?;
    transaction.commit().await.map_err(DbError::from)?;
    if let Some(delay) = next {
        state.queue.send(&MediaWork::fetch(message_sid), delay + Duration::from_secs(1)).await?;
    }
    Ok(())
}

async fn copy(state: &State, medium: &PendingCopy<MediaId>) -> Result<(), WorkError> {
    let (workspace_id, message_id) = (medium.workspace_id, medium.message_id);
    let key = format!("media/{workspace_id}/{message_id}/{}", medium.id);
    let outcome = into_bucket(state, &key, &medium.source_url, Wanted::Medium).await?;
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    match &outcome {
        Ok((content_type, byte_size)) => {
            let stored = StoredMedium { object_key: &key, content_type, byte_size: *byte_size };
            message_media::mark_stored(&transaction, medium.id, &stored).await?;
            tracing::info!(%workspace_id, %message_id, byte_size, content_type, "medium stored");
        }
        Err(reason) => {
            if let Some(delay) = delay(*reason, medium.attempts) {
                message_media::postpone(&transaction, medium.id, delay, reason.code()).await?;
                tracing::info!(%workspace_id, %message_id, %reason, "medium is fetched again later");
            } else {
                message_media::mark_failed(&transaction, medium.id, reason.code()).await?;
                tracing::warn!(%workspace_id, %message_id, %reason, attempts = medium.attempts, "medium lost");
            }
        }
    }
    transaction.commit().await.map_err(DbError::from)?;
    Ok(())
}

/// Copies a file; gives its type and size.
pub(crate) async fn into_bucket(
    state: &State,
    key: &str,
    address: &str,
    wanted: Wanted,
) -> Result<Result<(String, i64), NoFile>, StorageError> {
    match download::file(&state.http, &state.carrier, address, wanted).await {
        Ok(File { content_type, content }) => {
            let byte_size = i64::try_from(content.len()).unwrap_or(i64::MAX);
            state.storage.put(key, &content_type, content).await?;
            Ok(Ok((content_type, byte_size)))
        }
        Err(reason) => Ok(Err(reason)),
    }
}

/// How long to wait before the next attempt; `None`: there is none.
pub(crate) fn delay(reason: NoFile, attempts: i32) -> Option<Duration> {
    let made = usize::try_from(attempts).unwrap_or(usize::MAX);
    if reason.passes() { DELAYS.get(made.saturating_sub(1)).copied() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_may_still_come_is_asked_for_for_hours_and_others_once() {
        assert_eq!(delay(NoFile::NotFound, 1), Some(Duration::from_secs(3)));
        assert_eq!(delay(NoFile::Unavailable, 7), Some(Duration::from_hours(4)));
        assert_eq!(delay(NoFile::NotFound, 8), None);
        assert_eq!(delay(NoFile::TooLarge, 1), None);
    }
}
