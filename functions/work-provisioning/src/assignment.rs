//! 10DLC: a new US local number cannot text before it is assigned to a campaign (SignalWire, The Campaign Registry).

use shared::{
    actions::assignment::{delay, order},
    db::{self, DbError, numbers},
    domain::PhoneNumberId,
    signalwire::{AssignmentState, IncomingNumber},
};

use crate::handler::{Next, State, WorkError};

/// A week of looks. What is not ready by then is not going to be, and the sweep reports it.
const MAX_LOOKS: u32 = 700;

/// Looks whether a pending number may text by now; orders its assignment when that was not possible before.
pub(crate) async fn follow(state: &State, id: PhoneNumberId, looks: u32) -> Result<Next, WorkError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let pending = numbers::find_pending(&transaction, id).await?;
    transaction.commit().await.map_err(DbError::from)?;
    drop(connection);
    let Some(pending) = pending else {
        return Ok(Next::Done);
    };

    let mut number = state.carrier.get_number(&pending.phone_number_sid).await?;
    if !number.capabilities.sms
        && !ordered(state, &pending, &number).await?
        && let Some(order) = order(state, &number).await
    {
        set_order(state, id, &order).await?;
        number = state.carrier.get_number(&pending.phone_number_sid).await?;
    }
    if number.capabilities.sms {
        mark_ready(state, id, &number).await?;
        tracing::info!(workspace_id = %pending.workspace_id, phone_number_sid = number.sid, "the number may text now");
        return Ok(Next::Done);
    }
    if looks >= MAX_LOOKS {
        tracing::error!(workspace_id = %pending.workspace_id, phone_number_sid = number.sid, "the number still cannot text");
        return Ok(Next::Done);
    }
    Ok(Next::Later(delay(looks)))
}

/// Whether an assignment is on its way: by our row, or, when an order's answer was lost, by the campaign's own list.
async fn ordered(state: &State, pending: &numbers::PendingNumber, number: &IncomingNumber) -> Result<bool, WorkError> {
    if pending.campaign_order_id.is_some() {
        return Ok(true);
    }
    let Some(campaign) = &state.campaign_id else {
        return Ok(false);
    };
    let assignments = state.carrier.list_assignments(campaign).await?;
    let ours = |sid: Option<&str>| sid == Some(number.sid.as_str());
    Ok(assignments.iter().any(|a| ours(a.phone_number_sid.as_deref()) && a.state != AssignmentState::Failed))
}

async fn set_order(state: &State, id: PhoneNumberId, order: &str) -> Result<(), WorkError> {
    let Some(campaign) = &state.campaign_id else {
        return Ok(());
    };
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    numbers::set_campaign_order(&transaction, id, campaign, order).await?;
    transaction.commit().await.map_err(DbError::from)?;
    Ok(())
}

async fn mark_ready(state: &State, id: PhoneNumberId, number: &IncomingNumber) -> Result<(), WorkError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    numbers::mark_messaging_ready(&transaction, id, number.capabilities).await?;
    transaction.commit().await.map_err(DbError::from)?;
    Ok(())
}
