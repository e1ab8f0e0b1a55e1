//! Telling the carrier where an ambulance goes when somebody calls 911 from a number (E911).

use std::time::Duration;

use shared::{
    actions::assignment::delay,
    db::{
        self, DbError,
        emergency_addresses::{self, Claim, LEASE_SECONDS, Open},
    },
    domain::{EmergencyAddress, EmergencyAddressStatus, PhoneNumberId},
    signalwire::{ClientError, E911Status},
};

use crate::handler::{Next, State, WorkError};

/// Looks that the queue makes; the sweep makes the others.
const QUEUED_LOOKS: u32 = 6;
const NO_WORDS: &str = "the carrier did not say why";
/// What the workspace can do about it.
const ADVICE: &str = "Check the address against the post office's spelling and save it again.";

/// What has come of it.
enum Outcome {
    /// The row says so.
    Settled,
    /// Something else is wanted by now.
    Superseded,
    /// The carrier has not decided.
    Waiting,
}

/// How the carrier decided about an address.
enum Decision {
    /// An ambulance goes there.
    Taken(String),
    /// Not taken, for this reason; the id when the carrier knows the address nevertheless.
    Refused(String, Option<String>),
    /// It was given this address, and has not decided.
    None(String),
}

/// Sets the address, or takes it away. Whatever was done before is found by the label, which names number and address.
pub(crate) async fn settle(state: &State, id: PhoneNumberId, looks: u32) -> Result<Next, WorkError> {
    let open = match claim(state, id).await? {
        Claim::Claimed(open) => *open,
        // This may be the only message that is left if the holder dies, so it is not thrown away.
        Claim::Leased => return Ok(Next::Later(Duration::from_secs(LEASE_SECONDS.unsigned_abs().into()))),
        Claim::Nothing => return Ok(Next::Done),
    };
    let outcome = match open.status {
        EmergencyAddressStatus::Removing => remove(state, &open).await,
        EmergencyAddressStatus::Pending | EmergencyAddressStatus::Active | EmergencyAddressStatus::Failed => {
            set(state, &open).await
        }
    };
    if !matches!(outcome, Ok(Outcome::Settled)) {
        give_back(state, id).await?;
    }
    let later = if looks < QUEUED_LOOKS { Next::Later(delay(looks)) } else { Next::Done };
    match outcome {
        Ok(Outcome::Settled) => Ok(Next::Done),
        Ok(Outcome::Superseded) => Ok(Next::Later(Duration::ZERO)),
        Ok(Outcome::Waiting) => Ok(later),
        Err(WorkError::Carrier(error)) => Ok(after_failure(&open, &error, later)),
        Err(error) => Err(error),
    }
}

/// An outage is waited for, and so is an address that is still in use; what only the operator can change is left to the
/// sweep, which asks again.
fn after_failure(open: &Open, error: &ClientError, later: Next) -> Next {
    let (workspace_id, phone_number_sid) = (open.workspace_id, &open.phone_number_sid);
    if error.needs_operator() {
        tracing::error!(%workspace_id, phone_number_sid, %error, "the emergency address of a number is not settled");
        return Next::Done;
    }
    tracing::warn!(%workspace_id, phone_number_sid, %error, "the carrier is asked again about an emergency address");
    later
}

async fn set(state: &State, open: &Open) -> Result<Outcome, WorkError> {
    let (status, failure, address_id) = match assign(state, open).await? {
        Decision::Taken(id) => {
            // Before the row says that all is done: nobody would come back for them.
            delete_addresses(state, open, Some(&id)).await?;
            (EmergencyAddressStatus::Active, None, Some(id))
        }
        Decision::Refused(words, id) => {
            (EmergencyAddressStatus::Failed, Some(format!("Not taken: {words}. {ADVICE}")), id)
        }
        Decision::None(id) => {
            note_assigned(state, open, &id).await?;
            return Ok(Outcome::Waiting);
        }
    };
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let decided = (status, failure.as_deref());
    let settled = emergency_addresses::settle(&transaction, open, decided, address_id.as_deref()).await?;
    transaction.commit().await.map_err(DbError::from)?;
    let (workspace_id, phone_number_sid) = (open.workspace_id, &open.phone_number_sid);
    tracing::info!(%workspace_id, phone_number_sid, %status, settled, "the carrier decided about an emergency address");
    Ok(if settled { Outcome::Settled } else { Outcome::Superseded })
}

