use std::convert::Infallible;

use lambda_http::{Body, Request, Response};
use serde::Serialize;
use serde_json::json;
use shared::{
    api,
    auth::{self, Access, SessionTokenVerifier},
    clock,
    db::{
        Pool,
        audit_log::{self, Action, Actor, Entry},
        opt_outs,
    },
    domain::{OptOutId, mask},
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
struct Removed {
    opt_out: api::OptOut,
}

/// Answers the request.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    Ok(lambda::reply(remove_opt_out(state, &request).await))
}

async fn remove_opt_out(state: &State, request: &Request) -> Result<ApiReply, ApiError> {
    let caller = state.tokens.verify(lambda::bearer(request), clock::now())?;

    let workspace = lambda::path_parameter(request, "workspace")?;
    let id = lambda::path_parameter(request, "optOut")?.parse::<OptOutId>();

    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, &caller, &workspace, Access::Administer).await?;

    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    let id = id.map_err(|_| unknown_opt_out())?;
    let removed = opt_outs::remove(client, workspace_id, id).await?.ok_or_else(unknown_opt_out)?;
    let entry = Entry {
        actor: Actor { user: &caller.user_id, impersonator: caller.actor.as_deref() },
        action: Action::OptOutRemoved,
        phone_number_id: removed.phone_number_id,
        provisioning_id: None,
        details: json!({ "optOutId": id, "source": removed.source }),
    };
    audit_log::insert(client, workspace_id, &entry).await?;
    entered.commit().await?;

    tracing::info!(%workspace_id, counterpart = mask(&removed.counterpart), "opt-out removed by an admin");
    ApiReply::ok(&Removed { opt_out: removed.into() })
}

fn unknown_opt_out() -> ApiError {
    ApiError::NotFound { code: "opt_out_not_found", detail: "there is no such opt-out".to_owned() }
}
