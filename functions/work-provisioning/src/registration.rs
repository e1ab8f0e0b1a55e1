//! A workspace's own 10DLC registration: the brand and the campaign are made once each, looked at until the registry has
//! decided, and the numbers taken over. Each step commits what it is about to do before it does it.

mod brand;
mod campaign;
mod moves;

use std::time::Duration;

use chrono::{DateTime, Utc};
use shared::{
    actions::assignment::delay,
    clock,
    db::{
        self, DbError,
        messaging_brands::{self, Brand, Claim},
        messaging_campaigns::{self, Campaign},
    },
    domain::{RegistrationId, RegistrationState},
    signalwire::ClientError,
};

use crate::handler::{Next, State, WorkError};
pub(crate) use moves::leave;

/// Longer than this function's time-out: whoever holds the lease is the only one at work.
const LEASE_SECONDS: i32 = 60;
/// Looks that the queue makes; then the sweep sees to it that somebody looks, and the carrier's callback is faster anyway.
const QUEUED_LOOKS: u32 = 6;
/// Waiting times between look-ups of what was perhaps made. After the last one it counts as not made.
const LOOKUP_DELAYS: [Duration; 4] =
    [Duration::from_secs(5), Duration::from_secs(30), Duration::from_mins(2), Duration::from_mins(5)];
const TRY_AGAIN_AFTER: Duration = Duration::from_mins(1);

/// What a step has come to.
enum Step {
    /// Further: the row says what comes next.
    On,
    /// Others have to decide.
    Wait,
    /// The carrier has to be asked again then.
    Again(Duration),
    /// Nothing is left to do.
    Done,
}

/// How the making of something ended.
enum Made {
    /// The carrier has it.
    Yes,
    /// Perhaps, or not yet.
    Later(Duration),
    /// The carrier will not, for this reason.
    Refused(String),
    /// Only the operator can change why not; the sweep asks again.
    Stuck,
}

/// Brings a registration as far as it goes.
pub(crate) async fn follow(state: &State, id: RegistrationId, looks: u32) -> Result<Next, WorkError> {
    let brand = match claim(state, id).await? {
        Claim::Claimed(brand) => *brand,
        // This may be the only message that is left if the holder dies, so it is not thrown away.
        Claim::Leased => return Ok(Next::Later(Duration::from_secs(LEASE_SECONDS.unsigned_abs().into()))),
        Claim::Nothing => {
            tracing::info!(registration_id = %id, "there is nothing to do for the registration");
            return Ok(Next::Done);
        }
    };
    let step = bring_forward(state, brand).await;
    give_back(state, id).await?;
    Ok(match step? {
        Step::Again(pause) => Next::Later(pause),
        Step::Wait if looks < QUEUED_LOOKS => Next::Later(delay(looks)),
        Step::On | Step::Wait | Step::Done => Next::Done,
    })
}

async fn bring_forward(state: &State, mut brand: Brand) -> Result<Step, WorkError> {
    loop {
        // Each time: the organisation may be deleted while the carrier is asked.
        let step = if brand.workspace_deleted { look_only(state, &brand).await? } else { go_on(state, &brand).await? };
        if !matches!(step, Step::On) {
            return Ok(step);
        }
        brand = reread(state, &brand).await?;
    }
}

async fn go_on(state: &State, brand: &Brand) -> Result<Step, WorkError> {
    match brand.state {
        RegistrationState::Draft => Ok(Step::Done),
        RegistrationState::BrandPending => brand::make_or_look(state, brand).await,
        RegistrationState::BrandUnverified => brand::look_again(state, brand).await,
        RegistrationState::CampaignPending => campaign::make_or_look(state, brand).await,
        RegistrationState::Active => match campaign::look(state, brand).await? {
            Step::On => Ok(Step::On),
            Step::Wait | Step::Again(_) | Step::Done => moves::begin(state, brand).await,
        },
        RegistrationState::Refused | RegistrationState::Deactivated => campaign::look(state, brand).await,
    }
}

/// The workspace is deleted: nothing new is asked of the carrier. What was asked for before may have been made, and costs; a
/// campaign costs until it is ended, for which the carrier has no interface.
async fn look_only(state: &State, brand: &Brand) -> Result<Step, WorkError> {
    match current_campaign(state, brand).await? {
        Some(campaign) if campaign.carrier_campaign_id.is_some() => {
            let step = campaign::look(state, brand).await?;
            request_end(state, brand).await?;
            Ok(step)
        }
        Some(campaign) if is_looked_for(campaign.asked_at, campaign.lookups) => {
            campaign::make_or_look(state, brand).await
        }
        None if is_looked_for(brand.asked_at, brand.lookups) => brand::make_or_look(state, brand).await,
        campaign => {
            let (workspace_id, registration_id) = (brand.workspace_id, brand.id);
            tracing::info!(%workspace_id, %registration_id, "the registration of a deleted workspace goes no further");
            let asked_at = match campaign {
                Some(campaign) => campaign.asked_at,
                None => brand.asked_at.filter(|_| brand.carrier_brand_id.is_none()),
            };
            if asked_at.is_some() {
                tracing::error!(%workspace_id, %registration_id,
                    "nobody knows whether the carrier has made what was asked for before the workspace was deleted");
            }
            Ok(Step::Done)
        }
    }
}

