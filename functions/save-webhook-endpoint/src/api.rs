//! Bodies of the routes.

use serde::{Deserialize, Serialize};
use shared::{
    api::{WebhookDelivery, WebhookEndpoint},
    domain::{Edit, WebhookEndpointStatus, WebhookEventType},
};

/// A new endpoint, or what changes about one: what is absent stays as it is.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SaveWebhookEndpointRequest {
    /// Where it is told: a public https address without a port. A new endpoint needs it.
    #[cfg_attr(feature = "openapi", schema(pattern = "^https://", max_length = 2048))]
    pub url: Option<String>,
    /// What the workspace says about it; null takes it away.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 200))]
    pub description: Edit<String>,
    /// What it is told; a new endpoint is told everything unless this says less.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 4))]
    pub event_types: Option<Vec<WebhookEventType>>,
    /// Whether it is told at all. `enabled` also brings back one that was disabled because it failed.
    pub status: Option<WebhookEndpointStatus>,
}

/// The answer to what makes a secret: the only one that shows it.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct WebhookSecretAnswer {
    /// The endpoint.
    pub webhook_endpoint: WebhookEndpoint,
    /// What deliveries are signed with, `whsec_` and base64. It is not shown again.
    #[cfg_attr(feature = "openapi", schema(pattern = "^whsec_"))]
    pub secret: String,
}

/// The answer.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct WebhookEndpointAnswer {
    /// The endpoint as it is now, or was before it was removed.
    pub webhook_endpoint: WebhookEndpoint,
}

/// The answer to what is about to be delivered.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookDeliveryAnswer {
    /// The delivery, which is due now.
    pub delivery: WebhookDelivery,
}
