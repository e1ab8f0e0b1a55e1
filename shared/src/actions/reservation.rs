//! The reservation of a number against the plan's limit: the one place where that limit is kept.

use std::time::Duration;

use tokio_postgres::GenericClient;

use super::WorkError;
use crate::{
    config::BusinessConfig,
    db::{
        self, Connection, DbError, numbers,
        provisionings::{self, Wish},
        workspaces,
    },
    domain::{ProvisioningId, WorkspaceId},
    queue::{ProvisioningWork, Sender},
};

/// Why no number may be bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReservationRefusal {
    /// The organisation is gone.
    #[error("the workspace is deleted")]
    Deleted,
    /// The plan has no own numbers.
    #[error("the plan has no numbers of its own; upgrade it to get one")]
    PlanRequiresUpgrade,
    /// A payment failed: what is owned stays, nothing is bought.
    #[error("a payment is past due; numbers can be bought again once it is settled")]
    PaymentPastDue,
    /// All numbers of the plan are owned or on their way.
    #[error("the plan allows {limit} numbers, and all of them are in use or on their way")]
    LimitReached {
        /// The plan's limit.
        limit: i64,
    },
}

/// Why there is no reservation.
#[derive(Debug, thiserror::Error)]
pub enum ReservationError {
    /// By the rules.
    #[error(transparent)]
    Refused(#[from] ReservationRefusal),
    /// Postgres.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Reserves a number, or says why not. The workspace is locked until the transaction ends, which makes counting and
/// reserving one step; nothing counts before the caller commits.
pub async fn reserve(
    transaction: &impl GenericClient,
    business: &BusinessConfig,
    workspace_id: WorkspaceId,
    wish: &Wish,
) -> Result<ProvisioningId, ReservationError> {
    check_room(transaction, business, workspace_id, 1).await?;
    Ok(provisionings::reserve(transaction, workspace_id, wish).await?)
}

/// Whether the plan has room for so many more numbers. The workspace is locked until the transaction ends.
pub async fn check_room(
    transaction: &impl GenericClient,
    business: &BusinessConfig,
    workspace_id: WorkspaceId,
    more: i64,
) -> Result<(), ReservationError> {
    let workspace = workspaces::lock(transaction, workspace_id).await?;
    let limit = business.plan(workspace.tier).number_limit;
    if workspace.deleted {
        return Err(ReservationRefusal::Deleted.into());
    }
    if limit < 1 {
        return Err(ReservationRefusal::PlanRequiresUpgrade.into());
    }
    if workspace.past_due {
        return Err(ReservationRefusal::PaymentPastDue.into());
    }
    if numbers::count_against_limit(transaction, workspace_id).await? + more > limit {
        return Err(ReservationRefusal::LimitReached { limit }.into());
    }
    Ok(())
}

/// Sends a queue message for each reservation that has none, and notes it. A process that dies in between sends twice,
/// which the worker's lease makes harmless.
pub async fn enqueue(connection: &mut Connection, queue: &Sender, workspace_id: WorkspaceId) -> Result<(), WorkError> {
    let transaction = db::system_transaction(connection).await?;
    let unqueued = provisionings::list_unqueued(&transaction, workspace_id).await?;
    transaction.commit().await.map_err(DbError::from)?;

    for id in unqueued {
        queue.send(ProvisioningWork::settle(id), Duration::ZERO).await?;
        let transaction = db::system_transaction(connection).await?;
        provisionings::mark_queued(&transaction, id).await?;
        transaction.commit().await.map_err(DbError::from)?;
        tracing::info!(%workspace_id, provisioning_id = %id, "provisioning queued");
    }
    Ok(())
}
