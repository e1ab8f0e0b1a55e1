//! The routes about webhook endpoints, and what the endpoints are told.

#![expect(dead_code, reason = "read by the macros only")]

use save_webhook_endpoint::api::{
    SaveWebhookEndpointRequest, WebhookDeliveryAnswer, WebhookEndpointAnswer, WebhookSecretAnswer,
};
use serde_json::{Value, json};
use shared::{
    api::{WebhookDelivery, WebhookEndpoint},
    domain::{WebhookDeliveryId, WebhookEndpointId, WebhookEventType},
};
use utoipa::{
    Modify, ToSchema,
    openapi::{OpenApi, Paths},
};

use super::routes::{InWorkspace, Paging};

/// The addresses that are told.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct WebhookEndpointsAnswer {
    /// The oldest first; ten at most.
    webhook_endpoints: Vec<WebhookEndpoint>,
}

/// A page of deliveries.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct WebhookDeliveriesPage {
    /// Newest first.
    deliveries: Vec<WebhookDelivery>,
    /// Gives the next page; null on the last one.
    next_cursor: Option<String>,
}

/// Lists the webhook endpoints.
///
/// The addresses that are told of the workspace's events, without their secrets. For administrators.
#[utoipa::path(
    get,
    path = "/api/workspaces/{workspace}/webhook-endpoints",
    operation_id = "listWebhookEndpoints",
    tag = "Webhooks",
    params(InWorkspace),
    responses((status = 200, description = "The endpoints.", body = WebhookEndpointsAnswer, example = json!({
        "webhookEndpoints": [{
            "id": "0194a2f8-1b2c-7d3e-8f40-5a6b7c8d9e0f",
            "url": "https://crm.alpine-dental.example/hooks/switchboard",
            "description": "CRM",
            "eventTypes": ["message.received", "message.status", "number.provisioned", "call.completed"],
            "status": "enabled",
            "disabledReason": null,
            "disabledAt": null,
            "failingSince": null,
            "createdAt": "2026-01-15T18:40:00Z",
        }],
    }))),
)]
pub fn list_webhook_endpoints() {}

/// Makes a webhook endpoint.
///
/// The answer shows the secret that deliveries are signed with (Standard Webhooks); nothing else ever does. For
/// administrators in person.
#[utoipa::path(
    post,
    path = "/api/workspaces/{workspace}/webhook-endpoints",
    operation_id = "saveWebhookEndpoint",
    tag = "Webhooks",
    params(InWorkspace),
    request_body(content = SaveWebhookEndpointRequest, description = "`url` is needed.", example = json!({
        "url": "https://crm.alpine-dental.example/hooks/switchboard",
        "description": "CRM",
    })),
    responses((status = 201, description = "The endpoint and its secret.", body = WebhookSecretAnswer, example = json!({
        "webhookEndpoint": {
            "id": "0194a2f8-1b2c-7d3e-8f40-5a6b7c8d9e0f",
            "url": "https://crm.alpine-dental.example/hooks/switchboard",
            "description": "CRM",
            "eventTypes": ["message.received", "message.status", "number.provisioned", "call.completed"],
            "status": "enabled",
            "disabledReason": null,
            "disabledAt": null,
            "failingSince": null,
            "createdAt": "2026-01-15T18:40:00Z",
        },
        "secret": "whsec_ZXhhbXBsZS13ZWJob29rLXNpZ25pbmctc2VjcmV0ISE=",
    }))),
)]
pub fn save_webhook_endpoint() {}

/// Changes a webhook endpoint.
///
/// What waits for an endpoint that is disabled is called off and can be replayed. For administrators in person.
#[utoipa::path(
    patch,
    path = "/api/workspaces/{workspace}/webhook-endpoints/{endpoint}",
    operation_id = "changeWebhookEndpoint",
    tag = "Webhooks",
    params(InWorkspace, ("endpoint" = WebhookEndpointId, Path, description = "The endpoint's id.")),
    request_body(content = SaveWebhookEndpointRequest, description = "What is to be different.", example = json!({
        "eventTypes": ["message.received"],
    })),
    responses((status = 200, description = "The endpoint.", body = WebhookEndpointAnswer, example = json!({
        "webhookEndpoint": {
            "id": "0194a2f8-1b2c-7d3e-8f40-5a6b7c8d9e0f",
            "url": "https://crm.alpine-dental.example/hooks/switchboard",
            "description": "CRM",
            "eventTypes": ["message.received"],
            "status": "disabled",
            "disabledReason": "failing",
            "disabledAt": "2026-01-20T18:40:00Z",
            "failingSince": "2026-01-15T18:40:00Z",
            "createdAt": "2026-01-10T18:40:00Z",
        },
    }))),
)]
pub fn change_webhook_endpoint() {}

