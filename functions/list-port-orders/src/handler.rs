use std::convert::Infallible;

use lambda_http::{Body, Request, Response};
use serde::Serialize;
use shared::{
    actions::porting,
    api::{Cursor, PortOrder, PortOrderSummary, Secrets},
    auth::{self, Access, Caller, SessionTokenVerifier},
    clock,
    db::{Pool, Position, port_orders},
    domain::{PortOrderId, PortOrderState},
    lambda::{self, ApiError, ApiReply},
    storage::Storage,
};

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Verifies session tokens.
    pub tokens: SessionTokenVerifier,
    /// The bucket of documents.
    pub storage: Storage,
}

/// The answer about all orders.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Orders {
    port_orders: Vec<PortOrderSummary>,
    next_cursor: Option<String>,
}

/// The answer about one.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct OneOrder {
    port_order: PortOrder,
}

/// Answers the request.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    let answer = match lambda::optional_path_parameter(&request, "portOrder") {
        None => list_port_orders(state, &request).await,
        Some(id) => read_port_order(state, &request, &id).await,
    };
    Ok(lambda::reply(answer))
}

async fn list_port_orders(state: &State, request: &Request) -> Result<ApiReply, ApiError> {
    let caller = authenticate(state, request)?;

    let workspace = lambda::path_parameter(request, "workspace")?;
    let filter: Option<PortOrderState> = lambda::parse_query(request, "state")?;
    let (after, limit) = lambda::parse_page(request)?;

    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, &caller, &workspace, Access::Read).await?;

    let mut rows = port_orders::list(entered.transaction, entered.workspace.id, filter, after, limit + 1).await?;

    let next = lambda::cut_page(&mut rows, limit, |row| Position { at: row.order.created_at, id: row.order.id.0 });
    ApiReply::ok(&Orders {
        port_orders: rows.into_iter().map(Into::into).collect(),
        next_cursor: next.map(|position| Cursor(position).to_string()),
    })
}

async fn read_port_order(state: &State, request: &Request, id: &str) -> Result<ApiReply, ApiError> {
    let caller = authenticate(state, request)?;

    let workspace = lambda::path_parameter(request, "workspace")?;
    let id = id.parse::<PortOrderId>();

    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, &caller, &workspace, Access::Read).await?;

    let id = id.map_err(|_| not_found())?;
    let whole = porting::find(entered.transaction, entered.workspace.id, id).await?;
    drop(entered);

    let mut whole = whole.ok_or_else(not_found)?;
    let secrets = if caller.is_admin_in_person() { Secrets::Shown } else { Secrets::Hidden };
    if secrets == Secrets::Shown {
        whole.sign_documents(&state.storage).await.map_err(|error| ApiError::Internal(Box::new(error)))?;
    }
    ApiReply::ok(&OneOrder { port_order: PortOrder::new(whole, secrets) })
}

fn authenticate(state: &State, request: &Request) -> Result<Caller, ApiError> {
    Ok(state.tokens.verify(lambda::bearer(request), clock::now())?)
}

fn not_found() -> ApiError {
    ApiError::NotFound { code: "port_order_not_found", detail: "there is no such port order".to_owned() }
}
