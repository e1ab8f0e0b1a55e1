use std::convert::Infallible;

use lambda_http::{Body, Request, Response};
use serde::Serialize;
use shared::{
    api,
    auth::{self, Access, SessionTokenVerifier},
    clock,
    db::{Pool, users},
    lambda::{self, ApiError, ApiReply},
};

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Verifies session tokens.
    pub tokens: SessionTokenVerifier,
}

/// The answer.
#[derive(Debug, Serialize)]
struct Members {
    members: Vec<api::Member>,
}

/// Answers the request.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    Ok(lambda::reply(list_members(state, &request).await))
}

async fn list_members(state: &State, request: &Request) -> Result<ApiReply, ApiError> {
    let caller = state.tokens.verify(lambda::bearer(request), clock::now())?;

    let workspace = lambda::path_parameter(request, "workspace")?;

    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, &caller, &workspace, Access::Read).await?;

    let members = users::list_members(entered.transaction, entered.workspace.id).await?;

    ApiReply::ok(&Members { members: members.into_iter().map(Into::into).collect() })
}
