//! Plans that we may have got wrong: Clerk's events get lost, and nothing says that a cancelled plan has run out.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use shared::{
    actions::{
        entitlement::{self, ReadBack},
        reservation,
    },
    clerk::{BackendClient, BackendError},
    clock,
    db::{
        self, DbError, subscription_items,
        sweeps::{self, DuePlan},
        workspaces,
    },
    domain::WorkspaceId,
};

use crate::handler::{BATCH, Report, State, SweepError};

/// Plans that one run reads back. A development instance allows 100 requests in ten seconds, and events need some too.
const MOST_READS: i64 = 50;
/// The other parts want their turn before this function's time is over.
const MOST_TIME: Duration = Duration::from_secs(30);
/// After so many failures Clerk is taken to be away.
const MOST_FAILURES: usize = 3;
/// A plan that cannot be read waits so long, so that it does not keep the others from being read.
const TRY_AGAIN_AFTER: TimeDelta = TimeDelta::hours(1);

type Swept = Result<(), SweepError>;

/// Reads back the plans that are due, about once a day each, and puts right what differs.
pub(crate) async fn read_back(state: &State, report: &mut Report) -> Swept {
    let Some(clerk) = &state.clerk else {
        tracing::debug!("no CLERK_SECRET_KEY: plans are not read back");
        return Ok(());
    };
    let begun = Instant::now();
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let due = sweeps::list_due_plans(&transaction, clock::now(), MOST_READS).await?;
    transaction.commit().await.map_err(DbError::from)?;
    drop(connection);

    let mut failures = 0;
    for plan in due {
        if begun.elapsed() > MOST_TIME {
            tracing::warn!(plans_read = report.plans_read, "Clerk is slow; the other plans are left to the next run");
            return Ok(());
        }
        match read_one(state, clerk, &plan).await {
            Ok(Outcome::AsKnown) => report.plans_read += 1,
            Ok(Outcome::Repaired) => {
                report.plans_read += 1;
                report.plans_repaired += 1;
            }
            Err(SweepError::Clerk(BackendError::RateLimited { retry_after })) => {
                tracing::warn!(?retry_after, "Clerk asked to slow down; the other plans are left to the next run");
                return Ok(());
            }
            Err(SweepError::Clerk(error)) if !error.concerns_all() && failures + 1 < MOST_FAILURES => {
                failures += 1;
                let workspace_id = plan.workspace_id;
                tracing::warn!(%workspace_id, error = &error as &dyn std::error::Error, "the plan could not be read back");
                put_off(state, workspace_id).await?;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

enum Outcome {
    AsKnown,
    Repaired,
}

/// Asks Clerk first: nothing is locked meanwhile, and an event that comes in between is newer than the answer.
async fn read_one(state: &State, clerk: &BackendClient, plan: &DuePlan) -> Result<Outcome, SweepError> {
    let read = entitlement::read_back(clerk, &plan.organization_id).await?;
    let workspace_id = plan.workspace_id;

    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let before = workspaces::lock(&transaction, workspace_id).await?;
    entitlement::recompute(&transaction, &state.business, workspace_id, &read, clock::now()).await?;
    let after = workspaces::lock(&transaction, workspace_id).await?;
    transaction.commit().await.map_err(DbError::from)?;
    reservation::enqueue(&mut connection, &state.queue, workspace_id).await?;

    if (before.tier, before.past_due) == (after.tier, after.past_due) {
        return Ok(Outcome::AsKnown);
    }
    tracing::warn!(%workspace_id, before = %before.tier, after = %after.tier, "the plan was repaired: events were lost");
    Ok(Outcome::Repaired)
}

async fn put_off(state: &State, workspace_id: WorkspaceId) -> Swept {
    let now = clock::now();
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    workspaces::schedule_plan_read(&transaction, workspace_id, now, now + TRY_AGAIN_AFTER).await?;
    transaction.commit().await.map_err(DbError::from)?;
    Ok(())
}

/// A cancelled plan is over with its period, also when the event that says so does not come. What follows it is what the
/// other items say; when they say nothing, the stored plan is kept until Clerk is heard.
pub(crate) async fn end_run_out(state: &State, report: &mut Report) -> Swept {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let run_out = sweeps::list_run_out_plans(&transaction, clock::now(), BATCH).await?;
    transaction.commit().await.map_err(DbError::from)?;

    for workspace_id in run_out {
        let now = clock::now();
        let transaction = db::system_transaction(&mut connection).await?;
        workspaces::lock(&transaction, workspace_id).await?;
        subscription_items::end_run_out(&transaction, workspace_id, now).await?;
        entitlement::recompute(&transaction, &state.business, workspace_id, &ReadBack::NotAsked, now).await?;
        transaction.commit().await.map_err(DbError::from)?;
        reservation::enqueue(&mut connection, &state.queue, workspace_id).await?;
        tracing::info!(%workspace_id, "a cancelled plan ran out");
        report.plans_run_out += 1;
    }
    Ok(())
}
