//! Where an ambulance goes when somebody calls 911 from a number.

use std::time::Duration;

use lambda_http::{
    Request,
    http::{Method, StatusCode},
};
use serde_json::json;
use shared::{
    auth::{self, Access, Caller, Entered},
    db::{
        audit_log::{self, Action, Actor, Entry},
        emergency_addresses, number_changes,
        numbers::Number,
        workspaces,
    },
    domain::{EmergencyAddress, NumberStatus, PhoneNumberId},
    lambda::{self, ApiError, ApiReply, FieldError},
    queue::ProvisioningWork,
};

use crate::{
    api::UpdateNumberAnswer,
    handler::{State, unknown_number},
};

/// Takes what the workspace wants; the worker tells the carrier.
pub(crate) async fn update(state: &State, request: &Request, caller: &Caller) -> Result<ApiReply, ApiError> {
    let workspace = lambda::path_parameter(request, "workspace")?;
    let id = lambda::path_parameter(request, "number")?.parse();
    let wanted = if request.method() == Method::DELETE { Ok(None) } else { parse(request).map(Some) };

    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, caller, &workspace, Access::Administer).await?;

    let id = id.map_err(|_| unknown_number())?;
    let workspace_id = entered.workspace.id;
    let number = apply(&entered, caller, id, wanted?.as_ref()).await?;
    entered.commit().await?;

    // It is wanted whatever the queue says.
    if let Err(error) = state.queue.send(ProvisioningWork::settle_emergency(id, 0), Duration::ZERO).await {
        tracing::error!(%workspace_id, phone_number_sid = number.phone_number_sid, %error,
            "the emergency address is not queued, the sweep has to find it");
    }
    ApiReply::with_status(StatusCode::ACCEPTED, &UpdateNumberAnswer { phone_number: number.into() })
}

fn parse(request: &Request) -> Result<EmergencyAddress, ApiError> {
    let address: EmergencyAddress = lambda::body_json(request)?;
    let faults = address.faults();
    if faults.is_empty() {
        return Ok(address);
    }
    let fault = |(field, detail): (&str, &str)| FieldError { field: field.to_owned(), detail: detail.to_owned() };
    Err(ApiError::Invalid(faults.into_iter().map(fault).collect()))
}

async fn apply(
    entered: &Entered<'_>,
    caller: &Caller,
    id: PhoneNumberId,
    wanted: Option<&EmergencyAddress>,
) -> Result<Number, ApiError> {
    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    workspaces::lock(client, workspace_id).await?;
    let number = number_changes::find(client, workspace_id, id).await?.ok_or_else(unknown_number)?;
    if number.status == NumberStatus::Released {
        return Err(ApiError::Conflict { code: "number_released", detail: "the number is released".to_owned() });
    }
    let action = match wanted {
        Some(_) if !number.can_have_emergency_address() => {
            let detail =
                "Only local voice numbers of the United States and Canada have an emergency address.".to_owned();
            let extra = serde_json::Value::Null;
            return Err(ApiError::Refused { code: "emergency_address_not_supported", detail, field: None, extra });
        }
        Some(address) => {
            emergency_addresses::set(client, workspace_id, id, address).await?;
            Action::EmergencyAddressSet
        }
        None => {
            emergency_addresses::remove(client, workspace_id, id).await?;
            Action::EmergencyAddressRemoved
        }
    };
    let entry = Entry {
        actor: Actor { user: &caller.user_id, impersonator: caller.actor.as_deref() },
        action,
        phone_number_id: Some(id),
        provisioning_id: None,
        details: json!({}),
    };
    audit_log::insert(client, workspace_id, &entry).await?;
    tracing::info!(%workspace_id, phone_number_sid = number.phone_number_sid, %action, "emergency address changed");
    number_changes::find(client, workspace_id, id).await?.ok_or_else(unknown_number)
}
