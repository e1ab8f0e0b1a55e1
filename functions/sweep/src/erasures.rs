//! What is to be deleted in the bucket and at the carrier, because a person is forgotten or its time is over, and what came
//! about forgotten people meanwhile.

use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use shared::{
    clock,
    db::{
        self, DbError,
        contact_erasures::{self, Task},
    },
    domain::DeletionKind,
};

use crate::{
    handler::{Report, State, SweepError},
    outcomes::{AT_ONCE, is_about_the_account},
};

/// Deletions that one run takes up.
const MOST: i64 = 400;
/// How long it goes on with them.
const ENOUGH: Duration = Duration::from_secs(20);

type Swept = Result<(), SweepError>;

/// Deletes what is due, for as long as there is time. One that cannot be deleted stays for another time.
pub(crate) async fn delete(state: &State, report: &mut Report) -> Swept {
    let begun = Instant::now();
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let tasks = contact_erasures::claim_tasks(&transaction, clock::now(), MOST).await?;
    transaction.commit().await.map_err(DbError::from)?;
    drop(connection);

    let in_time = stream::iter(tasks).take_while(|_| std::future::ready(begun.elapsed() < ENOUGH));
    let mut attempts = in_time.map(|task| attempt(state, task)).buffer_unordered(AT_ONCE);
    while let Some((task, result)) = attempts.next().await {
        let (workspace_id, kind) = (task.workspace_id, task.kind);
        match result {
            Ok(()) => {}
            Err(SweepError::Carrier(error)) if !is_about_the_account(&error) => {
                tracing::error!(%workspace_id, %kind, target = task.target, %error, "the carrier keeps what is to be forgotten");
                continue;
            }
            Err(error) => return Err(error),
        }
        let mut connection = state.pool.get().await?;
        let transaction = db::system_transaction(&mut connection).await?;
        contact_erasures::finish_task(&transaction, task.id, clock::now()).await?;
        transaction.commit().await.map_err(DbError::from)?;
        report.deletions += 1;
    }
    Ok(())
}

async fn attempt(state: &State, task: Task) -> (Task, Swept) {
    let result = carry_out(state, &task).await;
    (task, result)
}

async fn carry_out(state: &State, task: &Task) -> Swept {
    let target = task.target.as_str();
    match task.kind {
        DeletionKind::Object => state.storage.delete(target).await?,
        DeletionKind::CarrierMessage => state.carrier.delete_message(target).await?,
        DeletionKind::CarrierMedia => state.carrier.delete_media(target).await?,
        DeletionKind::CarrierCall => state.carrier.delete_call(target).await?,
        DeletionKind::CarrierRecording => state.carrier.delete_recording(target).await?,
        DeletionKind::CarrierTranscription => state.carrier.delete_transcription(target).await?,
    }
    Ok(())
}

/// Takes out what came about a forgotten person meanwhile, and ends what is complete.
pub(crate) async fn go_on(state: &State, report: &mut Report) -> Swept {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let done = contact_erasures::continue_due(&transaction, clock::now(), 20).await?;
    transaction.commit().await.map_err(DbError::from)?;
    report.finished_erasures = usize::try_from(done).unwrap_or(0);
    Ok(())
}
