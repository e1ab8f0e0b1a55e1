//! Handing a registration in.

use serde_json::json;
use shared::{
    auth::{Caller, Entered},
    clock,
    db::{audit_log::Action, messaging_brands, messaging_campaigns},
    domain::{Fees, RegistrationId, RegistrationState, check_registration},
    lambda::ApiError,
};

use crate::{
    handler::{State, in_progress, note},
    show,
};

/// Takes a submission, under the row's lock: of two at once the second finds it taken. What it costs must be what the caller
/// has agreed to.
pub(crate) async fn submit(
    state: &State,
    entered: &Entered<'_>,
    caller: &Caller,
    agreed: Fees,
) -> Result<RegistrationId, ApiError> {
    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    let brand = messaging_brands::find_or_begin(client, workspace_id).await?;
    let next = brand.state.submitted().ok_or_else(in_progress)?;
    let findings = check_registration(&brand.details, &brand.campaign);
    if !findings.is_empty() {
        let detail = "The registry would refuse this registration.".to_owned();
        let extra = json!({ "findings": findings });
        return Err(ApiError::Refused { code: "registration_incomplete", detail, field: None, extra });
    }
    let fees = show::fees(&state.business.registration, Some(&brand), &brand.campaign);
    if fees.due_now != agreed {
        let detail = "The fees are not those that were agreed to. Look at them and submit again.".to_owned();
        let extra = json!({ "fees": fees });
        return Err(ApiError::Refused { code: "fees_changed", detail, field: Some("agreedFees"), extra });
    }
    let now = clock::now();
    messaging_brands::submit(client, workspace_id, agreed, now).await?;
    if next == RegistrationState::CampaignPending {
        messaging_campaigns::supersede(client, workspace_id, now).await?;
    }
    if !messaging_brands::move_to(client, brand.id, next, None).await? {
        return Err(in_progress());
    }
    note(entered, caller, Action::RegistrationSubmitted, &brand, json!({ "state": next, "agreedFees": agreed }))
        .await?;
    Ok(brand.id)
}
