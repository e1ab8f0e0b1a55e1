//! Forgetting people: what lies in the bucket and at the carrier, and what came meanwhile.

use shared::{
    clock,
    db::{
        self, DbError,
        contact_erasures::{self, Task},
    },
    domain::DeletionKind,
};

use crate::{
    handler::{BATCH, Report, State, SweepError},
    outcomes::is_about_the_account,
};

type Swept = Result<(), SweepError>;

/// Deletes what is due. One that cannot be deleted stays for another time.
pub(crate) async fn delete(state: &State, report: &mut Report) -> Swept {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let tasks = contact_erasures::claim_tasks(&transaction, clock::now(), BATCH).await?;
    transaction.commit().await.map_err(DbError::from)?;
    drop(connection);

    for task in tasks {
        let (workspace_id, kind) = (task.workspace_id, task.kind);
        match carry_out(state, &task).await {
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

async fn carry_out(state: &State, task: &Task) -> Swept {
    let target = task.target.as_str();
    match task.kind {
        DeletionKind::Object => state.storage.delete(target).await?,
        DeletionKind::CarrierMessage => state.carrier.delete_message(target).await?,
        DeletionKind::CarrierCall => state.carrier.delete_call(target).await?,
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