/// Whether the next step of making something is to look it up, and not to make it.
fn is_looked_for(asked_at: Option<DateTime<Utc>>, lookups: i32) -> bool {
    asked_at.is_some() && next_lookup(lookups.saturating_add(1)).is_some()
}

/// What the carrier's refusal to make something means. What it says may quote a tax number: it is for the workspace, not
/// for the log.
fn not_made(brand: &Brand, what: &'static str, error: &ClientError) -> Made {
    let (workspace_id, registration_id) = (brand.workspace_id, brand.id);
    match error {
        ClientError::Refused(refusal) | ClientError::NotFound(refusal) => {
            tracing::warn!(%workspace_id, %registration_id, what, %refusal, "the carrier does not make it");
            let words = refusal.message.as_deref().unwrap_or("it did not say why");
            Made::Refused(format!("The carrier did not take it: {}", words.chars().take(400).collect::<String>()))
        }
        error if error.retryable() => {
            tracing::warn!(%workspace_id, %registration_id, what, %error, "the carrier is asked again to make it");
            Made::Later(TRY_AGAIN_AFTER)
        }
        error => {
            tracing::error!(%workspace_id, %registration_id, what, %error, "the carrier does not make it");
            Made::Stuck
        }
    }
}

/// When to look again after so many look-ups that found nothing; `None`: it was not made.
fn next_lookup(lookups: i32) -> Option<Duration> {
    LOOKUP_DELAYS.get(usize::try_from(lookups).unwrap_or(usize::MAX).saturating_sub(1)).copied()
}

async fn claim(state: &State, id: RegistrationId) -> Result<Claim, DbError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let claim = messaging_brands::claim(&transaction, id, LEASE_SECONDS).await?;
    transaction.commit().await?;
    Ok(claim)
}

async fn give_back(state: &State, id: RegistrationId) -> Result<(), DbError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    messaging_brands::give_back(&transaction, id).await?;
    transaction.commit().await?;
    Ok(())
}

async fn current_campaign(state: &State, brand: &Brand) -> Result<Option<Campaign>, DbError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let campaign = messaging_campaigns::find_current(&transaction, brand.workspace_id).await?;
    transaction.commit().await?;
    Ok(campaign)
}

/// Tells the operator, once, that the campaign has to be ended.
async fn request_end(state: &State, brand: &Brand) -> Result<(), DbError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let requested = messaging_campaigns::request_end(&transaction, brand.workspace_id, clock::now()).await?;
    transaction.commit().await?;
    if let Some(campaign_id) = requested {
        let (workspace_id, registration_id) = (brand.workspace_id, brand.id);
        tracing::error!(
            %workspace_id, %registration_id, campaign_id,
            "the workspace is deleted and its campaign goes on costing: end it in the carrier's dashboard"
        );
    }
    Ok(())
}

async fn reread(state: &State, brand: &Brand) -> Result<Brand, DbError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let brand = messaging_brands::find_or_begin(&transaction, brand.workspace_id).await?;
    transaction.commit().await?;
    Ok(brand)
}

/// Runs statements in a transaction that sees every workspace, and commits it.
macro_rules! in_transaction {
    ($state:expr, |$client:ident| $body:expr) => {{
        let mut connection = $state.pool.get().await?;
        let $client = shared::db::system_transaction(&mut connection).await?;
        let result = $body?;
        $client.commit().await.map_err(shared::db::DbError::from)?;
        result
    }};
}
use in_transaction;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_perhaps_made_is_looked_for_during_several_minutes() {
        let all: Duration = (1..).map_while(next_lookup).sum();
        assert!(all > Duration::from_mins(5) && next_lookup(5).is_none(), "{all:?}");
    }

    #[test]
    fn for_a_deleted_workspace_nothing_is_made_after_the_last_look_up() {
        let asked = Some(clock::now());
        assert!(!is_looked_for(None, 0));
        let looked: Vec<i32> = (0..10).filter(|lookups| is_looked_for(asked, *lookups)).collect();
        assert_eq!(looked, [0, 1, 2, 3]);
        // Each is counted before it is decided what comes next.
        assert!(looked.iter().all(|lookups| next_lookup(lookups + 1).is_some()));
    }
}
