use std::convert::Infallible;

use lambda_http::{Body, Request, Response};
use serde::Serialize;
use shared::{
    api,
    auth::{self, Access, SessionTokenVerifier},
    clock,
    config::BusinessConfig,
    db::Pool,
    domain::PhoneNumber,
    lambda::{self, ApiError, ApiReply},
};

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Verifies session tokens.
    pub tokens: SessionTokenVerifier,
    /// Plans and limits.
    pub business: BusinessConfig,
    /// The shared number of the platform.
    pub platform_number: PhoneNumber,
}

/// The answer.
#[derive(Debug, Serialize)]
struct Answer {
    workspace: api::Workspace,
}

/// Answers the request.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    Ok(lambda::reply(read_workspace(state, &request).await))
}

async fn read_workspace(state: &State, request: &Request) -> Result<ApiReply, ApiError> {
    let caller = state.tokens.verify(lambda::bearer(request), clock::now())?;

    let path = lambda::path_parameter(request, "workspace")?;

    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, &caller, &path, Access::Read).await?;

    let workspace =
        api::Workspace::describe(entered.transaction, &entered.workspace, &state.business, &state.platform_number)
            .await?;

    ApiReply::ok(&Answer { workspace })
}
