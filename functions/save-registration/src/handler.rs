use std::{convert::Infallible, time::Duration};

use lambda_http::{Body, Request, Response, http::StatusCode};
use serde_json::json;
use shared::{
    auth::{self, Access, Caller, Entered, SessionTokenVerifier},
    clock,
    config::{BusinessConfig, PlatformAdmins},
    db::{
        DbError, Pool,
        audit_log::{self, Action, Actor, Entry},
        messaging_brands::{self, Brand},
    },
    domain::{self, BrandDetails, CampaignDetails, Editable, RegistrationId, WorkspaceId},
    lambda::{self, ApiError, ApiReply},
    queue::{ProvisioningWork, Sender},
};

use crate::{
    api::{CheckRegistrationAnswer, RegistrationAnswer},
    operator,
    request::{self, Order},
    show, submit,
};

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Verifies session tokens.
    pub tokens: SessionTokenVerifier,
    /// Prices.
    pub business: BusinessConfig,
    /// Who sees the registrations of all workspaces.
    pub platform_admins: PlatformAdmins,
    /// The provisioning queue.
    pub queue: Sender,
}

/// Answers the request.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    Ok(lambda::reply(save_registration(state, &request).await))
}

async fn save_registration(state: &State, request: &Request) -> Result<ApiReply, ApiError> {
    let caller = state.tokens.verify(lambda::bearer(request), clock::now())?;
    match lambda::optional_path_parameter(request, "workspace") {
        Some(workspace) => of_workspace(state, request, &caller, &workspace).await,
        None => operator::answer(state, request, &caller).await,
    }
}

async fn of_workspace(
    state: &State,
    request: &Request,
    caller: &Caller,
    workspace: &str,
) -> Result<ApiReply, ApiError> {
    let reads = request.method() == lambda_http::http::Method::GET;
    let order = request::parse(request);

    let mut connection = state.pool.get().await?;
    let access = if reads { Access::Inspect } else { Access::Administer };
    let entered = auth::enter(&mut connection, caller, workspace, access).await?;

    let workspace_id = entered.workspace.id;
    let mut submitted = None;
    match order? {
        Order::Read => {}
        Order::Check(brand, campaign) => {
            let stored = messaging_brands::find(entered.transaction, workspace_id).await?;
            let findings = domain::check_registration(&brand, &campaign);
            let fees = show::fees(&state.business.registration, stored.as_ref(), &campaign);
            return ApiReply::ok(&CheckRegistrationAnswer { findings, fees });
        }
        Order::Save(brand, campaign) => save(&entered, caller, brand, campaign).await?,
        Order::Submit(agreed) => submitted = Some(submit::submit(state, &entered, caller, agreed).await?),
    }
    let registration = show::registration(entered.transaction, workspace_id, &state.business.registration).await?;
    entered.commit().await?;

    let Some(id) = submitted else { return ApiReply::ok(&RegistrationAnswer { registration }) };
    enqueue(state, workspace_id, id).await;
    ApiReply::with_status(StatusCode::ACCEPTED, &RegistrationAnswer { registration })
}

/// Under the row's lock: what is submitted meanwhile is not changed any more.
async fn save(
    entered: &Entered<'_>,
    caller: &Caller,
    brand: Option<BrandDetails>,
    campaign: Option<CampaignDetails>,
) -> Result<(), ApiError> {
    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    let stored = messaging_brands::find_or_begin(client, workspace_id).await?;
    match stored.state.editable() {
        Editable::All => {}
        Editable::Campaign if brand.as_ref().is_none_or(|brand| *brand == stored.details) => {}
        Editable::Campaign => {
            let detail = "the company is verified and cannot be changed any more".to_owned();
            return Err(ApiError::Conflict { code: "brand_is_verified", detail });
        }
        Editable::Nothing => return Err(in_progress()),
    }
    let details = brand.as_ref().unwrap_or(&stored.details);
    let campaign = campaign.as_ref().unwrap_or(&stored.campaign);
    messaging_brands::set_details(client, workspace_id, details, campaign).await?;
    note(entered, caller, Action::RegistrationSaved, &stored, json!({})).await?;
    Ok(())
}

/// It is submitted whatever the queue says.
async fn enqueue(state: &State, workspace_id: WorkspaceId, id: RegistrationId) {
    if let Err(error) = state.queue.send(ProvisioningWork::follow_registration(id, 0), Duration::ZERO).await {
        tracing::error!(%workspace_id, registration_id = %id, %error, "the registration is not queued, the sweep has to find it");
    }
}

/// Notes who did it; never what the workspace says about itself.
pub(crate) async fn note(
    entered: &Entered<'_>,
    caller: &Caller,
    action: Action,
    brand: &Brand,
    more: serde_json::Value,
) -> Result<(), DbError> {
    let entry = Entry {
        actor: Actor { user: &caller.user_id, impersonator: caller.actor.as_deref() },
        action,
        phone_number_id: None,
        provisioning_id: None,
        details: json!({ "registrationId": brand.id, "more": more }),
    };
    tracing::info!(workspace_id = %entered.workspace.id, registration_id = %brand.id, %action, "registration saved");
    audit_log::insert(entered.transaction, entered.workspace.id, &entry).await
}

pub(crate) fn in_progress() -> ApiError {
    let detail = "the registration is with the registry, or approved; nothing can be changed now".to_owned();
    ApiError::Conflict { code: "registration_in_progress", detail }
}
