use std::convert::Infallible;

use lambda_http::{Body, Request, Response, http::StatusCode};
use serde_json::json;
use shared::{
    actions::inbox,
    api::WebhookDelivery,
    auth::{self, Access, Caller, Entered, SessionTokenVerifier},
    clock,
    db::{
        DbError, Pool,
        audit_log::{self, Action, Actor, Entry},
        webhook_endpoints::{self, Endpoint},
    },
    domain::{WebhookDestinations, WebhookEndpointId},
    lambda::{self, ApiError, ApiReply},
    queue::WebhookSender,
};

use crate::{
    api::{WebhookDeliveryAnswer, WebhookEndpointAnswer, WebhookSecretAnswer},
    change,
    request::{self, Order},
    trial,
};

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Verifies session tokens.
    pub tokens: SessionTokenVerifier,
    /// Which addresses are allowed.
    pub destinations: WebhookDestinations,
    /// The queue of webhooks.
    pub queue: WebhookSender,
}

/// Answers the request.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    Ok(lambda::reply(save_webhook_endpoint(state, &request).await))
}

async fn save_webhook_endpoint(state: &State, request: &Request) -> Result<ApiReply, ApiError> {
    let caller = state.tokens.verify(lambda::bearer(request), clock::now())?;

    let workspace = lambda::path_parameter(request, "workspace")?;
    let order = request::parse(request, state.destinations);

    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, &caller, &workspace, Access::Administer).await?;

    let workspace_id = entered.workspace.id;
    let done = act(&entered, &caller, order?).await?;
    entered.commit().await?;

    match done {
        Done::Secret(status, endpoint, secret) => {
            ApiReply::with_status(status, &WebhookSecretAnswer { webhook_endpoint: endpoint.into(), secret })
        }
        Done::Changed(endpoint) => ApiReply::ok(&WebhookEndpointAnswer { webhook_endpoint: endpoint.into() }),
        Done::Due(delivery) => {
            inbox::queue_webhooks(&state.queue, workspace_id).await;
            ApiReply::with_status(StatusCode::ACCEPTED, &WebhookDeliveryAnswer { delivery: *delivery })
        }
    }
}

/// What was done.
enum Done {
    /// There is a new secret.
    Secret(StatusCode, Endpoint, String),
    /// The endpoint is another.
    Changed(Endpoint),
    /// Something is to be delivered.
    Due(Box<WebhookDelivery>),
}

async fn act(entered: &Entered<'_>, caller: &Caller, order: Order) -> Result<Done, ApiError> {
    match order {
        Order::Create(fields) => {
            let (endpoint, secret) = change::create(entered, caller, fields).await?;
            Ok(Done::Secret(StatusCode::CREATED, endpoint, secret))
        }
        Order::Change(id, fields) => change::change(entered, caller, id, fields).await.map(Done::Changed),
        Order::Delete(id) => change::delete(entered, caller, id).await.map(Done::Changed),
        Order::RotateSecret(id) => {
            let (endpoint, secret) = change::rotate_secret(entered, caller, id).await?;
            Ok(Done::Secret(StatusCode::OK, endpoint, secret))
        }
        Order::Test(id) => trial::test(entered, id).await.map(Box::new).map(Done::Due),
        Order::Replay(id, delivery) => trial::replay(entered, id, delivery).await.map(Box::new).map(Done::Due),
    }
}

/// The endpoint, locked: what is decided about it holds until the end.
pub(crate) async fn get_locked(entered: &Entered<'_>, id: Option<WebhookEndpointId>) -> Result<Endpoint, ApiError> {
    let id = id.ok_or_else(not_found)?;
    webhook_endpoints::find_locked(entered.transaction, entered.workspace.id, id).await?.ok_or_else(not_found)
}

/// Notes who did it.
pub(crate) async fn note(
    entered: &Entered<'_>,
    caller: &Caller,
    action: Action,
    id: WebhookEndpointId,
) -> Result<(), DbError> {
    let entry = Entry {
        actor: Actor { user: &caller.user_id, impersonator: caller.actor.as_deref() },
        action,
        phone_number_id: None,
        provisioning_id: None,
        details: json!({ "webhookEndpointId": id }),
    };
    tracing::info!(workspace_id = %entered.workspace.id, endpoint_id = %id, %action, "webhook endpoint saved");
    audit_log::insert(entered.transaction, entered.workspace.id, &entry).await
}

fn not_found() -> ApiError {
    ApiError::NotFound { code: "webhook_endpoint_not_found", detail: "there is no such webhook endpoint".to_owned() }
}
