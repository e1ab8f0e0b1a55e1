use std::convert::Infallible;

use lambda_http::{Body, Request, Response, http::StatusCode};
use serde_json::json;
use shared::{
    auth::{self, Access, SessionTokenVerifier},
    clock,
    db::{
        Pool,
        audit_log::{self, Action, Actor, Entry},
        contact_erasures::{self, Begun},
    },
    domain::ContactId,
    lambda::{self, ApiError, ApiReply},
};

use crate::api::EraseContactAnswer;

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Verifies session tokens.
    pub tokens: SessionTokenVerifier,
}

/// Answers the request.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    Ok(lambda::reply(erase_contact(state, &request).await))
}

async fn erase_contact(state: &State, request: &Request) -> Result<ApiReply, ApiError> {
    let caller = state.tokens.verify(lambda::bearer(request), clock::now())?;

    let workspace = lambda::path_parameter(request, "workspace")?;
    let contact = lambda::path_parameter(request, "contact")?.parse::<ContactId>();

    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, &caller, &workspace, Access::Administer).await?;

    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    let id = contact.map_err(|_| not_found())?;
    if contact_erasures::begin(client, id, &caller.user_id).await?.ok_or_else(not_found)? == Begun::Now {
        let entry = Entry {
            actor: Actor { user: &caller.user_id, impersonator: caller.actor.as_deref() },
            action: Action::ContactErased,
            phone_number_id: None,
            provisioning_id: None,
            details: json!({ "contactId": id }),
        };
        audit_log::insert(client, workspace_id, &entry).await?;
        tracing::info!(%workspace_id, contact_id = %id, "contact erased");
    }
    let erasure = contact_erasures::get(client, workspace_id, id).await?;
    entered.commit().await?;

    ApiReply::with_status(StatusCode::ACCEPTED, &EraseContactAnswer { erasure: erasure.into() })
}

fn not_found() -> ApiError {
    ApiError::NotFound { code: "contact_not_found", detail: "there is no such contact".to_owned() }
}