/// Removes a webhook endpoint.
///
/// Its address and secrets are forgotten, and what waits for it is called off. For administrators in person.
#[utoipa::path(
    delete,
    path = "/api/workspaces/{workspace}/webhook-endpoints/{endpoint}",
    operation_id = "deleteWebhookEndpoint",
    tag = "Webhooks",
    params(InWorkspace, ("endpoint" = WebhookEndpointId, Path, description = "The endpoint's id.")),
    responses((status = 200, description = "The endpoint as it was.", body = WebhookEndpointAnswer, example = json!({
        "webhookEndpoint": {
            "id": "0194a2f8-1b2c-7d3e-8f40-5a6b7c8d9e0f",
            "url": "https://crm.alpine-dental.example/hooks/switchboard",
            "description": null,
            "eventTypes": ["message.received"],
            "status": "enabled",
            "disabledReason": null,
            "disabledAt": null,
            "failingSince": null,
            "createdAt": "2026-01-15T18:40:00Z",
        },
    }))),
)]
pub fn delete_webhook_endpoint() {}

/// Gives a webhook endpoint another secret.
///
/// For a day deliveries are signed with the old one as well. For administrators in person.
#[utoipa::path(
    post,
    path = "/api/workspaces/{workspace}/webhook-endpoints/{endpoint}/rotate-secret",
    operation_id = "rotateWebhookSecret",
    tag = "Webhooks",
    params(InWorkspace, ("endpoint" = WebhookEndpointId, Path, description = "The endpoint's id.")),
    responses((status = 200, description = "The endpoint and its new secret.", body = WebhookSecretAnswer, example = json!({
        "webhookEndpoint": {
            "id": "0194a2f8-1b2c-7d3e-8f40-5a6b7c8d9e0f",
            "url": "https://crm.alpine-dental.example/hooks/switchboard",
            "description": null,
            "eventTypes": ["message.received"],
            "status": "enabled",
            "disabledReason": null,
            "disabledAt": null,
            "failingSince": null,
            "createdAt": "2026-01-15T18:40:00Z",
        },
        "secret": "whsec_ZXhhbXBsZS13ZWJob29rLXNpZ25pbmctc2VjcmV0ISE=",
    }))),
)]
pub fn rotate_webhook_secret() {}

/// Tries a webhook endpoint.
///
/// Sends it an event `webhook.test`, at once and, when it fails, as often as any other. How it went is in the deliveries.
/// For administrators in person.
#[utoipa::path(
    post,
    path = "/api/workspaces/{workspace}/webhook-endpoints/{endpoint}/test",
    operation_id = "testWebhookEndpoint",
    tag = "Webhooks",
    params(InWorkspace, ("endpoint" = WebhookEndpointId, Path, description = "The endpoint's id.")),
    responses((status = 202, description = "The delivery, which is due.", body = WebhookDeliveryAnswer, example = json!({
        "delivery": {
            "id": "0194a2f9-2c3d-7e4f-9051-6b7c8d9e0f1a",
            "eventId": "0194a2f9-2c3d-7e4f-9051-6b7c8d9e0f1b",
            "eventType": "webhook.test",
            "state": "pending",
            "attempts": 0,
            "nextAttemptAt": "2026-01-15T18:40:00Z",
            "lastAttemptAt": null,
            "responseStatus": null,
            "failureCode": null,
            "deliveredAt": null,
            "createdAt": "2026-01-15T18:40:00Z",
        },
    }))),
)]
pub fn test_webhook_endpoint() {}

/// Lists the deliveries to a webhook endpoint.
///
/// Each event that it was told of, or is to be, and how that went. For administrators.
#[utoipa::path(
    get,
    path = "/api/workspaces/{workspace}/webhook-endpoints/{endpoint}/deliveries",
    operation_id = "listWebhookDeliveries",
    tag = "Webhooks",
    params(InWorkspace, ("endpoint" = WebhookEndpointId, Path, description = "The endpoint's id."), Paging),
    responses((status = 200, description = "A page of deliveries.", body = WebhookDeliveriesPage, example = json!({
        "deliveries": [{
            "id": "0194a2f9-2c3d-7e4f-9051-6b7c8d9e0f1a",
            "eventId": "0194a2f9-2c3d-7e4f-9051-6b7c8d9e0f1b",
            "eventType": "message.received",
            "state": "pending",
            "attempts": 2,
            "nextAttemptAt": "2026-01-15T18:40:40Z",
            "lastAttemptAt": "2026-01-15T18:40:06Z",
            "responseStatus": 503,
            "failureCode": "refused",
            "deliveredAt": null,
            "createdAt": "2026-01-15T18:40:00Z",
        }],
        "nextCursor": null,
    }))),
)]
pub fn list_webhook_deliveries() {}

