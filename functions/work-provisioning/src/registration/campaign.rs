//! What the company texts: made once for each submission, then approved by the registry and the carriers.

use shared::{
    actions::registration,
    clock,
    db::{
        DbError,
        messaging_brands::{self, Brand},
        messaging_campaigns::{self, Approval, Campaign, NewCampaign},
    },
    domain::{CampaignClass, RegistrationState, UseCase},
    signalwire::{CarrierCampaign, CarrierCampaignState, ClientError},
};

use super::{LOOKUP_DELAYS, Made, Step, in_transaction, next_lookup, not_made};
use crate::handler::{State, WorkError};

pub(super) async fn make_or_look(state: &State, brand: &Brand) -> Result<Step, WorkError> {
    let campaign = current(state, brand).await?;
    if campaign.carrier_campaign_id.is_some() {
        return look_at(state, brand, &campaign).await;
    }
    match make(state, brand, &campaign).await? {
        Made::Yes => Ok(Step::On),
        Made::Later(pause) => Ok(Step::Again(pause)),
        Made::Stuck => Ok(Step::Done),
        Made::Refused(reason) => {
            let whose = (brand.workspace_id, brand.id);
            in_transaction!(state, |client| {
                registration::move_to(&client, whose, RegistrationState::Refused, Some(&reason)).await
            });
            Ok(Step::Done)
        }
    }
}

/// A decision may be taken back, and a callback may be lost.
pub(super) async fn look(state: &State, brand: &Brand) -> Result<Step, WorkError> {
    let campaign =
        in_transaction!(state, |client| messaging_campaigns::find_current(&client, brand.workspace_id).await);
    match campaign {
        Some(campaign) => Ok(match look_at(state, brand, &campaign).await? {
            Step::On => Step::On,
            Step::Wait | Step::Again(_) | Step::Done => Step::Done,
        }),
        None => Ok(Step::Done),
    }
}

async fn look_at(state: &State, brand: &Brand, campaign: &Campaign) -> Result<Step, WorkError> {
    let Some(id) = &campaign.carrier_campaign_id else { return Ok(Step::Done) };
    // Before the look: news that comes meanwhile is newer.
    let at = clock::now();
    let carrier_state = match state.carrier.get_campaign(id).await {
        // The operator was asked to end it.
        Err(ClientError::NotFound(_)) if brand.workspace_deleted => CarrierCampaignState::Inactive,
        Err(ClientError::NotFound(refusal)) => {
            let (workspace_id, registration_id) = (brand.workspace_id, brand.id);
            tracing::error!(%workspace_id, %registration_id, %refusal, "the carrier does not have the campaign any more");
            return Ok(Step::Done);
        }
        answer => answer?.state,
    };
    let approval = match carrier_state {
        CarrierCampaignState::Active => Approval::Given,
        CarrierCampaignState::Inactive => Approval::Withdrawn,
        CarrierCampaignState::Pending | CarrierCampaignState::Unknown(_) => return Ok(Step::Wait),
    };
    let moved =
        in_transaction!(state, |client| { registration::take_campaign_news(&client, campaign, approval, at).await });
    Ok(if moved { Step::On } else { Step::Wait })
}

/// The current campaign; begun with what the workspace has submitted when there is none.
async fn current(state: &State, brand: &Brand) -> Result<Campaign, WorkError> {
    let class = brand.campaign.use_case.map_or(CampaignClass::Standard, UseCase::class);
    let price = brand.agreed_fees.unwrap_or_default().campaign_monthly_cents;
    let new = NewCampaign {
        workspace_id: brand.workspace_id,
        registration_id: brand.id,
        details: &brand.campaign,
        month_cents: (state.business.registration.month(class).cost_cents, price),
    };
    let found = in_transaction!(state, |client| async {
        messaging_campaigns::insert(&client, &new).await?;
        messaging_campaigns::find_current(&client, brand.workspace_id).await
    }
    .await);
    found.ok_or_else(|| DbError::Corrupt { column: "superseded_at", problem: "no current campaign".into() }.into())
}

/// As the brand is made. An outcome that is unknown is looked up among the brand's campaigns.
async fn make(state: &State, brand: &Brand, campaign: &Campaign) -> Result<Made, WorkError> {
    let Some(brand_id) = &brand.carrier_brand_id else { return Ok(Made::Stuck) };
    let name = &campaign.carrier_name;
    if campaign.asked_at.is_some() {
        let mut found = state.carrier.find_campaigns(brand_id, name).await?;
        if found.len() > 1 {
            tracing::error!(registration_id = %brand.id, count = found.len(), "more than one campaign was made");
        }
        if let Some(made) = found.pop() {
            return keep(state, brand, campaign, &made).await;
        }
        let lookups = in_transaction!(state, |client| messaging_campaigns::count_lookup(&client, campaign.id).await);
        if let Some(pause) = next_lookup(lookups) {
            return Ok(Made::Later(pause));
        }
    }
    in_transaction!(state, |client| messaging_campaigns::mark_asked(&client, campaign.id).await);
    let callback = state.registration_webhook_url.as_ref();
    match state.carrier.create_campaign(brand_id, name, &campaign.details, callback).await {
        Ok(made) => keep(state, brand, campaign, &made).await,
        Err(error) if error.outcome_unknown() => {
            tracing::warn!(registration_id = %brand.id, %error, "it is unknown whether the campaign was made");
            Ok(Made::Later(LOOKUP_DELAYS[0]))
        }
        Err(error) => {
            in_transaction!(state, |client| messaging_campaigns::mark_not_made(&client, campaign.id).await);
            Ok(not_made(brand, "campaign", &error))
        }
    }
}

/// Stores the carrier's id, with the fee, once.
async fn keep(state: &State, brand: &Brand, campaign: &Campaign, made: &CarrierCampaign) -> Result<Made, WorkError> {
    let price = brand.agreed_fees.unwrap_or_default().campaign_vetting_cents;
    let fee = (state.business.registration.campaign_vetting.cost_cents, price);
    let key = format!("campaign vetting {}", campaign.id);
    in_transaction!(state, |client| async {
        if messaging_campaigns::set_carrier_id(&client, campaign.id, &made.id).await? {
            messaging_brands::charge(&client, brand.workspace_id, &key, fee, clock::now()).await?;
        }
        Ok::<(), DbError>(())
    }
    .await);
    let (workspace_id, registration_id) = (brand.workspace_id, brand.id);
    tracing::info!(%workspace_id, %registration_id, campaign_id = made.id, "campaign made");
    Ok(Made::Yes)
}
