//! What the platform's operator sees and notes: the carrier has no interface for corrections, nor for reasons.

use lambda_http::{Request, http::Method};
use serde_json::json;
use shared::{
    auth::Caller,
    clock,
    db::{
        self, DbError, Transaction,
        audit_log::{self, Action, Actor, Entry},
        messaging_brands::{self, Brand, Listed},
        messaging_campaigns::{self, Campaign},
        workspaces,
    },
    domain::{OperatorTask, RegistrationId, RegistrationState},
    lambda::{self, ApiError, ApiReply},
};

use crate::{
    api::{
        AdminRegistration, AdminRegistrationAnswer, AdminRegistrationsAnswer, NoteAction, NoteRegistrationRequest,
        RegisteredWorkspace,
    },
    handler::State,
    show,
};

const MOST: i64 = 200;
const LONGEST_REASON: usize = 500;

pub(crate) async fn answer(state: &State, request: &Request, caller: &Caller) -> Result<ApiReply, ApiError> {
    if !caller.is_platform_admin(&state.platform_admins) {
        // As if the route did not exist: nobody else has to know that it does.
        return Err(ApiError::NotFound { code: "not_found", detail: "There is no such resource.".to_owned() });
    }
    if request.method() == Method::GET { list(state, request).await } else { note(state, request, caller).await }
}

async fn list(state: &State, request: &Request) -> Result<ApiReply, ApiError> {
    let wanted = lambda::parse_query::<RegistrationState>(request, "state")?;
    let needs_operator = lambda::parse_query::<bool>(request, "needsOperator")?;

    let mut connection = state.pool.get().await?;
    let transaction = db::system_snapshot(&mut connection).await?;
    let mut registrations = Vec::new();
    for listed in messaging_brands::list_submitted(&transaction, wanted, MOST).await? {
        let shown = shown(&transaction, listed).await?;
        if needs_operator.is_none_or(|needs| needs == shown.needs_operator) {
            registrations.push(shown);
        }
    }
    transaction.commit().await.map_err(DbError::from)?;

    ApiReply::ok(&AdminRegistrationsAnswer { registrations })
}

async fn note(state: &State, request: &Request, caller: &Caller) -> Result<ApiReply, ApiError> {
    let id = lambda::path_parameter(request, "registration")?.parse::<RegistrationId>();
    let body: NoteRegistrationRequest = lambda::body_json(request)?;
    let reason = reason(&body)?;

    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let id = id.map_err(|_| unknown())?;
    let brand = messaging_brands::find_by_id(&transaction, id).await?.ok_or_else(unknown)?;
    let action = match reason {
        None => {
            resubmitted(state, &transaction, &brand).await?;
            Action::RegistrationResubmitted
        }
        Some(reason) => {
            if !messaging_brands::set_reason(&transaction, id, reason).await? {
                let detail = "nothing is refused that there could be a reason for".to_owned();
                return Err(ApiError::Conflict { code: "nothing_refused", detail });
            }
            Action::RegistrationExplained
        }
    };
    let entry = Entry {
        actor: Actor { user: &caller.user_id, impersonator: caller.actor.as_deref() },
        action,
        phone_number_id: None,
        provisioning_id: None,
        details: json!({ "registrationId": id }),
    };
    audit_log::insert(&transaction, brand.workspace_id, &entry).await?;
    let brand = messaging_brands::find_by_id(&transaction, id).await?.ok_or_else(unknown)?;
    let workspace_name = workspaces::get_name(&transaction, brand.workspace_id).await?;
    let registration = shown(&transaction, Listed { brand, workspace_name }).await?;
    transaction.commit().await.map_err(DbError::from)?;
    tracing::info!(workspace_id = %registration.workspace.id, registration_id = %id, %action, "the operator noted something");

    ApiReply::ok(&AdminRegistrationAnswer { registration })
}

/// The reason, when the note is one; `None`: the correction was handed in.
fn reason(body: &NoteRegistrationRequest) -> Result<Option<&str>, ApiError> {
    let given = body.reason.as_deref().map(str::trim);
    match (body.action, given) {
        (NoteAction::Resubmitted, None) => Ok(None),
        (NoteAction::Resubmitted, Some(_)) => Err(ApiError::invalid("reason", "belongs to the action reason")),
        (NoteAction::Reason, Some(text)) if is_reason(text) => Ok(Some(text)),
        (NoteAction::Reason, _) => {
            Err(ApiError::invalid("reason", format!("must be 1 to {LONGEST_REASON} characters")))
        }
    }
}

fn is_reason(text: &str) -> bool {
    (1..=LONGEST_REASON).contains(&text.chars().count()) && !text.contains('\0')
}

/// The carrier takes the fee when the correction is handed in.
async fn resubmitted(state: &State, client: &Transaction<'_>, brand: &Brand) -> Result<(), ApiError> {
    let now = clock::now();
    if !messaging_brands::mark_resubmitted(client, brand.id, now).await? {
        let detail = "no correction waits to be handed in".to_owned();
        return Err(ApiError::Conflict { code: "no_correction_requested", detail });
    }
    let cost = state.business.registration.brand_resubmission.cost_cents;
    let fee = (cost, brand.agreed_fees.unwrap_or_default().brand_cents);
    let key = format!("brand {} submission {}", brand.id, brand.submissions);
    messaging_brands::charge(client, brand.workspace_id, &key, fee, now).await?;
    Ok(())
}

async fn shown(client: &Transaction<'_>, listed: Listed) -> Result<AdminRegistration, DbError> {
    let Listed { brand, workspace_name } = listed;
    let campaign = messaging_campaigns::find_current(client, brand.workspace_id).await?;
    let task = task(&brand, campaign.as_ref());
    Ok(AdminRegistration {
        id: brand.id,
        workspace: RegisteredWorkspace { id: brand.workspace_id, name: workspace_name },
        state: brand.state,
        needs_operator: task.is_some(),
        operator_task: task,
        history: show::history(&brand)?,
        reason: brand.reason,
        brand: brand.details,
        campaign: brand.campaign,
        agreed_fees: brand.agreed_fees,
        carrier_brand_id: brand.carrier_brand_id,
        carrier_campaign_id: campaign.and_then(|campaign| campaign.carrier_campaign_id),
        correction_requested_at: brand.correction_requested_at,
        submitted_at: brand.submitted_at,
        updated_at: brand.updated_at,
    })
}

fn task(brand: &Brand, campaign: Option<&Campaign>) -> Option<OperatorTask> {
    if brand.workspace_deleted {
        // Nobody reads a reason any more, and a correction would cost.
        let waits = campaign.is_some_and(|campaign| campaign.end_requested_at.is_some());
        return waits.then_some(OperatorTask::EndCampaign);
    }
    if brand.correction_requested_at.is_some() {
        return Some(OperatorTask::HandInCorrection);
    }
    (brand.state.is_refusal() && brand.reason.is_none()).then_some(OperatorTask::GiveReason)
}

fn unknown() -> ApiError {
    ApiError::NotFound { code: "registration_not_found", detail: "there is no such registration".to_owned() }
}
