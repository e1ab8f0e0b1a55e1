//! Getting a reserved number from the carrier, by whoever is at it: the queue's worker, or the request that reserved it.

mod rows;
mod saga;
mod search;

use std::time::Duration;

use super::{Next, Provisioner, WorkError};
use crate::{
    db::{
        self, DbError,
        provisionings::{self, Claim},
    },
    domain::ProvisioningId,
};

/// Longer than any function that works on a provisioning may live: whoever holds the lease is the only one at work.
const LEASE_SECONDS: i32 = 60;

/// How long a provisioning rests between the request that could not settle it and the queue.
const HANDOVER: Duration = Duration::from_secs(1);

/// Brings a provisioning forward, until its end or until something must be waited for. A process that dies on the way
/// leaves the lease behind, which then runs out.
pub async fn settle(provisioner: &Provisioner, id: ProvisioningId) -> Result<Next, WorkError> {
    match claim(provisioner, id).await? {
        Claim::Finished => Ok(Next::Done),
        // This may be the only message that is left if the holder dies, so it is not thrown away.
        Claim::Leased(rest) => Ok(Next::Later(rest)),
        Claim::Claimed(provisioning) => saga::bring_forward(provisioner, *provisioning).await,
    }
}

/// The same within a time budget. What is not settled by then is left to the queue, whose message must have been sent
/// before; the steps that were committed are the ones that it goes on from.
pub async fn settle_within(provisioner: &Provisioner, id: ProvisioningId, budget: Duration) -> Result<(), WorkError> {
    let Claim::Claimed(provisioning) = claim(provisioner, id).await? else {
        return Ok(());
    };
    let attempt = provisioning.attempts;
    let settled = tokio::time::timeout(budget, saga::bring_forward(provisioner, *provisioning)).await;
    match settled {
        Ok(Ok(_)) => return Ok(()),
        Ok(Err(error)) => tracing::warn!(provisioning_id = %id, %error, "the provisioning is left to the queue"),
        Err(_) => tracing::info!(provisioning_id = %id, "the carrier is slow, the provisioning is left to the queue"),
    }
    let mut connection = provisioner.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    provisionings::postpone(&transaction, id, attempt, HANDOVER).await?;
    transaction.commit().await.map_err(DbError::from)?;
    Ok(())
}

async fn claim(provisioner: &Provisioner, id: ProvisioningId) -> Result<Claim, DbError> {
    let mut connection = provisioner.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let claim = provisionings::claim(&transaction, id, LEASE_SECONDS).await?;
    transaction.commit().await?;
    Ok(claim)
}
