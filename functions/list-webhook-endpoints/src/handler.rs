use std::convert::Infallible;

use lambda_http::{Body, Request, Response};
use serde::Serialize;
use shared::{
    api::{Cursor, WebhookDelivery, WebhookEndpoint},
    auth::{self, Access, Caller, SessionTokenVerifier},
    clock,
    db::{Pool, Position, webhook_deliveries, webhook_endpoints},
    domain::WebhookEndpointId,
    lambda::{self, ApiError, ApiReply},
};

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Verifies session tokens.
    pub tokens: SessionTokenVerifier,
}

/// The answer about all endpoints.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Endpoints {
    webhook_endpoints: Vec<WebhookEndpoint>,
}

/// The answer about one endpoint's deliveries.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Deliveries {
    deliveries: Vec<WebhookDelivery>,
    next_cursor: Option<String>,
}

/// Answers the request.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    let answer = match lambda::optional_path_parameter(&request, "endpoint") {
        None => list_webhook_endpoints(state, &request).await,
        Some(endpoint) => list_deliveries(state, &request, &endpoint).await,
    };
    Ok(lambda::reply(answer))
}

async fn list_webhook_endpoints(state: &State, request: &Request) -> Result<ApiReply, ApiError> {
    let caller = authenticate(state, request)?;

    let workspace = lambda::path_parameter(request, "workspace")?;

    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, &caller, &workspace, Access::Inspect).await?;

    let rows = webhook_endpoints::list(entered.transaction, entered.workspace.id).await?;

    ApiReply::ok(&Endpoints { webhook_endpoints: rows.into_iter().map(Into::into).collect() })
}

async fn list_deliveries(state: &State, request: &Request, endpoint: &str) -> Result<ApiReply, ApiError> {
    let caller = authenticate(state, request)?;

    let workspace = lambda::path_parameter(request, "workspace")?;
    let endpoint = endpoint.parse::<WebhookEndpointId>();
    let (after, limit) = lambda::parse_page(request)?;

    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, &caller, &workspace, Access::Inspect).await?;

    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    let id = endpoint.map_err(|_| not_found())?;
    let known = webhook_endpoints::list(client, workspace_id).await?;
    if !known.iter().any(|endpoint| endpoint.id == id) {
        return Err(not_found());
    }
    let mut rows = webhook_deliveries::list(client, workspace_id, id, after, limit + 1).await?;

    let next = lambda::cut_page(&mut rows, limit, |row| Position { at: row.created_at, id: row.id.0 });
    ApiReply::ok(&Deliveries {
        deliveries: rows.into_iter().map(Into::into).collect(),
        next_cursor: next.map(|position| Cursor(position).to_string()),
    })
}

fn authenticate(state: &State, request: &Request) -> Result<Caller, ApiError> {
    Ok(state.tokens.verify(lambda::bearer(request), clock::now())?)
}

fn not_found() -> ApiError {
    ApiError::NotFound { code: "webhook_endpoint_not_found", detail: "there is no such webhook endpoint".to_owned() }
}
