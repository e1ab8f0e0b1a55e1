use std::{convert::Infallible, time::Duration};

use lambda_http::{Body, Request, Response};
use shared::{
    clerk::{ClerkEvent, Event, VerifiedEvent, Verifier},
    clock,
    config::BusinessConfig,
    db::{self, Connection, DbError, Pool, provisionings, webhook_events, webhook_events::Outcome},
    domain::WorkspaceId,
    lambda::{WebhookReply, raw_body},
    queue::{ProvisioningWork, QueueError, Sender},
};

use crate::apply;

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Knows the signing secret.
    pub verifier: Verifier,
    /// Plans and limits.
    pub business: BusinessConfig,
    /// The provisioning queue.
    pub queue: Sender,
}

/// Why an event could not be taken.
#[derive(Debug, thiserror::Error)]
enum NotTaken {
    #[error(transparent)]
    Database(#[from] DbError),
    #[error(transparent)]
    Queue(#[from] QueueError),
}

/// Answers Svix.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    Ok(receive_clerk_event(state, &request).await.into_response())
}

async fn receive_clerk_event(state: &State, request: &Request) -> WebhookReply {
    let verified = match state.verifier.verify(request.headers(), raw_body(request), clock::now()) {
        Ok(verified) => verified,
        Err(error) => {
            tracing::warn!(reason = ?error.reason(), "webhook refused");
            return WebhookReply::Forbidden;
        }
    };
    let event = match verified.parse() {
        Ok(event) => event,
        Err(error) => return WebhookReply::Unreadable(Box::new(error)),
    };

    match take(state, &verified, &event).await {
        Ok(()) => WebhookReply::Accepted,
        Err(error) => WebhookReply::NotStored(Box::new(error)),
    }
}

async fn take(state: &State, verified: &VerifiedEvent, event: &Event) -> Result<(), NotTaken> {
    let mut connection = state.pool.get().await?;
    let workspace_id = store(state, &mut connection, verified, event).await?;
    if let Some(workspace_id) = workspace_id {
        enqueue(state, &mut connection, workspace_id).await?;
    }
    Ok(())
}

/// Applies the event, unless it was applied before; gives the workspace that it is about.
async fn store(
    state: &State,
    connection: &mut Connection,
    verified: &VerifiedEvent,
    event: &Event,
) -> Result<Option<WorkspaceId>, DbError> {
    let (id, kind) = (verified.id(), event.kind.as_str());
    let ignored = matches!(event.data, ClerkEvent::Ignored | ClerkEvent::PaymentAttempt(_));
    let outcome = if ignored { Outcome::Ignored } else { Outcome::Applied };

    let transaction = db::system_transaction(connection).await?;
    if !webhook_events::claim_clerk(&transaction, id, kind, outcome).await? {
        tracing::info!(svix.id = id, clerk.event = kind, "event received again");
        return webhook_events::find_workspace(&transaction, id).await;
    }
    let workspace_id = apply::apply(&transaction, &state.business, event, clock::now()).await?;
    if let Some(workspace_id) = workspace_id {
        webhook_events::set_workspace(&transaction, id, workspace_id).await?;
    }
    transaction.commit().await?;

    let workspace = workspace_id.map(tracing::field::display);
    tracing::info!(svix.id = id, clerk.event = kind, workspace_id = workspace, ignored, "event received");
    Ok(workspace_id)
}

/// Sends a queue message for each reservation that has none, and notes it. A process that dies in between sends twice,
/// which the worker's lease makes harmless.
async fn enqueue(state: &State, connection: &mut Connection, workspace_id: WorkspaceId) -> Result<(), NotTaken> {
    let transaction = db::system_transaction(connection).await?;
    let unqueued = provisionings::list_unqueued(&transaction, workspace_id).await?;
    transaction.commit().await.map_err(DbError::from)?;

    for id in unqueued {
        state.queue.send(ProvisioningWork::settle(id), Duration::ZERO).await?;
        let transaction = db::system_transaction(connection).await?;
        provisionings::mark_queued(&transaction, id).await?;
        transaction.commit().await.map_err(DbError::from)?;
        tracing::info!(%workspace_id, provisioning_id = %id, "provisioning queued");
    }
    Ok(())
}