/// Delivers an event again.
///
/// Whatever became of it, with its old `webhook-id`; one that still waits is due at once. For administrators in person.
#[utoipa::path(
    post,
    path = "/api/workspaces/{workspace}/webhook-endpoints/{endpoint}/deliveries/{delivery}/replay",
    operation_id = "replayWebhookDelivery",
    tag = "Webhooks",
    params(
        InWorkspace,
        ("endpoint" = WebhookEndpointId, Path, description = "The endpoint's id."),
        ("delivery" = WebhookDeliveryId, Path, description = "The delivery's id."),
    ),
    responses((status = 202, description = "The delivery, which is due.", body = WebhookDeliveryAnswer, example = json!({
        "delivery": {
            "id": "0194a2f9-2c3d-7e4f-9051-6b7c8d9e0f1a",
            "eventId": "0194a2f9-2c3d-7e4f-9051-6b7c8d9e0f1b",
            "eventType": "message.received",
            "state": "pending",
            "attempts": 0,
            "nextAttemptAt": "2026-01-16T18:40:00Z",
            "lastAttemptAt": "2026-01-16T12:40:00Z",
            "responseStatus": 503,
            "failureCode": "refused",
            "deliveredAt": null,
            "createdAt": "2026-01-15T10:40:00Z",
        },
    }))),
)]
pub fn replay_webhook_delivery() {}

/// Adds what endpoints are told.
pub struct Webhooks;

impl Modify for Webhooks {
    fn modify(&self, document: &mut OpenApi) {
        let events: serde_json::Map<String, Value> =
            WebhookEventType::ALL.iter().map(|event_type| (event_type.to_string(), event(*event_type))).collect();
        let webhooks: Paths = serde_json::from_value(Value::Object(events)).expect("they are path items");
        document.webhooks = Some(webhooks);
    }
}

fn event(event_type: WebhookEventType) -> Value {
    let (summary, thing) = match event_type {
        WebhookEventType::MessageReceived => ("A customer wrote.", Some(("message", "Message"))),
        WebhookEventType::MessageStatus => {
            ("A message of the workspace came further: `status` is that of the event.", Some(("message", "Message")))
        }
        WebhookEventType::NumberProvisioned => ("The workspace got a number.", Some(("phoneNumber", "PhoneNumber"))),
        WebhookEventType::CallCompleted => {
            ("A call is over: the entry of the conversation, with its `call`.", Some(("message", "Message")))
        }
        WebhookEventType::Test => ("Somebody tries the endpoint.", None),
    };
    let mut data = json!({
        "type": "object",
        "required": ["workspaceId"],
        "properties": { "workspaceId": { "$ref": "#/components/schemas/WorkspaceId" } },
    });
    if let Some((name, schema)) = thing {
        data["properties"][name] = json!({ "$ref": format!("#/components/schemas/{schema}") });
        data["required"] = json!(["workspaceId", name]);
    }
    let header = |name: &str, description: &str| json!({ "name": name, "in": "header", "required": true, "description": description, "schema": { "type": "string" } });
    json!({ "post": {
        "tags": ["Webhooks"],
        "summary": summary,
        "description": "Signed by Standard Webhooks; told at least once, with the same `webhook-id` each time.",
        "security": [],
        "parameters": [
            header("webhook-id", "The event's id."),
            header("webhook-timestamp", "When this attempt was made, in seconds since 1970."),
            header("webhook-signature", "`v1,` and the signature in base64; several are separated by spaces."),
        ],
        "requestBody": { "required": true, "content": { "application/json": { "schema": {
            "type": "object",
            "required": ["type", "timestamp", "data"],
            "properties": {
                "type": { "type": "string", "enum": [event_type.as_str()] },
                "timestamp": { "type": "string", "format": "date-time", "description": "When it happened." },
                "data": data,
            },
        } } } },
        "responses": { "2XX": { "description": "Taken. Anything else, and no answer within five seconds, is tried again." } },
    } })
}
