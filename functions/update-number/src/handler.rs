use std::convert::Infallible;

use lambda_http::{Body, Request, Response};
use serde_json::json;
use shared::{
    auth::{self, Access, Caller, Entered, SessionTokenVerifier},
    clock,
    config::BusinessConfig,
    db::{
        Pool,
        audit_log::{self, Action, Actor, Entry},
        number_changes::{self, NumberChange},
        numbers::Number,
        workspaces,
    },
    domain::{Edit, NumberStatus, NumberType, PhoneNumber, PhoneNumberId},
    lambda::{self, ApiError, ApiReply},
    queue::Sender,
};

use crate::{
    api::{UpdateNumberAnswer, UpdateNumberRequest},
    emergency,
};

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Verifies session tokens.
    pub tokens: SessionTokenVerifier,
    /// Countries that may be called.
    pub business: BusinessConfig,
    /// The shared number of the platform.
    pub platform_number: PhoneNumber,
    /// The provisioning queue.
    pub queue: Sender,
}

/// Answers the request.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    Ok(lambda::reply(update_number(state, &request).await))
}

async fn update_number(state: &State, request: &Request) -> Result<ApiReply, ApiError> {
    let caller = state.tokens.verify(lambda::bearer(request), clock::now())?;
    if request.uri().path().ends_with("/emergency-address") {
        return emergency::update(state, request, &caller).await;
    }

    let workspace = lambda::path_parameter(request, "workspace")?;
    let id = lambda::path_parameter(request, "number")?.parse();
    let change = parse(lambda::body_json(request)?)?;

    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, &caller, &workspace, Access::Administer).await?;

    let id = id.map_err(|_| unknown_number())?;
    check_forwards(state, &entered, &change).await?;
    let number = apply(&entered, &caller, id, &change).await?;
    entered.commit().await?;

    ApiReply::ok(&UpdateNumberAnswer { phone_number: number.into() })
}

fn parse(request: UpdateNumberRequest) -> Result<NumberChange, ApiError> {
    let name = request.friendly_name.map(|text| text.parse()).transpose();
    let number_type = request.number_type.map(|text| text.parse()).transpose();
    let change = NumberChange {
        friendly_name: name.map_err(|error| ApiError::invalid("friendlyName", error))?,
        number_type: number_type.map_err(|error| ApiError::invalid("numberType", error))?,
        voice: request.voice,
    };
    if change.friendly_name.is_none() && change.number_type.is_none() && change.voice.is_keep() {
        return Err(ApiError::invalid("body", "friendlyName, numberType or voice is needed"));
    }
    Ok(change)
}

/// Calls are forwarded where calls may go, and never back to the platform: the carrier would call itself for ever.
async fn check_forwards(state: &State, entered: &Entered<'_>, change: &NumberChange) -> Result<(), ApiError> {
    let Edit::Set(flow) = &change.voice else { return Ok(()) };
    let targets: Vec<PhoneNumber> = flow.forward_targets().map(|(_, target)| target.phone_number.clone()).collect();
    let mut own = number_changes::find_owned(entered.transaction, &targets).await?;
    own.push(state.platform_number.clone());
    for (field, target) in flow.forward_targets() {
        let checked = target.check(&state.business.destination_countries, &own);
        checked.map_err(|error| ApiError::invalid(&format!("voice.{field}"), error))?;
    }
    Ok(())
}

/// Under the workspace's lock, which everything that makes or unmakes a primary number takes.
async fn apply(
    entered: &Entered<'_>,
    caller: &Caller,
    id: PhoneNumberId,
    change: &NumberChange,
) -> Result<Number, ApiError> {
    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    workspaces::lock(client, workspace_id).await?;
    let before = number_changes::find(client, workspace_id, id).await?.ok_or_else(unknown_number)?;
    check(&before, change)?;
    let demoted = match change.number_type {
        Some(NumberType::Primary) => number_changes::demote_other_primary(client, workspace_id, id).await?,
        Some(NumberType::Sales | NumberType::Support | NumberType::Custom) | None => None,
    };
    let number = number_changes::update(client, workspace_id, id, change).await?;
    let number = number.ok_or_else(unknown_number)?;
    let entry = Entry {
        actor: Actor { user: &caller.user_id, impersonator: caller.actor.as_deref() },
        action: Action::Updated,
        phone_number_id: Some(id),
        provisioning_id: None,
        details: json!({ "numberType": { "from": before.number_type, "to": number.number_type },
            "renamed": before.friendly_name != number.friendly_name, "demoted": demoted,
            "callFlowChanged": before.voice != number.voice }),
    };
    audit_log::insert(client, workspace_id, &entry).await?;
    tracing::info!(%workspace_id, phone_number_sid = number.phone_number_sid, number_type = %number.number_type, "number updated");
    Ok(number)
}

/// A released number is history, and one that is suspended cannot be what the workspace sends from first.
fn check(number: &Number, change: &NumberChange) -> Result<(), ApiError> {
    let promotes = change.number_type == Some(NumberType::Primary);
    match number.status {
        NumberStatus::Released => {
            Err(ApiError::Conflict { code: "number_released", detail: "the number is released".to_owned() })
        }
        NumberStatus::Suspended if promotes => Err(ApiError::Conflict {
            code: "number_suspended",
            detail: "a suspended number cannot become the primary one".to_owned(),
        }),
        NumberStatus::Suspended | NumberStatus::Active => Ok(()),
    }
}

pub(crate) fn unknown_number() -> ApiError {
    ApiError::NotFound { code: "number_not_found", detail: "there is no such number".to_owned() }
}
