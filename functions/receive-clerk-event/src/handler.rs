use std::convert::Infallible;

use lambda_http::{Body, Request, Response};
use shared::{
    actions::{
        WorkError,
        entitlement::{self, ReadBack},
        reservation,
    },
    clerk::{BackendClient, ClerkEvent, Event, SigningSecret, VerifiedEvent, Verifier},
    clock,
    config::BusinessConfig,
    db::{self, Connection, DbError, Pool, webhook_events, webhook_events::Outcome},
    domain::WorkspaceId,
    lambda::{self, WebhookReply, raw_body},
    queue::Sender,
};

use crate::apply::{self, News};

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Knows the signing secret.
    pub verifier: Verifier,
    /// Reads plans back; without a secret key they come from the events alone.
    pub clerk: Option<BackendClient>,
    /// Plans and limits.
    pub business: BusinessConfig,
    /// The provisioning queue.
    pub queue: Sender,
}

/// Answers Svix.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    let answer = async { receive_clerk_event(state, &request).await.into_response() };
    Ok(lambda::measured("receive-clerk-event", answer).await)
}

async fn receive_clerk_event(state: &State, request: &Request) -> WebhookReply {
    let verified = match state.verifier.verify(request.headers(), raw_body(request), clock::now()) {
        Ok(verified) => verified,
        Err(error) => {
            tracing::warn!(reason = ?error.reason(), "webhook refused");
            return WebhookReply::Forbidden;
        }
    };
    if verified.secret() == SigningSecret::Secondary {
        lambda::note_secondary_key();
    }
    let event = match verified.parse() {
        Ok(event) => event,
        Err(error) => return WebhookReply::Unreadable(Box::new(error)),
    };

    // Before the transaction, which must not wait for anybody.
    let read = read_back(state, &event).await;
    match take(state, &verified, &event, &read).await {
        Ok(()) => WebhookReply::Accepted,
        Err(error) => WebhookReply::NotStored(Box::new(error)),
    }
}

/// The whole subscription. An event is applied whether or not Clerk answers; the sweep asks again then.
async fn read_back(state: &State, event: &Event) -> ReadBack {
    let (Some(clerk), Some(organization_id)) = (&state.clerk, apply::billed_organization(event)) else {
        return ReadBack::NotAsked;
    };
    entitlement::read_back(clerk, organization_id).await.unwrap_or_else(|error| {
        tracing::warn!(
            clerk.organization_id = organization_id,
            error = &error as &dyn std::error::Error,
            "the plan could not be read back"
        );
        ReadBack::Failed
    })
}

async fn take(state: &State, verified: &VerifiedEvent, event: &Event, read: &ReadBack) -> Result<(), WorkError> {
    let mut connection = state.pool.get().await?;
    let workspace_id = store(state, &mut connection, verified, &News { event, read, now: clock::now() }).await?;
    if let Some(workspace_id) = workspace_id {
        reservation::enqueue(&mut connection, &state.queue, workspace_id).await?;
    }
    Ok(())
}

/// Applies the event, unless it was applied before; gives the workspace that it is about.
async fn store(
    state: &State,
    connection: &mut Connection,
    verified: &VerifiedEvent,
    news: &News<'_>,
) -> Result<Option<WorkspaceId>, DbError> {
    let (id, kind) = (verified.id(), news.event.kind.as_str());
    let ignored = matches!(news.event.data, ClerkEvent::Ignored);
    let outcome = if ignored { Outcome::Ignored } else { Outcome::Applied };

    let transaction = db::system_transaction(connection).await?;
    if !webhook_events::claim_clerk(&transaction, id, kind, outcome).await? {
        tracing::info!(svix.id = id, clerk.event = kind, "event received again");
        return webhook_events::find_workspace(&transaction, id).await;
    }
    let workspace_id = apply::apply(&transaction, &state.business, news).await?;
    if let Some(workspace_id) = workspace_id {
        webhook_events::set_workspace(&transaction, id, workspace_id).await?;
    }
    transaction.commit().await?;

    let workspace = workspace_id.map(tracing::field::display);
    tracing::info!(svix.id = id, clerk.event = kind, workspace_id = workspace, ignored, "event received");
    Ok(workspace_id)
}
