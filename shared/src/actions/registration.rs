//! What the registry says about a workspace's own brand and campaign, whoever brings it: a callback, or somebody who looks.
//! The same twice, late or out of order changes nothing.

use chrono::{DateTime, Utc};
use serde_json::json;
use tokio_postgres::GenericClient;

use crate::{
    db::{
        DbError,
        audit_log::{self, Action, Actor, Entry},
        messaging_brands::{self, Brand},
        messaging_campaigns::{self, Approval, Campaign},
    },
    domain::{RegistrationId, RegistrationState, WorkspaceId},
};

/// Without the carrier's approval of number pooling a campaign takes 49 numbers (SignalWire, The Campaign Registry).
pub const NUMBERS_PER_CAMPAIGN: i64 = 49;

const NOT_APPROVED: &str = "The workspace's texting campaign is not approved any more. Hand in another one.";

/// What the registry says about a company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BrandNews {
    /// It is verified, for good.
    Verified,
    /// It could not be verified.
    Unverified,
}

/// Takes news of a company. `false`: it changes nothing.
pub async fn take_brand_news(
    client: &impl GenericClient,
    brand: &Brand,
    news: BrandNews,
    at: DateTime<Utc>,
) -> Result<bool, DbError> {
    let to = match news {
        BrandNews::Verified => RegistrationState::CampaignPending,
        BrandNews::Unverified if !messaging_brands::takes_refusal(client, brand.id, at).await? => return Ok(false),
        BrandNews::Unverified => RegistrationState::BrandUnverified,
    };
    // Once verified, a company stays so, and what follows has its own news.
    let is_about_brand = matches!(brand.state, RegistrationState::BrandPending | RegistrationState::BrandUnverified);
    Ok(is_about_brand && move_to(client, (brand.workspace_id, brand.id), to, None).await?)
}

/// Takes news of a campaign. `false`: it changes nothing.
pub async fn take_campaign_news(
    client: &impl GenericClient,
    campaign: &Campaign,
    approval: Approval,
    at: DateTime<Utc>,
) -> Result<bool, DbError> {
    let whose = (campaign.workspace_id, campaign.registration_id);
    let Some(own) = &campaign.carrier_campaign_id else { return Ok(false) };
    if !messaging_campaigns::take_news(client, campaign.id, approval, at).await? {
        return Ok(false);
    }
    match approval {
        Approval::Given => {
            let moved = move_to(client, whose, RegistrationState::Active, None).await?;
            if moved {
                messaging_campaigns::resume_numbers(client, own).await?;
            }
            Ok(moved)
        }
        Approval::Withdrawn => {
            if move_to(client, whose, RegistrationState::Deactivated, None).await? {
                messaging_campaigns::stop_numbers(client, own, NOT_APPROVED).await?;
                return Ok(true);
            }
            move_to(client, whose, RegistrationState::Refused, None).await
        }
    }
}

/// Moves a registration on and notes it. `false`: it stands elsewhere.
pub async fn move_to(
    client: &impl GenericClient,
    (workspace_id, id): (WorkspaceId, RegistrationId),
    to: RegistrationState,
    reason: Option<&str>,
) -> Result<bool, DbError> {
    if !messaging_brands::move_to(client, id, to, reason).await? {
        return Ok(false);
    }
    let entry = Entry {
        actor: Actor::SYSTEM,
        action: Action::RegistrationMoved,
        phone_number_id: None,
        provisioning_id: None,
        details: json!({ "registrationId": id, "state": to }),
    };
    audit_log::insert(client, workspace_id, &entry).await?;
    tracing::info!(%workspace_id, registration_id = %id, state = %to, "registration moved");
    Ok(true)
}
