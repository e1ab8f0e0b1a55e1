//! Recordings: copied when nobody did, deleted when they were kept long enough, and at the carrier once they are ours.

use std::time::Duration;

use serde_json::json;
use shared::{
    clock,
    db::{
        self, DbError,
        audit_log::{self, Action, Actor, Entry},
        recording_work::{self, AtCarrier, Expired, ToDeleteThere},
    },
    domain::{CallId, RecordingId, WorkspaceId},
    queue::MediaWork,
};

use crate::{
    handler::{BATCH, Report, State, SweepError},
    outcomes::is_about_the_account,
    turns::TimeSlice,
};

type Swept = Result<(), SweepError>;

/// Recordings that nobody copies, because their queue message was never sent or got lost.
pub(crate) async fn queue_forgotten(state: &State, report: &mut Report) -> Swept {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let forgotten = recording_work::list_stuck(&transaction, BATCH).await?;
    transaction.commit().await.map_err(DbError::from)?;
    for recording_sid in forgotten {
        state.media_queue.send(&MediaWork::fetch_recording(recording_sid), Duration::ZERO).await?;
        report.recordings += 1;
    }
    Ok(())
}

/// Recordings that are older than their workspace or the configuration keeps them.
pub(crate) async fn delete_expired(state: &State, report: &mut Report) -> Swept {
    let default_days = state.business.recording_retention_days;
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let expired = recording_work::claim_expired(&transaction, default_days, clock::now(), BATCH).await?;
    transaction.commit().await.map_err(DbError::from)?;
    drop(connection);

    let time = TimeSlice::begin();
    for Expired { id, workspace_id, call_id, object_key } in time.limit(expired) {
        state.storage.delete(&object_key).await?;
        let mut connection = state.pool.get().await?;
        let transaction = db::system_transaction(&mut connection).await?;
        recording_work::mark_deleted(&transaction, id).await?;
        note(&transaction, workspace_id, Action::RecordingDeleted, (id, call_id)).await?;
        transaction.commit().await.map_err(DbError::from)?;
        tracing::info!(%workspace_id, %call_id, recording.id = %id, "a recording was deleted after its time");
        report.deleted_recordings += 1;
    }
    Ok(())
}

/// The carrier's copies, never before ours was seen to be whole.
pub(crate) async fn delete_at_carrier(state: &State, report: &mut Report) -> Swept {
    let which = if state.business.delete_recordings_at_carrier {
        ToDeleteThere::DeletedAndStored
    } else {
        ToDeleteThere::Deleted
    };
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let there = recording_work::claim_at_carrier(&transaction, which, clock::now(), BATCH).await?;
    transaction.commit().await.map_err(DbError::from)?;
    drop(connection);

    let time = TimeSlice::begin();
    for recording in time.limit(there) {
        let AtCarrier { id, workspace_id, call_id, ref carrier_sid, .. } = recording;
        if !is_safe(state, &recording).await? {
            continue;
        }
        match state.carrier.delete_recording(carrier_sid).await {
            Ok(()) => {}
            Err(error) if is_about_the_account(&error) => return Err(error.into()),
            Err(error) => {
                tracing::error!(%workspace_id, %call_id, carrier.sid = carrier_sid, %error, "the carrier keeps a recording");
                continue;
            }
        }
        let mut connection = state.pool.get().await?;
        let transaction = db::system_transaction(&mut connection).await?;
        recording_work::mark_carrier_deleted(&transaction, id, clock::now()).await?;
        note(&transaction, workspace_id, Action::RecordingDeletedAtCarrier, (id, call_id)).await?;
        transaction.commit().await.map_err(DbError::from)?;
        report.carrier_recordings_deleted += 1;
    }
    Ok(())
}

/// Whether our copy is as large as it was, or was deleted on purpose. One that is not is fetched again.
async fn is_safe(state: &State, recording: &AtCarrier) -> Result<bool, SweepError> {
    let Some((key, size)) = &recording.copy else { return Ok(true) };
    if state.storage.size(key).await? == u64::try_from(*size).ok() {
        return Ok(true);
    }
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    recording_work::fetch_again(&transaction, recording.id).await?;
    transaction.commit().await.map_err(DbError::from)?;
    let (workspace_id, call_id) = (recording.workspace_id, recording.call_id);
    tracing::error!(%workspace_id, %call_id, recording.id = %recording.id, "our copy of a recording is not whole, it is fetched again");
    state.media_queue.send(&MediaWork::fetch_recording(recording.carrier_sid.as_str()), Duration::ZERO).await?;
    Ok(false)
}

async fn note(
    transaction: &db::Transaction<'_>,
    workspace_id: WorkspaceId,
    action: Action,
    (recording_id, call_id): (RecordingId, CallId),
) -> Result<(), DbError> {
    let entry = Entry {
        actor: Actor::SYSTEM,
        action,
        phone_number_id: None,
        provisioning_id: None,
        details: json!({ "recordingId": recording_id, "callId": call_id }),
    };
    audit_log::insert(transaction, workspace_id, &entry).await
}
