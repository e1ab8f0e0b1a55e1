use std::convert::Infallible;

use lambda_http::{Body, Request, Response, http::StatusCode};
use shared::{
    auth::{self, Access, SessionTokenVerifier},
    clock,
    db::{Pool, contacts},
    lambda::{self, ApiError, ApiReply},
};

use crate::{
    api::ContactAnswer,
    edit, merge,
    request::{self, Order},
};

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Verifies session tokens.
    pub tokens: SessionTokenVerifier,
}

/// Answers the request.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    Ok(lambda::reply(save_contact(state, &request).await))
}

async fn save_contact(state: &State, request: &Request) -> Result<ApiReply, ApiError> {
    let caller = state.tokens.verify(lambda::bearer(request), clock::now())?;

    let workspace = lambda::path_parameter(request, "workspace")?;
    let order = request::parse(request)?;

    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, &caller, &workspace, Access::Write).await?;

    let (status, id) = match order {
        Order::Create(fields) => (StatusCode::CREATED, edit::create(&entered, fields).await?),
        Order::Edit(id, fields) => (StatusCode::OK, edit::edit(&entered, id, fields).await?),
        Order::Merge { kept, other } => (StatusCode::OK, merge::merge(&entered, &caller, kept, other).await?),
    };
    let workspace_id = entered.workspace.id;
    let contact = contacts::get(entered.transaction, workspace_id, id).await?;
    entered.commit().await?;

    tracing::info!(%workspace_id, contact_id = %id, "contact saved");
    ApiReply::with_status(status, &ContactAnswer { contact: contact.into() })
}

pub(crate) fn not_found() -> ApiError {
    ApiError::NotFound { code: "contact_not_found", detail: "there is no such contact".to_owned() }
}
