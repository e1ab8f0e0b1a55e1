//! The carrier's list of numbers against ours.

use std::collections::HashMap;

use shared::{
    db::{
        self, DbError, numbers,
        sweeps::{self, KnownNumber, StoredWebhooks},
    },
    domain::{GONE_FROM_CARRIER, MessagingStatus, NumberStatus, mask},
    signalwire::{ClientError, IncomingNumber, NumberUpdate},
};

use crate::{
    handler::{Report, State, SweepError},
    orphans, porting,
};

/// Requests to the carrier that one run makes beyond the list, for ghosts and for repairs each.
const MOST_REQUESTS: usize = 20;

/// Finds orphans, ghosts, and numbers that are not as they should be. The carrier is asked first: what it sells
/// meanwhile is missing from its list, not from ours, and is looked up once more before it counts as a ghost.
pub(crate) async fn compare(state: &State, report: &mut Report) -> Result<(), SweepError> {
    let listed = state.carrier.list_numbers().await?;
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let known = sweeps::list_known_numbers(&transaction).await?;
    transaction.commit().await.map_err(DbError::from)?;
    drop(connection);

    let ours: HashMap<&str, &KnownNumber> = known.iter().map(|n| (n.phone_number_sid.as_str(), n)).collect();
    let is_platform = |number: &&IncomingNumber| number.phone_number == state.platform_number;
    for unknown in listed.iter().filter(|n| !ours.contains_key(n.sid.as_str())).filter(|n| !is_platform(n)) {
        if porting::take_up(state, unknown, report).await? {
            continue;
        }
        report.orphans += 1;
        report.adopted += usize::from(orphans::take_up(state, unknown).await?);
    }

    let at_carrier: HashMap<&str, &IncomingNumber> = listed.iter().map(|n| (n.sid.as_str(), n)).collect();
    let mut repairs_left = MOST_REQUESTS;
    let mut lookups_left = MOST_REQUESTS;
    for number in known.iter().filter(|number| number.status != NumberStatus::Released) {
        match at_carrier.get(number.phone_number_sid.as_str()) {
            Some(actual) => {
                report.became_ready += usize::from(mark_ready(state, number, actual).await?);
                note_verification(state, number, actual).await?;
                if repairs_left > 0 && !state.webhooks.are_those_of(actual) {
                    repairs_left -= 1;
                    report.repaired += usize::from(repair(state, number).await?);
                }
            }
            None if lookups_left > 0 => {
                lookups_left -= 1;
                report.ghosts += usize::from(is_ghost(state, number).await?);
            }
            None => {}
        }
    }
    Ok(())
}

/// The carrier's callback and the worker's looks may both have missed it.
async fn mark_ready(state: &State, number: &KnownNumber, actual: &IncomingNumber) -> Result<bool, SweepError> {
    if number.messaging_status == MessagingStatus::Ready || number.is_moving || !actual.capabilities.sms {
        return Ok(false);
    }
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let ready = numbers::mark_messaging_ready(&transaction, number.id, actual.capabilities).await?;
    transaction.commit().await.map_err(DbError::from)?;
    let (workspace_id, phone_number_sid) = (number.workspace_id, &number.phone_number_sid);
    tracing::info!(%workspace_id, phone_number_sid, "the number may text now");
    Ok(ready)
}

/// Toll-free numbers are verified by a form at the carrier, which says by this word only how far that is.
async fn note_verification(state: &State, number: &KnownNumber, actual: &IncomingNumber) -> Result<(), SweepError> {
    if number.verification_status == actual.verification_status {
        return Ok(());
    }
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    sweeps::set_verification_status(&transaction, number.id, actual.verification_status.as_deref()).await?;
    transaction.commit().await.map_err(DbError::from)?;
    tracing::info!(workspace_id = %number.workspace_id, phone_number_sid = number.phone_number_sid,
        "the verification of a toll-free number changed");
    Ok(())
}

/// Gives the number the configured webhooks. A carrier that refuses one must not keep us from the others.
async fn repair(state: &State, number: &KnownNumber) -> Result<bool, SweepError> {
    let (workspace_id, phone_number_sid) = (number.workspace_id, &number.phone_number_sid);
    let update = NumberUpdate { friendly_name: None, webhooks: Some(&state.webhooks) };
    let repaired = match state.carrier.update_number(phone_number_sid, &update).await {
        Ok(repaired) => repaired,
        Err(error) => {
            tracing::error!(%workspace_id, phone_number_sid, %error, "the webhooks of a number could not be repaired");
            return Ok(false);
        }
    };
    let webhooks = StoredWebhooks {
        sms_url: repaired.sms_url.as_deref(),
        voice_url: repaired.voice_url.as_deref(),
        status_callback_url: repaired.status_callback.as_deref(),
    };
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    sweeps::set_webhooks(&transaction, number.id, &webhooks).await?;
    transaction.commit().await.map_err(DbError::from)?;
    tracing::warn!(%workspace_id, phone_number_sid, "the webhooks of a number were repaired");
    Ok(true)
}

/// Only the carrier's own word about this one number counts, not its absence from a list.
async fn is_ghost(state: &State, number: &KnownNumber) -> Result<bool, SweepError> {
    match state.carrier.get_number(&number.phone_number_sid).await {
        Ok(_) => return Ok(false),
        Err(ClientError::NotFound(_)) => {}
        Err(error) => return Err(error.into()),
    }
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let marked = sweeps::mark_ghost(&transaction, number.id, GONE_FROM_CARRIER).await?;
    transaction.commit().await.map_err(DbError::from)?;
    if marked {
        tracing::error!(
            workspace_id = %number.workspace_id, phone_number_sid = number.phone_number_sid,
            phone_number = mask(number.phone_number.as_str()), "ghost number: the carrier does not have it"
        );
    }
    Ok(marked)
}
