use std::convert::Infallible;

use lambda_http::{Body, Request, Response};
use shared::{
    api::Cursor,
    auth::{self, Access, SessionTokenVerifier},
    clock,
    db::{Pool, Position, contact_exports, contacts, opt_outs},
    domain::ContactId,
    lambda::{self, ApiError, ApiReply, ShownMessages},
    storage::Storage,
};

use crate::api::ContactExport;

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Verifies session tokens.
    pub tokens: SessionTokenVerifier,
    /// The bucket of pictures, files and recordings.
    pub storage: Storage,
}

/// Answers the request.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    Ok(lambda::reply(export_contact(state, &request).await))
}

async fn export_contact(state: &State, request: &Request) -> Result<ApiReply, ApiError> {
    let caller = state.tokens.verify(lambda::bearer(request), clock::now())?;

    let workspace = lambda::path_parameter(request, "workspace")?;
    let contact = lambda::path_parameter(request, "contact")?.parse::<ContactId>();
    let (after, limit) = lambda::parse_page(request)?;

    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, &caller, &workspace, Access::Inspect).await?;

    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    let id = contact.map_err(|_| not_found())?;
    let contact = contacts::find(client, workspace_id, id).await?.ok_or_else(not_found)?;
    let former = contact_exports::list_former(client, workspace_id, id).await?;
    let conversations = contact_exports::list_conversations(client, workspace_id, id).await?;
    let mut parties = contact.phone_numbers.clone();
    parties.extend(conversations.iter().map(|conversation| conversation.counterpart.clone()));
    let opt_outs = opt_outs::list_of(client, workspace_id, &parties).await?;
    let mut rows = contact_exports::list_messages(client, workspace_id, id, after, limit + 1).await?;
    let next = lambda::cut_page(&mut rows, limit, |row| Position { at: row.created_at, id: row.id.0 });
    let shown = ShownMessages::find(client, workspace_id, rows).await?;
    entered.commit().await?;

    ApiReply::ok(&ContactExport {
        contact: contact.into(),
        former_contacts: former.into_iter().map(Into::into).collect(),
        opt_outs: opt_outs.into_iter().map(Into::into).collect(),
        conversations: conversations.into_iter().map(Into::into).collect(),
        messages: shown.with_addresses(&state.storage).await?,
        next_cursor: next.map(|position| Cursor(position).to_string()),
    })
}

fn not_found() -> ApiError {
    ApiError::NotFound { code: "contact_not_found", detail: "there is no such contact".to_owned() }
}
