//! What an event tells: the bodies of the HTTP API, at the time of the delivery.

use serde_json::{Value, json};
use shared::{
    api::{Call, Message, PhoneNumber, Recording},
    db::{
        DbError, Transaction, call_recordings,
        webhook_deliveries::{self, Event},
    },
    domain::WebhookEventType,
};

/// The payload of an event.
pub(crate) async fn of(client: &Transaction<'_>, event: &Event) -> Result<Value, DbError> {
    let mut data = match event.event_type {
        WebhookEventType::MessageReceived | WebhookEventType::MessageStatus => {
            json!({ "message": message(client, event).await? })
        }
        WebhookEventType::NumberProvisioned => {
            json!({ "phoneNumber": PhoneNumber::from(webhook_deliveries::get_number(client, event.id).await?) })
        }
        WebhookEventType::CallCompleted => {
            let mut entry = message(client, event).await?;
            entry.call = call(client, event).await?;
            json!({ "message": entry })
        }
        WebhookEventType::Test => json!({}),
    };
    data["workspaceId"] = json!(event.workspace_id);
    Ok(json!({ "type": event.event_type, "timestamp": event.occurred_at, "data": data }))
}

async fn message(client: &Transaction<'_>, event: &Event) -> Result<Message, DbError> {
    webhook_deliveries::get_message(client, event.id).await?.try_into()
}

/// Recordings without an address: one that expires would, while a delivery waits.
async fn call(client: &Transaction<'_>, event: &Event) -> Result<Option<Call>, DbError> {
    let Some(call) = webhook_deliveries::get_call(client, event).await? else { return Ok(None) };
    let recordings = call_recordings::list(client, event.workspace_id, &[call.id]).await?;
    let recordings = recordings.into_iter().map(|recording| Recording::new(recording, None)).collect();
    Ok(Some(Call::new(call, recordings)))
}
