//! The numbers of a workspace leave the platform's campaign for its own: taken out there first, then ordered here
//! ([`crate::assignment`]), because the carrier takes no number that is in a campaign. In between they cannot text, and say so.

use std::time::Duration;

use shared::{
    actions::registration::NUMBERS_PER_CAMPAIGN,
    db::{self, DbError, messaging_brands::Brand, messaging_campaigns, workspaces},
    queue::ProvisioningWork,
};

use super::{Step, in_transaction};
use crate::handler::{State, WorkError};

const MOVING: &str = "This number is moving to the workspace's own texting campaign. It can text again within a day.";

/// Starts the move of what is elsewhere. Each number then has its own message; the sweep finds those whose message is lost.
pub(super) async fn begin(state: &State, brand: &Brand) -> Result<Step, WorkError> {
    let workspace_id = brand.workspace_id;
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    workspaces::lock(&transaction, workspace_id).await?;
    let own = messaging_campaigns::find_own(&transaction, workspace_id).await?;
    let moving = match own {
        messaging_campaigns::Own::Active(own) => {
            let most = (NUMBERS_PER_CAMPAIGN, MOVING);
            messaging_campaigns::begin_moves(&transaction, workspace_id, &own, most).await?
        }
        messaging_campaigns::Own::None | messaging_campaigns::Own::Inactive => Vec::new(),
    };
    transaction.commit().await.map_err(DbError::from)?;
    drop(connection);
    for id in &moving {
        state.queue.send(ProvisioningWork::follow(*id, 0), Duration::ZERO).await?;
    }
    if !moving.is_empty() {
        tracing::info!(%workspace_id, numbers = moving.len(), "numbers move to the workspace's own campaign");
    }
    Ok(Step::Done)
}

/// Takes a number out of the campaign that it is to leave. `Ok` only when the carrier has not got it there any more.
pub(crate) async fn leave(
    state: &State,
    number: &shared::db::numbers::PendingNumber,
    former: &str,
) -> Result<(), WorkError> {
    let listed = match state.carrier.list_assignments(former).await {
        // A campaign that is gone has no numbers.
        Err(shared::signalwire::ClientError::NotFound(_)) => Vec::new(),
        listed => listed?,
    };
    let is_ours = |assignment: &&shared::signalwire::Assignment| {
        assignment.phone_number_sid.as_deref() == Some(number.phone_number_sid.as_str())
            || assignment.phone_number.as_ref() == Some(&number.phone_number)
    };
    for assignment in listed.iter().filter(is_ours) {
        match state.carrier.delete_assignment(&assignment.id).await {
            Ok(()) | Err(shared::signalwire::ClientError::NotFound(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    in_transaction!(state, |client| messaging_campaigns::mark_left(&client, number.id).await);
    let (workspace_id, phone_number_sid) = (number.workspace_id, &number.phone_number_sid);
    tracing::info!(%workspace_id, phone_number_sid, "the number left its former campaign");
    Ok(())
}
