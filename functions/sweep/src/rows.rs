//! What our own rows say that somebody should be doing.

use std::time::Duration;

use shared::{
    actions::registration::NUMBERS_PER_CAMPAIGN,
    clock,
    db::{
        self, DbError, automatic_replies, carrier_releases, emergency_addresses, message_media, messaging_brands,
        messaging_campaigns,
        suspensions::{self, Allowance, Reason},
        sweeps::{self, NumberOwner},
        workspaces,
    },
    queue::{InboxWork, MediaWork, ProvisioningWork},
};

use crate::handler::{BATCH, Report, State, SweepError};

type Swept = Result<(), SweepError>;

/// Numbers that nobody brought back in time.
pub(crate) async fn release_after_grace(state: &State, report: &mut Report) -> Swept {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let released = suspensions::release_due(&transaction, clock::now(), BATCH).await?;
    transaction.commit().await.map_err(DbError::from)?;
    for number in &released {
        let (workspace_id, phone_number_sid) = (number.workspace_id, &number.phone_number_sid);
        tracing::info!(%workspace_id, phone_number_sid, "suspended number released after its grace");
    }
    report.released = released.len();
    Ok(())
}

/// A number that was being bought when the plan shrank is the workspace's by now, beyond its limit.
pub(crate) async fn suspend_beyond_limits(state: &State, report: &mut Report) -> Swept {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let owners = sweeps::list_number_owners(&transaction).await?;
    transaction.commit().await.map_err(DbError::from)?;

    let limit_of = |owner: &NumberOwner| if owner.deleted { 0 } else { state.business.plan(owner.tier).number_limit };
    for owner in owners.iter().filter(|owner| owner.active > limit_of(owner)) {
        let transaction = db::system_transaction(&mut connection).await?;
        // Read again under the lock: an upgrade may have come in between.
        let workspace = workspaces::lock(&transaction, owner.id).await?;
        let limit = if workspace.deleted { 0 } else { state.business.plan(workspace.tier).number_limit };
        let reason = if workspace.deleted { Reason::OrganizationDeleted } else { Reason::PlanLimit };
        let release_due_at = clock::now() + state.business.release_grace();
        let changes = suspensions::apply(&transaction, owner.id, &Allowance { limit, reason, release_due_at }).await?;
        transaction.commit().await.map_err(DbError::from)?;
        tracing::warn!(workspace_id = %owner.id, suspended = changes.suspended, "numbers beyond the limit suspended");
        report.suspended += changes.suspended;
    }
    Ok(())
}

/// Provisionings whose queue message was never sent, or got lost.
pub(crate) async fn queue_stuck_provisionings(state: &State, report: &mut Report) -> Swept {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let stuck = sweeps::claim_stuck_provisionings(&transaction, clock::now(), BATCH).await?;
    transaction.commit().await.map_err(DbError::from)?;
    for id in stuck {
        state.queue.send(ProvisioningWork::settle(id), Duration::ZERO).await?;
        tracing::warn!(provisioning_id = %id, "a stuck provisioning was queued again");
        report.provisionings += 1;
    }
    Ok(())
}

/// Releases that the carrier would not take before, or whose message got lost.
pub(crate) async fn queue_carrier_releases(state: &State, report: &mut Report) -> Swept {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let due = carrier_releases::claim_due(&transaction, clock::now(), BATCH).await?;
    transaction.commit().await.map_err(DbError::from)?;
    for id in due {
        state.queue.send(ProvisioningWork::release(id), Duration::ZERO).await?;
        report.carrier_releases += 1;
    }
    Ok(())
}

/// Numbers that wait for their campaign assignment and that nobody asks the carrier about any more.
pub(crate) async fn queue_pending_numbers(state: &State, report: &mut Report) -> Swept {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let pending = sweeps::claim_pending_numbers(&transaction, clock::now(), BATCH).await?;
    transaction.commit().await.map_err(DbError::from)?;
    for id in pending {
        state.queue.send(ProvisioningWork::follow(id, 0), Duration::ZERO).await?;
        report.pending_numbers += 1;
    }
    Ok(())
}

/// Registrations whose callbacks or queue messages got lost, and those with numbers that their own campaign does not have.
pub(crate) async fn queue_registrations(state: &State, report: &mut Report) -> Swept {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let mut due = messaging_brands::claim_due(&transaction, clock::now(), BATCH).await?;
    let most = NUMBERS_PER_CAMPAIGN;
    due.extend(messaging_campaigns::list_with_numbers_elsewhere(&transaction, most, BATCH).await?);
    transaction.commit().await.map_err(DbError::from)?;
    due.sort_unstable();
    due.dedup();
    for id in due {
        state.queue.send(ProvisioningWork::follow_registration(id, 0), Duration::ZERO).await?;
        report.registrations += 1;
    }
    Ok(())
}

/// Emergency addresses whose queue message was never sent, or got lost.
pub(crate) async fn queue_emergency_addresses(state: &State, report: &mut Report) -> Swept {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let due = emergency_addresses::claim_due(&transaction, clock::now(), BATCH).await?;
    transaction.commit().await.map_err(DbError::from)?;
    for id in due {
        state.queue.send(ProvisioningWork::settle_emergency(id, 0), Duration::ZERO).await?;
        report.emergency_addresses += 1;
    }
    Ok(())
}

/// Answers to keywords whose queue message was never sent, or got lost.
pub(crate) async fn queue_forgotten_replies(state: &State, report: &mut Report) -> Swept {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let forgotten = automatic_replies::claim_forgotten(&transaction, clock::now(), BATCH).await?;
    transaction.commit().await.map_err(DbError::from)?;
    for id in forgotten {
        state.inbox_queue.send(&InboxWork::reply(id)).await?;
        report.replies += 1;
    }
    Ok(())
}

/// Media that nobody copies, because their queue message was never sent or got lost.
pub(crate) async fn queue_forgotten_media(state: &State, report: &mut Report) -> Swept {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let forgotten = message_media::list_stuck(&transaction, BATCH).await?;
    transaction.commit().await.map_err(DbError::from)?;
    for message_sid in forgotten {
        state.media_queue.send(&MediaWork::fetch(message_sid), Duration::ZERO).await?;
        report.media += 1;
    }
    Ok(())
}
