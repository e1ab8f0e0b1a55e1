//! WhatsApp messages, which only the newer Messaging API sends. Of their kinds only free text is simulated.

use axum::{Json, body::Bytes, extract::State, http::StatusCode};
use chrono::Duration;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, refusal::Refusal};
use crate::{
    clock, lifecycle,
    network::Network,
    records::{Direction, MessageRecord, WHATSAPP},
    world::World,
};

/// How long after the customer's message free text is allowed.
const WINDOW: Duration = Duration::hours(24);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    from: String,
    to: String,
    message_type: String,
    body: String,
    #[serde(default)]
    status_callback: Option<String>,
}

/// SignalWire, Messaging API, create message. The wording of the refusals is made up but for their shape.
pub async fn create(State(network): State<Network>, body: Bytes) -> Answer {
    let wanted: Wanted = serde_json::from_slice(&body)
        .map_err(|error| Refusal::messaging("invalid_parameter", &error.to_string(), "body"))?;
    let project = network.settings().project_id.clone();
    let message = network.change(|world| {
        check(world, &wanted)?;
        let mut message = MessageRecord::outbound(Direction::OutboundApi, &wanted.from, &wanted.to, &wanted.body);
        message.segments = 1;
        message.status_callback = wanted.status_callback;
        world.messages.push(message.clone());
        Ok::<_, Refusal>(message)
    })?;
    lifecycle::start(&network, &message);
    Ok((StatusCode::CREATED, Json(describe(&project, &message))))
}

fn check(world: &World, wanted: &Wanted) -> Result<(), Refusal> {
    let number = wanted.from.strip_prefix(WHATSAPP).unwrap_or_default();
    if world.number(number).is_none() {
        return Err(Refusal::messaging("invalid_from_number", "from is not connected to WhatsApp", "from"));
    }
    if wanted.message_type != "whatsapp_media_text" || wanted.body.is_empty() {
        return Err(Refusal::messaging("invalid_parameter", "only texts are simulated", "message_type"));
    }
    let open = world.messages.iter().any(|message| {
        message.direction == Direction::Inbound
            && message.to == wanted.from
            && message.from.strip_prefix(WHATSAPP) == Some(wanted.to.as_str())
            && message.created_at > clock::now() - WINDOW
    });
    if open { Ok(()) } else { Err(Refusal::messaging("outside_messaging_window", "a template is needed", "body")) }
}

fn describe(project: &str, message: &MessageRecord) -> Value {
    json!({
        "id": message.sid,
        "from": message.from,
        "to": message.to,
        "body": message.body,
        "status": message.status,
        "direction": "outbound",
        "kind": "whatsapp",
        "media": [],
        "number_of_segments": message.segments,
        "error_code": message.error_code,
        "error_message": message.error_message,
        "created_at": message.created_at,
        "project_id": project,
        "status_callback_url": message.status_callback,
        "message_uri": format!("/api/messaging/logs/{}", message.sid),
    })
}
