use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    db::{webhook_deliveries, webhook_endpoints},
    domain::{
        WebhookDeliveryId, WebhookDeliveryState, WebhookDisabledReason, WebhookEndpointId, WebhookEndpointStatus,
        WebhookEventId, WebhookEventType, WebhookFailure,
    },
};

/// An address that is told of the workspace's events.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct WebhookEndpoint {
    /// Its id.
    pub id: WebhookEndpointId,
    /// Where it is told.
    pub url: String,
    /// What the workspace says about it.
    pub description: Option<String>,
    /// What it is told.
    pub event_types: Vec<WebhookEventType>,
    /// Whether it is told at all.
    pub status: WebhookEndpointStatus,
    /// Why it is not.
    pub disabled_reason: Option<WebhookDisabledReason>,
    /// Since when it is not.
    pub disabled_at: Option<DateTime<Utc>>,
    /// The first failure after the last success; five days after it the endpoint is disabled.
    pub failing_since: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

impl From<webhook_endpoints::Endpoint> for WebhookEndpoint {
    fn from(row: webhook_endpoints::Endpoint) -> Self {
        Self {
            id: row.id,
            url: row.url,
            description: row.description,
            event_types: row.event_types,
            status: row.status,
            disabled_reason: row.disabled_reason,
            disabled_at: row.disabled_at,
            failing_since: row.failing_since,
            created_at: row.created_at,
        }
    }
}

/// One event on its way to one endpoint.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct WebhookDelivery {
    /// Its id.
    pub id: WebhookDeliveryId,
    /// The event: the `webhook-id` of every attempt.
    pub event_id: WebhookEventId,
    /// What it tells of.
    pub event_type: WebhookEventType,
    /// How far it is.
    pub state: WebhookDeliveryState,
    /// Attempts so far.
    pub attempts: i32,
    /// When the next one is due; null when there is none.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// When the last one was.
    pub last_attempt_at: Option<DateTime<Utc>>,
    /// The HTTP status that the endpoint answered then.
    pub response_status: Option<i16>,
    /// Why it failed then.
    pub failure_code: Option<WebhookFailure>,
    /// When the endpoint took it.
    pub delivered_at: Option<DateTime<Utc>>,
    /// When it happened.
    pub created_at: DateTime<Utc>,
}

impl From<webhook_deliveries::Delivery> for WebhookDelivery {
    fn from(row: webhook_deliveries::Delivery) -> Self {
        Self {
            id: row.id,
            event_id: row.event_id,
            event_type: row.event_type,
            state: row.state,
            attempts: row.attempts,
            next_attempt_at: Some(row.due_at).filter(|_| row.state == WebhookDeliveryState::Pending),
            last_attempt_at: row.last_attempt_at,
            response_status: row.response_status,
            failure_code: row.failure,
            delivered_at: row.delivered_at,
            created_at: row.created_at,
        }
    }
}
