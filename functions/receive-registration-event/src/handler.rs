use std::convert::Infallible;

use chrono::{DateTime, Utc};
use lambda_http::{Body, Request, Response};
use serde::Deserialize;
use shared::{
    clock,
    db::{
        self, DbError, Pool,
        registrations::{self, Found, NumberKey},
    },
    domain::mask,
    lambda::{self, WebhookReply},
    signalwire::{VerifiedWebhook, Verifier},
};

/// The carrier's events give no cause of a failure.
const ASSIGNMENT_FAILED: &str = "The carrier did not admit this number to texting. The operator has to look into it.";

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Knows the public URL and the signing keys.
    pub verifier: Verifier,
}

/// A change in the registry (SignalWire REST, 10DLC status callback). Every field may be missing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RegistrationEvent {
    event_type: Option<String>,
    event_at: Option<String>,
    phone_number_id: Option<String>,
    phone_number: Option<String>,
    campaign_id: Option<String>,
    number_assignment_order_id: Option<String>,
}

/// What an event means for a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Activated,
    Failed,
    TriedAgain,
    /// Nothing: brands, campaigns, orders, and kinds that do not exist yet.
    Other,
}

impl RegistrationEvent {
    fn kind(&self) -> &str {
        self.event_type.as_deref().unwrap_or("unknown")
    }

    fn meaning(&self) -> Meaning {
        match self.kind() {
            "number_assignment_activated" => Meaning::Activated,
            "number_assignment_failed" => Meaning::Failed,
            "number_assignment_pending" => Meaning::TriedAgain,
            _ => Meaning::Other,
        }
    }

    fn happened_at(&self) -> Option<DateTime<Utc>> {
        DateTime::parse_from_rfc3339(self.event_at.as_deref()?).ok().map(|at| at.to_utc())
    }

    fn number(&self) -> NumberKey<'_> {
        NumberKey { phone_number_sid: self.phone_number_id.as_deref(), phone_number: self.phone_number.as_deref() }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_read_whatever_it_leaves_out() {
        let event: RegistrationEvent = serde_json::from_str("{}").unwrap();
        assert_eq!((event.kind(), event.meaning()), ("unknown", Meaning::Other));
        let event: RegistrationEvent = serde_json::from_str(
            r#"{"event_type":"number_assignment_failed","event_at":"2026-01-15T18:30:00Z","state":"failed","new":1}"#,
        )
        .unwrap();
        assert_eq!(event.meaning(), Meaning::Failed);
        assert!(event.happened_at().is_some());
        for kind in ["number_assignment_order_processed", "brand_activated", "campaign_deactivated", ""] {
            let event = RegistrationEvent { event_type: Some(kind.to_owned()), ..RegistrationEvent::default() };
            assert_eq!(event.meaning(), Meaning::Other, "{kind}");
        }
    }
}
