//! Status callbacks, and the ways in which they misbehave: late, lost, double, out of order.

use std::time::Duration;

use serde_json::json;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::{
    clock,
    delivery::{self, Content, Webhook},
    journal::WebhookKind,
    network::Network,
    records::{Hook, MessageRecord, MessageStatus, WHATSAPP},
};

/// A callback that is due.
pub struct Callback {
    pub kind: WebhookKind,
    pub hook: Hook,
    pub content: Content,
    /// How often it is delivered at the same time, before the settings add to it; 1 is normal.
    pub copies: u32,
}

/// The callbacks of one thing, delivered one after the other without holding it up.
#[derive(Clone)]
pub struct Queue(UnboundedSender<Callback>);

impl Queue {
    /// Delivers what is pushed until every clone of the value is dropped.
    pub fn open(network: &Network) -> Self {
        let (queue, callbacks) = unbounded_channel();
        let network_of_task = network.clone();
        network.spawn(async move { deliver_all(&network_of_task, callbacks).await });
        Self(queue)
    }

    pub fn push(&self, callback: Callback) {
        // The receiving task ends early only when the whole simulator stops.
        let _ = self.0.send(callback);
    }
}

/// The callbacks of one message.
pub struct Callbacks {
    account: String,
    url: String,
    queue: Queue,
}

impl Callbacks {
    /// Delivers what is reported until the value is dropped.
    pub fn open(network: &Network, url: String) -> Self {
        Self { account: network.settings().project_id.clone(), url, queue: Queue::open(network) }
    }

    /// Tells the receiver that the message has this status.
    pub fn report(&self, message: &MessageRecord, status: MessageStatus) {
        self.queue.push(Callback {
            kind: WebhookKind::MessageStatus,
            hook: Hook { url: self.url.clone(), method: "POST".to_owned() },
            content: content(&self.account, message, status),
            copies: 1,
        });
    }
}

/// Messages of the newer Messaging API are reported in JSON.
fn content(account: &str, message: &MessageRecord, status: MessageStatus) -> Content {
    if message.from.starts_with(WHATSAPP) {
        let event = json!({
            "id": message.sid,
            "project_id": account,
            "status": status,
            "to": message.to,
            "from": message.from,
            "body": message.body,
            "number_of_segments": message.segments,
            "timestamp": clock::now(),
            "error_code": message.error_code,
            "error_message": message.error_message,
        });
        return Content::Json(event.to_string());
    }
    Content::Form(parameters(account, message, status))
}

/// SignalWire, message status callback: all values are strings, `ErrorCode` only when there is one.
fn parameters(account: &str, message: &MessageRecord, status: MessageStatus) -> Vec<(String, String)> {
    let mut parameters = vec![
        ("MessageSid", message.sid.clone()),
        ("AccountSid", account.to_owned()),
        ("From", message.from.clone()),
        ("To", message.to.clone()),
        ("Body", message.body.clone().unwrap_or_default()),
        ("NumMedia", message.media.len().to_string()),
        ("NumSegments", message.segments.to_string()),
        ("MessageStatus", status.in_callbacks().to_owned()),
    ];
    if let (MessageStatus::Failed | MessageStatus::Undelivered, Some(code)) = (status, &message.error_code) {
        parameters.push(("ErrorCode", code.clone()));
    }
    parameters.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

async fn deliver_all(network: &Network, mut callbacks: UnboundedReceiver<Callback>) {
    let mut held_back = Vec::new();
    while let Some(callback) = callbacks.recv().await {
        if network.behaviour().reorder_callbacks {
            held_back.push(callback);
        } else {
            deliver(network, callback).await;
        }
    }
    for callback in held_back.into_iter().rev() {
        deliver(network, callback).await;
    }
}

async fn deliver(network: &Network, callback: Callback) {
    let Callback { kind, hook, content, copies } = callback;
    let webhook = Webhook { kind, method: &hook.method, url: &hook.url, content };
    if network.change_behaviour(|behaviour| behaviour.drop_callbacks.take()) {
        delivery::drop_silently(network, &webhook);
        return;
    }
    let behaviour = network.behaviour();
    tokio::time::sleep(Duration::from_millis(behaviour.delay_callbacks_ms)).await;
    for _ in 0..behaviour.duplicate_callbacks + copies.saturating_sub(1) {
        let (network_of_task, hook) = (network.clone(), hook.clone());
        let content = webhook.content.clone();
        network.spawn(async move {
            let copy = Webhook { kind, method: &hook.method, url: &hook.url, content };
            delivery::deliver_with_retries(&network_of_task, &copy).await;
        });
    }
    delivery::deliver_with_retries(network, &webhook).await;
}
