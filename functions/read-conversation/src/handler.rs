use std::convert::Infallible;

use lambda_http::{Body, Request, Response};
use serde::Serialize;
use shared::{
    api::{self, Cursor},
    auth::{self, Access, SessionTokenVerifier},
    clock,
    db::{Pool, Position, conversations, messages},
    domain::ConversationId,
    lambda::{self, ApiError, ApiReply, ShownMessages},
    storage::Storage,
};

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Verifies session tokens.
    pub tokens: SessionTokenVerifier,
    /// The bucket of pictures and files.
    pub storage: Storage,
}

/// The answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    conversation: api::Conversation,
    messages: Vec<api::Message>,
    next_cursor: Option<String>,
}

/// Answers the request.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    Ok(lambda::reply(read_conversation(state, &request).await))
}

async fn read_conversation(state: &State, request: &Request) -> Result<ApiReply, ApiError> {
    let caller = state.tokens.verify(lambda::bearer(request), clock::now())?;

    let workspace = lambda::path_parameter(request, "workspace")?;
    let conversation = lambda::path_parameter(request, "conversation")?;
    let (after, limit) = lambda::parse_page(request)?;

    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, &caller, &workspace, Access::Read).await?;

    // An id that is no UUID names nothing, as one of another workspace does.
    let id: ConversationId = conversation.parse().map_err(|_| not_found())?;
    let workspace_id = entered.workspace.id;
    let shown = conversations::find_shown(entered.transaction, workspace_id, id).await?.ok_or_else(not_found)?;
    let mut rows = messages::list(entered.transaction, workspace_id, id, after, limit + 1).await?;
    let next = lambda::cut_page(&mut rows, limit, |row| Position { at: row.created_at, id: row.id.0 });
    let found = ShownMessages::find(entered.transaction, workspace_id, rows).await?;
    drop(entered);

    let messages = found.with_addresses(&state.storage).await?;
    ApiReply::ok(&Page {
        conversation: shown.into(),
        messages,
        next_cursor: next.map(|position| Cursor(position).to_string()),
    })
}

fn not_found() -> ApiError {
    ApiError::NotFound { code: "conversation_not_found", detail: "there is no such conversation".to_owned() }
}
