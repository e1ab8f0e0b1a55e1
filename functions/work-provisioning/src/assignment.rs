//! 10DLC: a new US local number cannot text before it is assigned to a campaign (SignalWire, The Campaign Registry): its
//! owner's own one, or the platform's.

use shared::{
    actions::assignment::{CampaignChoice, choose_campaign, delay, is_full, order},
    clock,
    db::{self, DbError, numbers, registrations},
    domain::PhoneNumberId,
    signalwire::{Assignment, AssignmentState, IncomingNumber},
};

use crate::{
    handler::{Next, State, WorkError},
    registration,
};

/// A week of looks. What is not ready by then is not going to be, and the sweep reports it.
const MAX_LOOKS: u32 = 700;
const NO_CAMPAIGN: &str = "Texting is not set up at the carrier yet: the platform has no approved campaign.";
const CAMPAIGN_FULL: &str =
    "The platform's texting campaign has no room for another number. The operator has to extend it.";
const OWN_CAMPAIGN_FULL: &str = "The workspace's own texting campaign has 49 numbers, and takes no more.";
const OWN_CAMPAIGN_LOST: &str = "The workspace's own texting campaign is not approved any more. Hand in another one.";
const ASSIGNMENT_FAILED: &str = "The carrier did not admit this number to texting. The operator has to look into it.";

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
    if let (true, Some(former)) = (pending.is_leaving, &pending.former_campaign_id) {
        match registration::leave(state, &pending, former).await {
            Ok(()) => {}
            // It cannot text meanwhile: not as long as the queue would wait after a failure.
            Err(WorkError::Carrier(error)) if error.retryable() => {
                tracing::warn!(workspace_id = %pending.workspace_id, %error, "the number is taken out of its campaign again");
                return Ok(Next::Later(delay(looks)));
            }
            Err(error) => return Err(error),
        }
    }

    let mut number = state.carrier.get_number(&pending.phone_number_sid).await?;
    // What the carrier has switched on may still be the former campaign's: the new one's own word counts.
    let moves = pending.former_campaign_id.is_some();
    let mut joined = !moves;
    let may_text = joined && number.capabilities.sms;
    // One that may text was ordered by somebody who died before it was noted, or needs no campaign.
    if !may_text || pending.campaign_order_id.is_none() {
        let campaign = choose_campaign(state, pending.workspace_id).await?;
        match assignment_of(state, &campaign, &pending, &number).await? {
            Some(AssignmentState::Failed) => return give_up(state, &pending).await,
            Some(AssignmentState::Completed) => joined = true,
            Some(AssignmentState::Pending | AssignmentState::Unknown(_)) => {}
            None if may_text => {}
            None => match order(state, &campaign, &number).await {
                Some(order) => {
                    set_order(state, id, &order).await?;
                    number = state.carrier.get_number(&pending.phone_number_sid).await?;
                }
                None => explain_waiting(state, id, &campaign, &number).await?,
            },
        }
    }
    if joined && number.capabilities.sms {
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

/// How far the assignment is, by the campaign's own list: that also knows an order whose answer was lost, which is noted, and a
/// failure whose callback was. `None`: nothing was ordered.
async fn assignment_of(
    state: &State,
    campaign: &CampaignChoice,
    pending: &numbers::PendingNumber,
    number: &IncomingNumber,
) -> Result<Option<AssignmentState>, WorkError> {
    let Some(campaign) = campaign.id() else {
        return Ok(None);
    };
    let assignments = state.carrier.list_assignments(campaign).await?;
    let is_ours = |a: &Assignment| {
        a.phone_number_sid.as_deref() == Some(number.sid.as_str())
            || a.phone_number.as_ref() == Some(&number.phone_number)
    };
    // A number that failed may be ordered again: the attempt that did not fail counts.
    let listed = assignments.into_iter().filter(is_ours).map(|assignment| assignment.state);
    let listed = listed.min_by_key(|state| *state == AssignmentState::Failed);
    if pending.campaign_order_id.is_none() && listed.as_ref().is_some_and(|state| *state != AssignmentState::Failed) {
        let mut connection = state.pool.get().await?;
        let transaction = db::system_transaction(&mut connection).await?;
        numbers::set_campaign(&transaction, pending.id, campaign).await?;
        transaction.commit().await.map_err(DbError::from)?;
    }
    Ok(listed.or_else(|| pending.campaign_order_id.as_ref().map(|_| AssignmentState::Pending)))
}

/// The carrier refused the number. It may try again by itself, which its callback tells.
async fn give_up(state: &State, pending: &numbers::PendingNumber) -> Result<Next, WorkError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    registrations::mark_failed(&transaction, pending.id, ASSIGNMENT_FAILED, clock::now()).await?;
    transaction.commit().await.map_err(DbError::from)?;
    let (workspace_id, phone_number_sid) = (pending.workspace_id, &pending.phone_number_sid);
    tracing::error!(%workspace_id, phone_number_sid, "the campaign assignment failed");
    Ok(Next::Done)
}

/// Tells the workspace why its number cannot text, when the reason is not the carrier's pace.
async fn explain_waiting(
    state: &State,
    id: PhoneNumberId,
    campaign: &CampaignChoice,
    number: &IncomingNumber,
) -> Result<(), WorkError> {
    let reason = match campaign {
        CampaignChoice::None => NO_CAMPAIGN,
        CampaignChoice::OwnLost => OWN_CAMPAIGN_LOST,
        CampaignChoice::Platform(campaign) if is_full(state, campaign, number).await? => CAMPAIGN_FULL,
        CampaignChoice::Own(campaign) if is_full(state, campaign, number).await? => OWN_CAMPAIGN_FULL,
        CampaignChoice::Platform(_) | CampaignChoice::Own(_) => return Ok(()),
    };
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    registrations::set_waiting_reason(&transaction, id, reason).await?;
    transaction.commit().await.map_err(DbError::from)?;
    Ok(())
}

async fn set_order(
    state: &State,
    id: PhoneNumberId,
    order: &shared::actions::assignment::Ordered,
) -> Result<(), WorkError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    numbers::set_campaign_order(&transaction, id, &order.campaign_id, &order.order_id).await?;
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
