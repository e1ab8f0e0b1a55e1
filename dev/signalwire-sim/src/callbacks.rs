//! Status callbacks of messages, and the ways in which they misbehave: late, lost, double, out of order.

use std::time::Duration;

use serde_json::json;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::{
    clock,
    delivery::{self, Content, Webhook},
    journal::WebhookKind,
    network::Network,
    records::{MessageRecord, MessageStatus, WHATSAPP},
};

/// The callbacks of one message, delivered one after the other without holding the message up.
pub struct Callbacks {
    account: String,
    queue: UnboundedSender<Content>,
}

impl Callbacks {
    /// Delivers what is reported until the value is dropped.
    pub fn open(network: &Network, url: String) -> Self {
        let (queue, reports) = unbounded_channel();
        let network_of_task = network.clone();
        network.spawn(async move { deliver_all(&network_of_task, &url, reports).await });
        Self { account: network.settings().project_id.clone(), queue }
    }

    /// Tells the receiver that the message has this status.
    pub fn report(&self, message: &MessageRecord, status: MessageStatus) {
        // The receiving task ends early only when the whole simulator stops.
        let _ = self.queue.send(content(&self.account, message, status));
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

async fn deliver_all(network: &Network, url: &str, mut reports: UnboundedReceiver<Content>) {
    let mut held_back = Vec::new();
    while let Some(report) = reports.recv().await {
        if network.behaviour().reorder_callbacks {
            held_back.push(report);
        } else {
            deliver(network, url, report).await;
        }
    }
    for report in held_back.into_iter().rev() {
        deliver(network, url, report).await;
    }
}

async fn deliver(network: &Network, url: &str, report: Content) {
    let webhook = Webhook { kind: WebhookKind::MessageStatus, method: "POST", url, content: report };
    if network.change_behaviour(|behaviour| behaviour.drop_callbacks.take()) {
        delivery::drop_silently(network, &webhook);
        return;
    }
    let behaviour = network.behaviour();
    tokio::time::sleep(Duration::from_millis(behaviour.delay_callbacks_ms)).await;
    for _ in 0..behaviour.duplicate_callbacks {
        let (network_of_task, url) = (network.clone(), url.to_owned());
        let content = webhook.content.clone();
        network.spawn(async move {
            let copy = Webhook { kind: WebhookKind::MessageStatus, method: "POST", url: &url, content };
            delivery::deliver_with_retries(&network_of_task, &copy).await;
        });
    }
    delivery::deliver_with_retries(network, &webhook).await;
}
