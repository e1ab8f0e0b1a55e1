//! A registration as its workspace sees it.

use shared::{
    actions::registration::NUMBERS_PER_CAMPAIGN,
    config::RegistrationPrices,
    db::{
        DbError, GenericClient,
        messaging_brands::{self, Brand},
        messaging_campaigns,
    },
    domain::{
        BrandDetails, CampaignClass, CampaignDetails, Editable, Fees, RegistrationState, UseCase, WorkspaceId,
        check_registration,
    },
};

use crate::api::{RegisteredNumbers, Registration, RegistrationEntry, RegistrationFees};

/// Reads it all.
pub(crate) async fn registration(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    prices: &RegistrationPrices,
) -> Result<Registration, DbError> {
    let stored = messaging_brands::find(client, workspace_id).await?;
    let campaign = messaging_campaigns::find_current(client, workspace_id).await?;
    let numbers = numbers(client, workspace_id).await?;
    let approved_at = campaign.and_then(|campaign| campaign.approved_at);
    let (details, wishes) = match &stored {
        Some(brand) => (brand.details.clone(), brand.campaign.clone()),
        None => (BrandDetails::default(), CampaignDetails::default()),
    };
    let state = stored.as_ref().map_or(RegistrationState::Draft, |brand| brand.state);
    Ok(Registration {
        id: stored.as_ref().map(|brand| brand.id),
        state,
        reason: stored.as_ref().and_then(|brand| brand.reason.clone()),
        editable: state.editable(),
        findings: check_registration(&details, &wishes),
        fees: fees(prices, stored.as_ref(), &wishes),
        agreed_fees: stored.as_ref().and_then(|brand| brand.agreed_fees),
        correction_requested_at: stored.as_ref().and_then(|brand| brand.correction_requested_at),
        numbers,
        submitted_at: stored.as_ref().and_then(|brand| brand.submitted_at),
        brand_verified_at: stored.as_ref().and_then(|brand| brand.verified_at),
        approved_at,
        updated_at: stored.as_ref().map(|brand| brand.updated_at),
        history: stored.as_ref().map(history).transpose()?.unwrap_or_default(),
        brand: details,
        campaign: wishes,
    })
}

async fn numbers(client: &impl GenericClient, workspace_id: WorkspaceId) -> Result<RegisteredNumbers, DbError> {
    let counts = messaging_campaigns::count_numbers(client, workspace_id).await?;
    let is_full = counts.own + counts.moving >= NUMBERS_PER_CAMPAIGN;
    Ok(RegisteredNumbers {
        own: counts.own,
        moving: counts.moving,
        platform: counts.elsewhere,
        limit: NUMBERS_PER_CAMPAIGN,
        waiting_for_room: if is_full { counts.elsewhere } else { 0 },
    })
}

/// Every state that was entered.
pub(crate) fn history(brand: &Brand) -> Result<Vec<RegistrationEntry>, DbError> {
    serde_json::from_value(brand.history.clone())
        .map_err(|error| DbError::Corrupt { column: "history", problem: error.to_string() })
}

/// Today's prices, and what of them a submission costs now.
pub(crate) fn fees(
    prices: &RegistrationPrices,
    stored: Option<&Brand>,
    campaign: &CampaignDetails,
) -> RegistrationFees {
    let class = campaign.use_case.map_or(CampaignClass::Standard, UseCase::class);
    let monthly = prices.month(class).price_cents;
    let is_at_carrier = stored.is_some_and(|brand| brand.carrier_brand_id.is_some());
    let is_verified = stored.is_some_and(|brand| brand.state.editable() != Editable::All);
    let brand_due = match (is_verified, is_at_carrier) {
        (true, _) => 0,
        (false, true) => prices.brand_resubmission.price_cents,
        (false, false) => prices.brand.price_cents,
    };
    RegistrationFees {
        brand_cents: prices.brand.price_cents,
        brand_resubmission_cents: prices.brand_resubmission.price_cents,
        campaign_vetting_cents: prices.campaign_vetting.price_cents,
        campaign_monthly_cents: monthly,
        due_now: Fees {
            brand_cents: brand_due,
            campaign_vetting_cents: prices.campaign_vetting.price_cents,
            campaign_monthly_cents: monthly,
        },
    }
}
