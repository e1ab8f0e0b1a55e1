//! Giving a number back: our side released it already, so nothing depends on how long the carrier takes.

use std::time::Duration;

use chrono::{DateTime, Utc};
use shared::{
    clock,
    db::{
        self, DbError,
        carrier_releases::{self, CarrierRelease, Claim},
    },
    domain::PhoneNumberId,
    signalwire::ClientError,
};

use crate::{
    emergency,
    handler::{Next, State, WorkError},
};

/// Longer than this function's time-out: whoever holds the lease is the only one at work.
const LEASE_SECONDS: i32 = 60;
/// The longest wait that a queue message can make; what is due later is found by the sweep.
const QUEUE_DELAY: chrono::Duration = chrono::Duration::minutes(15);
/// Waiting time after an answer that only a person can change, and after a refusal that nothing explains.
const OPERATOR_DELAY: chrono::Duration = chrono::Duration::hours(1);
/// The carrier says "too early" although its waiting time is over: a trial account waits longer.
const STILL_TOO_EARLY: chrono::Duration = chrono::Duration::days(1);
/// Growing waits end here.
const LONGEST_BACKOFF: i64 = 3600;

/// Asks the carrier to take the number back, unless that is done or not due.
pub(crate) async fn release(state: &State, id: PhoneNumberId) -> Result<Next, WorkError> {
    let now = clock::now();
    match claim(state, id, now).await? {
        Claim::Finished => Ok(Next::Done),
        Claim::Leased => Ok(Next::Later(Duration::from_secs(LEASE_SECONDS.unsigned_abs().into()))),
        Claim::NotDue(due_at) => Ok(again_at(due_at, now)),
        Claim::Claimed(release) => {
            // What is left of it is the sweep's: the number does not wait for it.
            emergency::settle(state, id, 0).await?;
            give_back(state, &release, now).await
        }
    }
}

async fn give_back(state: &State, release: &CarrierRelease, now: DateTime<Utc>) -> Result<Next, WorkError> {
    let sid = &release.phone_number_sid;
    let outcome = match state.carrier.release_number(sid).await {
        // A lost answer is settled by looking: what is gone needs no second request.
        Err(error) if error.outcome_unknown() => match state.carrier.get_number(sid).await {
            Err(ClientError::NotFound(refusal)) => Err(ClientError::NotFound(refusal)),
            Ok(_) | Err(_) => Err(error),
        },
        other => other,
    };
    match outcome {
        Ok(()) | Err(ClientError::NotFound(_)) => {
            finish(state, release.phone_number_id).await?;
            tracing::info!(workspace_id = %release.workspace_id, phone_number_sid = sid, "the carrier took the number back");
            Ok(Next::Done)
        }
        Err(error) => not_taken_back(state, release, &error, now).await,
    }
}

async fn not_taken_back(
    state: &State,
    release: &CarrierRelease,
    error: &ClientError,
    now: DateTime<Utc>,
) -> Result<Next, WorkError> {
    let (workspace_id, phone_number_sid) = (release.workspace_id, &release.phone_number_sid);
    let (due_at, code) = match error {
        ClientError::TooEarlyToRelease(_) => {
            let allowed_at = release.provisioned_at + state.business.carrier_release_wait();
            let due_at = if allowed_at > now { allowed_at } else { now + STILL_TOO_EARLY };
            tracing::info!(%workspace_id, phone_number_sid, %due_at, "the carrier takes the number back later");
            (due_at, "too_early_to_release")
        }
        error if error.retryable() => {
            tracing::warn!(%workspace_id, phone_number_sid, %error, "the carrier is asked again to take the number back");
            (now + backoff(release.attempts), "carrier_unavailable")
        }
        error => {
            tracing::error!(%workspace_id, phone_number_sid, %error, "the carrier does not take the number back");
            (now + OPERATOR_DELAY, if error.needs_operator() { "carrier_unauthorized" } else { "carrier_refused" })
        }
    };
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    carrier_releases::postpone(&transaction, release.phone_number_id, due_at, code).await?;
    transaction.commit().await.map_err(DbError::from)?;
    Ok(again_at(due_at, now))
}

/// The queue waits for what is due soon, the sweep for the rest.
fn again_at(due_at: DateTime<Utc>, now: DateTime<Utc>) -> Next {
    let wait = due_at - now;
    if wait > QUEUE_DELAY { Next::Done } else { Next::Later(wait.to_std().unwrap_or_default()) }
}

/// 10 s, 20 s, 40 s, … up to an hour.
fn backoff(attempts: i32) -> chrono::Duration {
    let doublings = u32::try_from(attempts.clamp(1, 10) - 1).unwrap_or(0);
    chrono::Duration::seconds((10_i64 << doublings).min(LONGEST_BACKOFF))
}

async fn claim(state: &State, id: PhoneNumberId, now: DateTime<Utc>) -> Result<Claim, DbError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let claim = carrier_releases::claim(&transaction, id, now, LEASE_SECONDS).await?;
    transaction.commit().await?;
    Ok(claim)
}

async fn finish(state: &State, id: PhoneNumberId) -> Result<(), DbError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    carrier_releases::finish(&transaction, id).await?;
    transaction.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end_at_an_hour() {
        let seconds: Vec<i64> = [1, 2, 3, 9, 10, 99].into_iter().map(|n| backoff(n).num_seconds()).collect();
        assert_eq!(seconds, [10, 20, 40, 2560, 3600, 3600]);
    }

    #[test]
    fn what_is_due_far_away_is_left_to_the_sweep() {
        let now = clock::now();
        assert_eq!(again_at(now + chrono::Duration::days(14), now), Next::Done);
        assert_eq!(again_at(now + chrono::Duration::seconds(40), now), Next::Later(Duration::from_secs(40)));
        assert_eq!(again_at(now - chrono::Duration::seconds(40), now), Next::Later(Duration::ZERO));
    }
}
