use std::convert::Infallible;

use lambda_http::{Body, Request, Response};
use shared::{
    clock,
    db::{
        self, DbError, Pool,
        registrations::{self, Found},
    },
    domain::mask,
    lambda::{self, WebhookReply},
    signalwire::{VerifiedWebhook, Verifier},
};

use crate::event::{Meaning, RegistrationEvent};

/// The carrier's events give no cause of a failure.
const ASSIGNMENT_FAILED: &str = "The carrier did not admit this number to texting. The operator has to look into it.";

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Knows the public URL and the signing keys.
    pub verifier: Verifier,
}

/// Answers the carrier.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    let answer = async { receive_registration_event(state, &request).await.into_response() };
    Ok(lambda::measured("receive-registration-event", answer).await)
}

async fn receive_registration_event(state: &State, request: &Request) -> WebhookReply {
    let webhook = match lambda::verify_signalwire(&state.verifier, request) {
        Ok(webhook) => webhook,
        Err(reply) => return reply,
    };
    let event: RegistrationEvent = match webhook.json() {
        Ok(event) => event,
        Err(error) => return WebhookReply::Unreadable(Box::new(error)),
    };

    let stored = state.pool.retry_once(|| store(state, &webhook, &event)).await;

    match stored {
        Ok(()) => WebhookReply::NoContent,
        Err(error) => WebhookReply::NotStored(Box::new(error)),
    }
}

async fn store(state: &State, webhook: &VerifiedWebhook, event: &RegistrationEvent) -> Result<(), DbError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let meaning = event.meaning();
    let number = match meaning {
        Meaning::Other => None,
        Meaning::Activated | Meaning::Failed | Meaning::TriedAgain => {
            registrations::find_number(&transaction, event.number()).await?
        }
    };
    let at = event.happened_at().unwrap_or_else(clock::now);
    let moved = match (number, meaning) {
        (Some(Found { id, .. }), Meaning::Activated) => registrations::mark_activated(&transaction, id).await?,
        (Some(Found { id, .. }), Meaning::Failed) => {
            registrations::mark_failed(&transaction, id, ASSIGNMENT_FAILED, at).await?
        }
        (Some(Found { id, .. }), Meaning::TriedAgain) => registrations::mark_pending(&transaction, id, at).await?,
        (Some(_), Meaning::Other) | (None, _) => false,
    };
    registrations::record(&transaction, &db::content_key(webhook.body()), event.kind(), number).await?;
    transaction.commit().await?;
    log(event, meaning, number, moved);
    Ok(())
}

fn log(event: &RegistrationEvent, meaning: Meaning, number: Option<Found>, moved: bool) {
    let (kind, campaign_id) = (event.kind(), event.campaign_id.as_deref());
    let (order_id, phone_number_sid) = (event.number_assignment_order_id.as_deref(), event.phone_number_id.as_deref());
    match (number, meaning) {
        (None, Meaning::Other) => tracing::info!(kind, campaign_id, order_id, "registration event ignored"),
        (None, _) => {
            let phone_number = event.phone_number.as_deref().map(mask);
            tracing::warn!(kind, order_id, phone_number_sid, phone_number, "registration event of an unknown number");
        }
        (Some(Found { workspace_id, .. }), Meaning::Failed) if moved => {
            tracing::error!(%workspace_id, phone_number_sid, order_id, "the campaign assignment failed");
        }
        (Some(Found { workspace_id, .. }), _) => {
            tracing::info!(%workspace_id, phone_number_sid, kind, moved, "registration event received");
        }
    }
}