async fn assign(state: &State, open: &Open) -> Result<Decision, WorkError> {
    let id = match find_or_create(state, open).await {
        Err(WorkError::Carrier(ClientError::Refused(refusal))) => {
            return Ok(Decision::Refused(words(refusal.message.as_deref()), None));
        }
        other => other?,
    };
    let status = if open.assigned_id.as_deref() == Some(&id) {
        state.carrier.e911_status(&open.phone_number_sid).await
    } else {
        state.carrier.assign_e911(&open.phone_number_sid, &id).await
    };
    Ok(match status {
        Ok(Some(E911Status::Active)) => Decision::Taken(id),
        Ok(Some(E911Status::Failed)) => Decision::Refused(NO_WORDS.to_owned(), Some(id)),
        Ok(_) => Decision::None(id),
        Err(ClientError::Refused(refusal)) => Decision::Refused(words(refusal.message.as_deref()), Some(id)),
        Err(error) => return Err(error.into()),
    })
}

/// What the carrier says may quote the address: it is for the workspace, not for the log.
fn words(message: Option<&str>) -> String {
    message.unwrap_or(NO_WORDS).trim_end_matches('.').chars().take(400).collect()
}

async fn find_or_create(state: &State, open: &Open) -> Result<String, WorkError> {
    let found = state.carrier.find_addresses(&open.label).await?;
    // Of two, the same one each time; the other one goes with those that are not used.
    if let Some(id) = found.into_iter().map(|address| address.id).min() {
        return Ok(id);
    }
    let address: EmergencyAddress = serde_json::from_value(open.stored.clone()).map_err(|error| DbError::Corrupt {
        column: "emergency_address",
        problem: format!("{:?}", error.classify()),
    })?;
    Ok(state.carrier.create_address(&open.label, &address).await?.id)
}

async fn remove(state: &State, open: &Open) -> Result<Outcome, WorkError> {
    match state.carrier.remove_e911(&open.phone_number_sid).await {
        Ok(()) | Err(ClientError::NotFound(_)) => {}
        Err(error) => return Err(error.into()),
    }
    delete_addresses(state, open, None).await?;
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let forgotten = emergency_addresses::forget(&transaction, open.id).await?;
    transaction.commit().await.map_err(DbError::from)?;
    let (workspace_id, phone_number_sid) = (open.workspace_id, &open.phone_number_sid);
    tracing::info!(%workspace_id, phone_number_sid, "emergency address removed at the carrier");
    Ok(if forgotten { Outcome::Settled } else { Outcome::Superseded })
}

/// An address is somebody's: the carrier keeps none that is not used.
async fn delete_addresses(state: &State, open: &Open, kept: Option<&str>) -> Result<(), WorkError> {
    for address in state.carrier.find_addresses(&open.label_prefix).await? {
        if Some(address.id.as_str()) == kept {
            continue;
        }
        match state.carrier.delete_address(&address.id).await {
            Ok(()) | Err(ClientError::NotFound(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

async fn claim(state: &State, id: PhoneNumberId) -> Result<Claim, DbError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let claim = emergency_addresses::claim(&transaction, id).await?;
    transaction.commit().await?;
    Ok(claim)
}

async fn give_back(state: &State, id: PhoneNumberId) -> Result<(), DbError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    emergency_addresses::give_back(&transaction, id).await?;
    transaction.commit().await?;
    Ok(())
}

async fn note_assigned(state: &State, open: &Open, address_id: &str) -> Result<(), DbError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    emergency_addresses::note_assigned(&transaction, open, address_id).await?;
    transaction.commit().await?;
    Ok(())
}
