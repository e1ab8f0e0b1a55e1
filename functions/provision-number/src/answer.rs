//! What a provisioning means for the one who asked for it.

use http::StatusCode;
use serde_json::json;
use shared::{
    api,
    auth::{self, Access},
    db::{number_changes, provisionings, provisionings::Provisioning},
    domain::{ProvisioningFailure, ProvisioningId, ProvisioningState},
    lambda::{ApiError, ApiReply},
};

use crate::{
    api::{AcceptedAnswer, ProvisionedAnswer},
    handler::{Session, State},
};

/// The answer, from the row as it stands now.
pub(crate) async fn answer(state: &State, session: &Session, id: ProvisioningId) -> Result<ApiReply, ApiError> {
    let mut connection = state.provisioner.pool.get().await?;
    let entered = auth::enter_again(&mut connection, &session.caller, &session.workspace, Access::Administer).await?;
    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    let gone = || ApiError::Internal("a provisioning has vanished".into());
    let row = provisionings::find(client, workspace_id, id).await?.ok_or_else(gone)?;
    let number = match row.phone_number_id {
        Some(id) => number_changes::find(client, workspace_id, id).await?,
        None => None,
    };
    entered.commit().await?;

    match (row.state, number) {
        (ProvisioningState::Active, Some(number)) => {
            let answer = ProvisionedAnswer { phone_number: number.into(), search_step: row.search_step };
            ApiReply::with_status(StatusCode::CREATED, &answer)
        }
        (ProvisioningState::Active, None) => Err(gone()),
        (ProvisioningState::Failed, _) => Err(failed(row)),
        (ProvisioningState::Reserved | ProvisioningState::Purchasing | ProvisioningState::Purchased, _) => {
            ApiReply::with_status(StatusCode::ACCEPTED, &AcceptedAnswer { provisioning: row.into() })
        }
    }
}

fn failed(row: Provisioning) -> ApiError {
    let detail = row.failure_reason.clone().unwrap_or_default();
    let failure = row.failure_code.as_deref().and_then(|code| code.parse().ok());
    match failure {
        Some(ProvisioningFailure::NoNumbers) => ApiError::Conflict { code: "no_numbers_available", detail },
        Some(ProvisioningFailure::NumberTaken) => ApiError::Conflict { code: "number_taken", detail },
        Some(
            ProvisioningFailure::LowBalance
            | ProvisioningFailure::Unauthorized
            | ProvisioningFailure::Refused
            | ProvisioningFailure::Attempts,
        )
        | None => {
            let provisioning = api::Provisioning::from(row);
            ApiError::CarrierUnavailable { detail, extra: json!({ "provisioning": provisioning }) }
        }
    }
}
