//! The way of an outbound message: queued, initiated, sent, and then delivered or not; each step with its callback.

use std::time::Duration;

use crate::{
    behaviour::Behaviour,
    callbacks::Callbacks,
    clock,
    destinations::{self, Fate},
    network::Network,
    records::{Direction, MessageRecord, MessageStatus},
};

/// Sends a queued message on its way.
pub fn start(network: &Network, message: &MessageRecord) {
    let network_of_task = network.clone();
    let (sid, url) = (message.sid.clone(), message.status_callback.clone());
    network.spawn(async move {
        let callbacks = url.map(|url| Callbacks::open(&network_of_task, url));
        while let Some(reached) = step(&network_of_task, &sid).await {
            if let Some(callbacks) = &callbacks {
                callbacks.report(&reached, reached.status);
            }
        }
    });
}

/// Takes up the messages that a restart left on their way.
pub fn resume(network: &Network) {
    let on_their_way = |message: &&MessageRecord| {
        message.direction != Direction::Inbound
            && matches!(message.status, MessageStatus::Queued | MessageStatus::Initiated | MessageStatus::Sent)
    };
    let messages: Vec<_> = network.read(|world| world.messages.iter().filter(on_their_way).cloned().collect());
    for message in messages {
        start(network, &message);
    }
}

/// Waits for the next state of a message and enters it; `None` when the last one is reached or the message is gone.
async fn step(network: &Network, sid: &str) -> Option<MessageRecord> {
    let message = network.read(|world| world.message(sid).cloned())?;
    let (status, error) = next_status(&message)?;
    tokio::time::sleep(Duration::from_millis(network.behaviour().status_delay_ms)).await;

    let behaviour = network.behaviour();
    let price_delay = behaviour.price_delay_ms;
    let reached = network.change(|world| {
        let message = world.message_mut(sid)?;
        enter(message, status, error);
        if price_delay == 0 {
            put_price(message, &behaviour);
        }
        Some(message.clone())
    })?;
    if status == MessageStatus::Sent && price_delay > 0 {
        put_price_later(network, sid, Duration::from_millis(price_delay));
    }
    Some(reached)
}

/// The state that follows, with its error code. A picture message never gets beyond `sent`.
fn next_status(message: &MessageRecord) -> Option<(MessageStatus, Option<u32>)> {
    let fate = destinations::fate(&message.to);
    match (message.status, fate) {
        (MessageStatus::Queued, _) => Some((MessageStatus::Initiated, None)),
        (MessageStatus::Initiated, Fate::Ends(MessageStatus::Failed, code)) => {
            Some((MessageStatus::Failed, Some(code)))
        }
        (MessageStatus::Initiated, _) => Some((MessageStatus::Sent, None)),
        (MessageStatus::Sent, Fate::NoReceipt) => None,
        (MessageStatus::Sent, Fate::Ends(status, code)) => Some((status, Some(code))),
        (MessageStatus::Sent, _) if message.mms => None,
        (MessageStatus::Sent, _) => Some((MessageStatus::Delivered, None)),
        _ => None,
    }
}

fn enter(message: &mut MessageRecord, status: MessageStatus, error: Option<u32>) {
    let now = clock::now();
    message.status = status;
    message.updated_at = now;
    if status == MessageStatus::Sent {
        message.sent_at = Some(now);
    }
    if let Some(code) = error {
        message.error_code = Some(code.to_string());
        message.error_message = Some(destinations::explain(code).to_owned());
    }
    // The content filter takes the text away.
    if error == Some(30007) {
        message.body = None;
    }
}

/// A message is charged when it is sent, whatever happens later.
fn put_price(message: &mut MessageRecord, prices: &Behaviour) {
    if message.status == MessageStatus::Sent {
        message.price_micros = Some(message.full_price(prices));
    }
}

fn put_price_later(network: &Network, sid: &str, delay: Duration) {
    let network_of_task = network.clone();
    let sid = sid.to_owned();
    network.spawn(async move {
        tokio::time::sleep(delay).await;
        let prices = network_of_task.behaviour();
        network_of_task.change(|world| {
            if let Some(message) = world.message_mut(&sid) {
                message.price_micros = Some(message.full_price(&prices));
            }
        });
    });
}
