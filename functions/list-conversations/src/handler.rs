use std::convert::Infallible;

use lambda_http::{Body, Request, Response};
use serde::Serialize;
use shared::{
    api::{self, Cursor},
    auth::{self, Access, Caller, SessionTokenVerifier},
    clock,
    db::{
        Pool, Position,
        conversations::{self, Assigned, Filter},
    },
    domain::{ConversationStatus, UserIdError},
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
    conversations: Vec<api::Conversation>,
    next_cursor: Option<String>,
}

/// Answers the request.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    Ok(lambda::reply(list_conversations(state, &request).await))
}

async fn list_conversations(state: &State, request: &Request) -> Result<ApiReply, ApiError> {
    let caller = state.tokens.verify(lambda::bearer(request), clock::now())?;

    let workspace = lambda::path_parameter(request, "workspace")?;
    let filter = parse_filter(request, &caller)?;
    let (after, limit) = lambda::parse_page(request)?;

    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, &caller, &workspace, Access::Read).await?;

    let mut rows = conversations::list(entered.transaction, entered.workspace.id, &filter, after, limit + 1).await?;

    let next = lambda::cut_page(&mut rows, limit, |row| Position { at: row.last_message_at, id: row.id.0 });
    ApiReply::ok(&Page {
        conversations: rows.into_iter().map(Into::into).collect(),
        next_cursor: next.map(|position| Cursor(position).to_string()),
    })
}

fn parse_filter(request: &Request, caller: &Caller) -> Result<Filter, ApiError> {
    Ok(Filter {
        number_type: lambda::parse_query(request, "numberType")?,
        phone_number_id: lambda::parse_query(request, "phoneNumberId")?,
        channel: lambda::parse_query(request, "channel")?,
        status: parse_status(request)?,
        unread: lambda::parse_query(request, "unread")?,
        assigned_to: parse_assigned(request, caller)?,
        search: lambda::parse_search(request)?,
    })
}

/// What is not asked for otherwise is the inbox: what nobody has put away.
fn parse_status(request: &Request) -> Result<Option<ConversationStatus>, ApiError> {
    if lambda::query(request, "status").as_deref() == Some("all") {
        return Ok(None);
    }
    let status = lambda::parse_query(request, "status")?;
    Ok(Some(status.unwrap_or(ConversationStatus::Open)))
}

fn parse_assigned(request: &Request, caller: &Caller) -> Result<Option<Assigned>, ApiError> {
    let user = match lambda::query(request, "assignedTo").as_deref() {
        None => return Ok(None),
        Some("none") => return Ok(Some(Assigned::Nobody)),
        Some("me") => caller.user_id.parse(),
        Some(user) => user.parse(),
    };
    user.map(|user| Some(Assigned::To(user)))
        .map_err(|_: UserIdError| ApiError::invalid("assignedTo", "must be `me`, `none` or the id of a Clerk user"))
}
