use std::convert::Infallible;

use lambda_http::{Body, Request, Response};
use serde::Serialize;
use shared::{
    api::{self, Cursor},
    auth::{self, Access, SessionTokenVerifier},
    clock,
    db::{Pool, Position, contacts},
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
    contacts: Vec<api::Contact>,
    next_cursor: Option<String>,
}

/// Answers the request.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    Ok(lambda::reply(list_contacts(state, &request).await))
}

async fn list_contacts(state: &State, request: &Request) -> Result<ApiReply, ApiError> {
    let caller = state.tokens.verify(lambda::bearer(request), clock::now())?;

    let workspace = lambda::path_parameter(request, "workspace")?;
    let search = lambda::parse_search(request)?;
    let (after, limit) = lambda::parse_page(request)?;

    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, &caller, &workspace, Access::Read).await?;

    let workspace_id = entered.workspace.id;
    let mut rows = contacts::list(entered.transaction, workspace_id, search.as_ref(), after, limit + 1).await?;

    let next = lambda::cut_page(&mut rows, limit, |row| Position { at: row.created_at, id: row.id.0 });
    ApiReply::ok(&Page {
        contacts: rows.into_iter().map(Into::into).collect(),
        next_cursor: next.map(|position| Cursor(position).to_string()),
    })
}
