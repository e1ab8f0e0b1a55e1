use std::convert::Infallible;

use lambda_http::{Body, Request, Response};
use serde::Serialize;
use shared::{
    api::{self, Cursor},
    auth::{self, Access, SessionTokenVerifier},
    clock,
    db::{Pool, Position, opt_outs},
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
#[serde(rename_all = "camelCase")]
struct Page {
    opt_outs: Vec<api::OptOut>,
    next_cursor: Option<String>,
}

/// Answers the request.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    Ok(lambda::reply(list_opt_outs(state, &request).await))
}

async fn list_opt_outs(state: &State, request: &Request) -> Result<ApiReply, ApiError> {
    let caller = state.tokens.verify(lambda::bearer(request), clock::now())?;

    let workspace = lambda::path_parameter(request, "workspace")?;
    let (after, limit) = lambda::parse_page(request)?;

    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, &caller, &workspace, Access::Read).await?;

    let mut rows = opt_outs::list(entered.transaction, entered.workspace.id, after, limit + 1).await?;

    let next = lambda::cut_page(&mut rows, limit, |row| Position { at: row.opted_out_at, id: row.id.0 });
    ApiReply::ok(&Page {
        opt_outs: rows.into_iter().map(Into::into).collect(),
        next_cursor: next.map(|position| Cursor(position).to_string()),
    })
}
