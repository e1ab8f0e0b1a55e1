use std::{convert::Infallible, time::Duration};

use lambda_http::{Body, Request, Response};
use serde_json::json;
use shared::{
    auth::{self, Access, Caller, Entered, SessionTokenVerifier},
    clock,
    db::{
        self, DbError, Pool,
        audit_log::{self, Action, Actor, Entry},
        carrier_releases, number_changes,
        numbers::Number,
        workspaces,
    },
    domain::{GONE_FROM_CARRIER, NumberStatus, PhoneNumberId, WorkspaceId},
    lambda::{self, ApiError, ApiReply},
    queue::{ProvisioningWork, QueueError, Sender},
};

use crate::api::ReleaseNumberAnswer;

/// docs/porting.md: who wants to take a number along to another provider must not release it.
const NOTICE: &str = "The number goes back to the carrier. It cannot be ported to another provider any more, and nobody can promise \
    that it can be had again.";

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Verifies session tokens.
    pub tokens: SessionTokenVerifier,
    /// The provisioning queue.
    pub queue: Sender,
}

/// Answers the request.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    Ok(lambda::reply(release_number(state, &request).await))
}

async fn release_number(state: &State, request: &Request) -> Result<ApiReply, ApiError> {
    let caller = state.tokens.verify(lambda::bearer(request), clock::now())?;

    let workspace = lambda::path_parameter(request, "workspace")?;
    let id = lambda::path_parameter(request, "number")?.parse();

    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, &caller, &workspace, Access::Administer).await?;

    let workspace_id = entered.workspace.id;
    let number = release(&entered, &caller, id.map_err(|_| unknown_number())?).await?;
    let unqueued = carrier_releases::is_unqueued(entered.transaction, workspace_id, number.id).await?;
    entered.commit().await?;
    drop(connection);

    // It is released whatever the queue says.
    if unqueued && let Err(error) = enqueue(state, workspace_id, number.id).await {
        tracing::error!(%workspace_id, phone_number_sid = number.phone_number_sid, %error,
            "the release is not queued, the sweep has to find it");
    }
    ApiReply::ok(&ReleaseNumberAnswer { phone_number: number.into(), notice: NOTICE })
}

/// Under the workspace's lock: of two simultaneous releases the second sees what the first has left.
async fn release(entered: &Entered<'_>, caller: &Caller, id: PhoneNumberId) -> Result<Number, ApiError> {
    let (client, workspace_id) = (entered.transaction, entered.workspace.id);
    workspaces::lock(client, workspace_id).await?;
    let number = number_changes::find(client, workspace_id, id).await?.ok_or_else(unknown_number)?;
    if number.status == NumberStatus::Released {
        return Ok(number);
    }
    // One that the carrier does not have is no number to keep, and stands in the way of another.
    let is_gone = number.messaging_failure_reason.as_deref() == Some(GONE_FROM_CARRIER);
    if !is_gone && number_changes::list_active(client, workspace_id).await? == [id] {
        let detail = "the last active number of a workspace cannot be released".to_owned();
        return Err(ApiError::Conflict { code: "last_number", detail });
    }
    let number = number_changes::mark_released(client, workspace_id, id).await?.ok_or_else(unknown_number)?;
    carrier_releases::insert(client, workspace_id, id, &number.phone_number_sid).await?;
    let entry = Entry {
        actor: Actor { user: &caller.user_id, impersonator: caller.actor.as_deref() },
        action: Action::Released,
        phone_number_id: Some(id),
        provisioning_id: None,
        details: json!({ "phoneNumberSid": number.phone_number_sid, "numberType": number.number_type }),
    };
    audit_log::insert(client, workspace_id, &entry).await?;
    tracing::info!(%workspace_id, phone_number_sid = number.phone_number_sid, "number released");
    Ok(number)
}

/// Why the carrier's side is not queued.
#[derive(Debug, thiserror::Error)]
enum NotQueued {
    #[error(transparent)]
    Database(#[from] DbError),
    #[error(transparent)]
    Queue(#[from] QueueError),
}

async fn enqueue(state: &State, workspace_id: WorkspaceId, id: PhoneNumberId) -> Result<(), NotQueued> {
    state.queue.send(ProvisioningWork::release(id), Duration::ZERO).await?;
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    carrier_releases::mark_queued(&transaction, workspace_id, id).await?;
    transaction.commit().await.map_err(DbError::from)?;
    Ok(())
}

fn unknown_number() -> ApiError {
    ApiError::NotFound { code: "number_not_found", detail: "there is no such number".to_owned() }
}
