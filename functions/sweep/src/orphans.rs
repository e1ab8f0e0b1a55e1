//! Numbers that we pay for and that nobody owns.

use std::time::Duration;

use shared::{
    db::{self, DbError, numbers, provisionings, sweeps, workspaces},
    domain::{ProvisioningId, ProvisioningState, WorkspaceId, mask},
    queue::ProvisioningWork,
    signalwire::IncomingNumber,
};

use crate::handler::{State, SweepError};

/// Gives the number to the workspace that it was bought for, by its name. `false`: a person has to look at it.
pub(crate) async fn take_up(state: &State, number: &IncomingNumber) -> Result<bool, SweepError> {
    let Some(id) = ProvisioningId::from_friendly_name(&number.friendly_name) else {
        report(number, None, "it was not bought by a provisioning");
        return Ok(false);
    };
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let parent = sweeps::find_parent(&transaction, id).await?;
    transaction.commit().await.map_err(DbError::from)?;
    drop(connection);

    let Some(parent) = parent else {
        report(number, None, "its provisioning does not exist");
        return Ok(false);
    };
    let workspace_id = parent.workspace_id;
    match parent.state {
        // The worker asks the carrier for this name before it buys anything.
        ProvisioningState::Reserved | ProvisioningState::Purchasing | ProvisioningState::Purchased => {
            state.queue.send(ProvisioningWork::settle(id), Duration::ZERO).await?;
            tracing::warn!(%workspace_id, provisioning_id = %id, phone_number_sid = number.sid, "its provisioning goes on");
            Ok(true)
        }
        ProvisioningState::Failed => adopt(state, workspace_id, id, number).await,
        ProvisioningState::Active => {
            report(number, Some(workspace_id), "its provisioning has another number, or gave this one back");
            Ok(false)
        }
    }
}

/// A provisioning was given up, and the carrier sold the number after all.
async fn adopt(
    state: &State,
    workspace_id: WorkspaceId,
    given_up: ProvisioningId,
    number: &IncomingNumber,
) -> Result<bool, SweepError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let workspace = workspaces::lock(&transaction, workspace_id).await?;
    let limit = if workspace.deleted { 0 } else { state.business.plan(workspace.tier).number_limit };
    let used = numbers::count_against_limit(&transaction, workspace_id).await?;
    if used >= limit {
        report(number, Some(workspace_id), "its provisioning failed and the workspace is at its limit");
        return Ok(false);
    }
    let adopted = sweeps::insert_adoption(&transaction, given_up, &number.phone_number, &number.sid).await?;
    transaction.commit().await.map_err(DbError::from)?;
    let Some(id) = adopted else {
        return Ok(false);
    };
    state.queue.send(ProvisioningWork::settle(id), Duration::ZERO).await?;
    let transaction = db::system_transaction(&mut connection).await?;
    provisionings::mark_queued(&transaction, id).await?;
    transaction.commit().await.map_err(DbError::from)?;
    tracing::warn!(%workspace_id, provisioning_id = %id, phone_number_sid = number.sid, "orphan number adopted");
    Ok(true)
}

fn report(number: &IncomingNumber, workspace_id: Option<WorkspaceId>, why: &'static str) {
    tracing::error!(
        workspace_id = workspace_id.map(tracing::field::display),
        phone_number_sid = number.sid,
        phone_number = mask(number.phone_number.as_str()),
        why,
        "orphan number at the carrier"
    );
}
