//! Texts of customers, and what a customer's phone shows.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Unusable, parse};
use crate::{
    callbacks::Callbacks,
    inbound::{self, Text, Undeliverable},
    network::Network,
    records::{Direction, MessageRecord, MessageStatus},
};

const MAX_COPIES: usize = 200;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewText {
    from: String,
    to: String,
    #[serde(default)]
    body: String,
    #[serde(default)]
    media_urls: Vec<String>,
    #[serde(default)]
    copies: Option<usize>,
}

/// A customer texts one of our numbers. Answers when the webhook has been answered.
pub async fn receive(State(network): State<Network>, body: Bytes) -> Result<(StatusCode, Json<Value>), Unusable> {
    let text: NewText = parse(&body)?;
    let copies = text.copies.unwrap_or(1);
    if !(1..=MAX_COPIES).contains(&copies) {
        return Err(Unusable::bad_request(format!("copies must be from 1 to {MAX_COPIES}")));
    }
    if text.body.is_empty() && text.media_urls.is_empty() {
        return Err(Unusable::bad_request("a text needs a body or media"));
    }
    let media_urls: Vec<&str> = text.media_urls.iter().map(String::as_str).collect();
    let text = Text { from: &text.from, to: &text.to, body: &text.body, media_urls: &media_urls, copies };
    let received = inbound::receive(&network, &text).await.map_err(|reason| match reason {
        Undeliverable::UnknownNumber => Unusable::not_found(text.to),
        Undeliverable::CannotText => {
            Unusable(StatusCode::CONFLICT, format!("{} cannot receive texts before it joins a campaign", text.to))
        }
    })?;
    Ok((StatusCode::CREATED, Json(json!({"messageSid": received.message_sid, "deliveries": received.deliveries}))))
}

/// Every message of the network, oldest first.
pub async fn list(State(network): State<Network>) -> Json<Value> {
    Json(network.read(|world| json!({"messages": world.messages})))
}

/// What the phone of this customer shows, oldest first. Only what a carrier has delivered arrives on a phone.
pub async fn phone(State(network): State<Network>, Path(number): Path<String>) -> Json<Value> {
    let messages: Vec<Value> = network.read(|world| {
        let shown = world.messages.iter().filter(|message| is_on_phone(message, &number));
        shown.map(as_seen_by_customer).collect()
    });
    Json(json!({"messages": messages}))
}

fn is_on_phone(message: &MessageRecord, customer: &str) -> bool {
    if message.direction == Direction::Inbound {
        return message.from == customer;
    }
    message.to == customer && matches!(message.status, MessageStatus::Sent | MessageStatus::Delivered)
}

fn as_seen_by_customer(message: &MessageRecord) -> Value {
    let direction = if message.direction == Direction::Inbound { "out" } else { "in" };
    let media_urls: Vec<&str> = message.media.iter().map(|media| media.url.as_str()).collect();
    json!({
        "direction": direction,
        "from": message.from,
        "to": message.to,
        "body": message.body,
        "mediaUrls": media_urls,
        "at": message.sent_at.unwrap_or(message.created_at),
        "sid": message.sid,
        "status": message.status,
    })
}

#[derive(Deserialize)]
struct Age {
    seconds: u32,
}

/// Makes every message older, for tests that cannot wait.
pub async fn age(State(network): State<Network>, body: Bytes) -> Result<StatusCode, Unusable> {
    let Age { seconds } = parse(&body)?;
    let age = chrono::Duration::seconds(seconds.into());
    network.change(|world| {
        for message in &mut world.messages {
            message.created_at -= age;
            message.updated_at -= age;
            message.sent_at = message.sent_at.map(|at| at - age);
        }
    });
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
struct Repeated {
    status: MessageStatus,
}

/// Sends a status callback of a message once more, with any status: late ones, contradicting ones. The message itself
/// does not change.
pub async fn repeat_callback(State(network): State<Network>, Path(sid): Path<String>, body: Bytes) -> Answer {
    let Repeated { status } = parse(&body)?;
    let message = network.read(|world| world.message(&sid).cloned()).ok_or_else(|| Unusable::not_found(&sid))?;
    let url = message.status_callback.clone();
    let url = url.ok_or_else(|| Unusable::bad_request("this message has no StatusCallback"))?;
    Callbacks::open(&network, url).report(&message, status);
    Ok(Json(json!({"status": status.in_callbacks()})))
}
