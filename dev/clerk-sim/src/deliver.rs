//! Delivers events as Svix does: at least once, signed for each attempt, retried on a schedule.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use rand::seq::SliceRandom as _;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde::{Deserialize, Serialize};

use crate::clock::now_ms;
use crate::events::{Event, envelope};
use crate::ids::new_id;
use crate::instance::Instance;
use crate::refusal::Refusal;
use crate::sign::{SigningSecret, signature_header};

/// How much of an answer is kept.
const ANSWER_CHARACTERS: usize = 2_000;

/// One message to the webhook endpoint, with every attempt to deliver it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Delivery {
    pub svix_id: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub organization_id: Option<String>,
    /// Byte for byte what is sent and signed.
    pub body: String,
    pub created_at: i64,
    pub state: DeliveryState,
    pub attempts: Vec<Attempt>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DeliveryState {
    /// Not attempted: deliveries are paused, or there is no endpoint.
    Unsent,
    /// Waiting for its first attempt or for a retry.
    Pending,
    Delivered,
    /// Every attempt of the schedule failed.
    Failed,
    /// The endpoint asked for no more attempts.
    Aborted,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    pub at: i64,
    pub trigger: Trigger,
    pub url: String,
    /// As sent: the three Svix headers, the content type and the user agent.
    pub headers: BTreeMap<String, String>,
    /// Absent when there was no answer.
    pub status: Option<u16>,
    pub answer: String,
    pub error: Option<String>,
    pub duration_ms: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Trigger {
    Send,
    /// The same message once more, as at-least-once delivery allows.
    Copy,
    Retry,
    Replay,
}

/// How the events of a change are sent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Sending {
    pub order: Order,
    /// How many times each event is sent; 1 when absent.
    pub copies: Option<usize>,
    /// All at the same time instead of one after the other.
    pub concurrently: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Order {
    Named(NamedOrder),
    /// Positions in the documented order. What is not listed is lost on the way; a position may come twice.
    Positions(Vec<usize>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NamedOrder {
    Documented,
    Shuffled,
}

impl Default for Order {
    fn default() -> Self {
        Self::Named(NamedOrder::Documented)
    }
}

impl Sending {
    /// Positions of the events in the order in which to send them.
    pub fn sequence(&self, events: usize) -> Result<Vec<usize>, Refusal> {
        let copies = self.copies.unwrap_or(1);
        if !(1..=20).contains(&copies) {
            return Err(Refusal::bad_request("copies must be 1 to 20"));
        }
        let positions = match &self.order {
            Order::Named(_) => (0..events).collect(),
            Order::Positions(positions) => positions.clone(),
        };
        if let Some(position) = positions.iter().find(|position| **position >= events) {
            return Err(Refusal::bad_request(format!(
                "order names position {position}, but there are {events} events"
            )));
        }
        let mut sequence: Vec<usize> =
            positions.into_iter().flat_map(|position| std::iter::repeat_n(position, copies)).collect();
        if matches!(self.order, Order::Named(NamedOrder::Shuffled)) {
            sequence.shuffle(&mut rand::rng());
        }
        Ok(sequence)
    }
}

/// What a forged message changes about its signature.
#[derive(Clone, Default)]
pub struct Forgery {
    pub secret: Option<SigningSecret>,
    /// Seconds.
    pub timestamp: Option<i64>,
}

impl Forgery {
    fn is_genuine(&self) -> bool {
        self.secret.is_none() && self.timestamp.is_none()
    }
}

enum Outcome {
    Done,
    Failed { retry_after: Option<Duration> },
}

impl Delivery {
    /// A message that tells of an event.
    pub fn of_event(instance: &Instance, event: &Event) -> Self {
        let unit = instance.options().timestamp_unit;
        let body = envelope(event, &instance.settings.instance_id, unit).to_string();
        Self::new(new_id("msg"), &event.kind, event.organization_id.clone(), body)
    }

    pub fn new(svix_id: String, kind: &str, organization_id: Option<String>, body: String) -> Self {
        Self {
            svix_id,
            kind: kind.to_owned(),
            organization_id,
            body,
            created_at: now_ms(),
            state: DeliveryState::Pending,
            attempts: Vec::new(),
        }
    }

    /// What was delivered once stays delivered, whatever a later copy or replay meets.
    pub fn enter(&mut self, state: DeliveryState) {
        if self.state != DeliveryState::Delivered {
            self.state = state;
        }
    }
}

/// Sends messages in the given order, each of which may be named more than once, and answers when each has had its
/// first attempt. Retries go on in the background.
pub async fn send(instance: &Arc<Instance>, sequence: &[String], concurrently: bool, forgery: &Forgery) {
    let mut first_sent = BTreeSet::new();
    let sends = sequence.iter().map(|svix_id| {
        let trigger = if first_sent.insert(svix_id.clone()) { Trigger::Send } else { Trigger::Copy };
        send_once(instance, svix_id, trigger, forgery)
    });
    if concurrently {
        join_all(sends).await;
    } else {
        for send in sends {
            send.await;
        }
    }
}

/// The first attempt, and the start of the retries when it fails. Copies and forgeries are not retried.
async fn send_once(instance: &Arc<Instance>, svix_id: &str, trigger: Trigger, forgery: &Forgery) {
    let outcome = attempt(instance, svix_id, trigger, forgery).await;
    let Outcome::Failed { retry_after } = outcome else { return };
    if trigger != Trigger::Send {
        return;
    }
    if forgery.is_genuine() {
        retry_in_background(instance, svix_id, 0, retry_after);
    } else {
        instance.set_delivery_state(svix_id, DeliveryState::Failed);
    }
}

/// Sends one message again, by hand.
pub async fn replay(instance: &Arc<Instance>, svix_id: &str) {
    attempt(instance, svix_id, Trigger::Replay, &Forgery::default()).await;
}

/// Takes up the retries that a stop interrupted.
pub fn resume(instance: &Arc<Instance>) {
    for delivery in instance.deliveries() {
        if delivery.state == DeliveryState::Pending {
            let retries = delivery.attempts.iter().filter(|attempt| attempt.trigger == Trigger::Retry).count();
            retry_in_background(instance, &delivery.svix_id, retries, None);
        }
    }
}

fn retry_in_background(instance: &Arc<Instance>, svix_id: &str, done: usize, retry_after: Option<Duration>) {
    let task = retry(Arc::clone(instance), svix_id.to_owned(), done, retry_after);
    instance.tasks.spawn(instance.stopping.clone().run_until_cancelled_owned(task));
}

/// Waits and tries again until an attempt succeeds, the endpoint asks to stop, or the schedule is over. `Retry-After`
/// may stretch a delay to twice its length.
async fn retry(instance: Arc<Instance>, svix_id: String, done: usize, mut retry_after: Option<Duration>) {
    let delays = instance.options().retry_delays();
    for delay in delays.into_iter().skip(done) {
        tokio::time::sleep(retry_after.map_or(delay, |asked| asked.clamp(delay, delay * 2))).await;
        match attempt(&instance, &svix_id, Trigger::Retry, &Forgery::default()).await {
            Outcome::Done => return,
            Outcome::Failed { retry_after: asked } => retry_after = asked,
        }
    }
    instance.set_delivery_state(&svix_id, DeliveryState::Failed);
}

/// One request to the endpoint, recorded whatever comes of it.
async fn attempt(instance: &Instance, svix_id: &str, trigger: Trigger, forgery: &Forgery) -> Outcome {
    let Some(delivery) = instance.delivery(svix_id) else { return Outcome::Done };
    // A replay or a copy may have succeeded while a retry was waiting.
    if trigger == Trigger::Retry && delivery.state != DeliveryState::Pending {
        return Outcome::Done;
    }
    let options = instance.options();
    let Some(url) = options.webhook_url.clone().filter(|_| !options.paused) else {
        instance.set_delivery_state(svix_id, DeliveryState::Unsent);
        return Outcome::Done;
    };
    let headers = match signed_headers(instance, &delivery, forgery) {
        Ok(headers) => headers,
        Err(error) => {
            tracing::error!(svix_id, error = format!("{error:#}"), "cannot sign");
            instance.set_delivery_state(svix_id, DeliveryState::Failed);
            return Outcome::Done;
        }
    };

    let mut request = instance.client.post(&url).timeout(options.delivery_timeout()).body(delivery.body.clone());
    for (name, value) in &headers {
        request = request.header(name, value);
    }
    let mut attempt = Attempt {
        at: now_ms(),
        trigger,
        url,
        headers,
        status: None,
        answer: String::new(),
        error: None,
        duration_ms: 0,
    };
    let started = Instant::now();
    let answer_headers = read_answer(request, &mut attempt).await;
    attempt.duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    settle(instance, svix_id, attempt, &answer_headers)
}

/// A new time stamp and signature for each attempt; only the id stays.
fn signed_headers(
    instance: &Instance,
    delivery: &Delivery,
    forgery: &Forgery,
) -> anyhow::Result<BTreeMap<String, String>> {
    let timestamp = forgery.timestamp.unwrap_or_else(|| now_ms() / 1000).to_string();
    let secrets = match &forgery.secret {
        Some(other) => vec![other.clone()],
        None => instance.options().signing_secrets()?,
    };
    let signature = signature_header(&secrets, &delivery.svix_id, &timestamp, &delivery.body)?;
    Ok([
        ("content-type", "application/json".to_owned()),
        ("user-agent", "Svix-Webhooks/1.84.0 (clerk-sim)".to_owned()),
        ("svix-id", delivery.svix_id.clone()),
        ("svix-timestamp", timestamp),
        ("svix-signature", signature),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect())
}

async fn read_answer(request: reqwest::RequestBuilder, attempt: &mut Attempt) -> HeaderMap {
    let response = match request.send().await {
        Ok(response) => response,
        Err(error) => {
            attempt.error = Some(format!("{:#}", anyhow::Error::new(error)));
            return HeaderMap::new();
        }
    };
    attempt.status = Some(response.status().as_u16());
    let headers = response.headers().clone();
    match response.text().await {
        Ok(text) => attempt.answer = text.chars().take(ANSWER_CHARACTERS).collect(),
        Err(error) => attempt.error = Some(format!("{:#}", anyhow::Error::new(error))),
    }
    headers
}

/// Records an attempt and decides what follows. Only 2xx is success; redirects are not followed.
fn settle(instance: &Instance, svix_id: &str, attempt: Attempt, headers: &HeaderMap) -> Outcome {
    let succeeded = attempt.status.is_some_and(|status| (200..300).contains(&status)) && attempt.error.is_none();
    let wish = headers.get("webhook-delivery").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if wish == "disable" {
        tracing::warn!(svix_id, "the endpoint asked to be disabled: deliveries are paused");
        instance.pause();
    }
    let state = match (succeeded, wish) {
        (true, _) => Some(DeliveryState::Delivered),
        (false, "abort-message") => Some(DeliveryState::Aborted),
        (false, _) => None,
    };
    instance.record_attempt(svix_id, attempt, state);
    if state.is_some() {
        return Outcome::Done;
    }
    let seconds = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
    Outcome::Failed { retry_after: seconds.map(Duration::from_secs) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sending(json: &str) -> Sending {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn the_documented_order_is_the_default() {
        assert_eq!(sending("{}").sequence(3).unwrap(), [0, 1, 2]);
    }

    #[test]
    fn copies_follow_each_other() {
        assert_eq!(sending(r#"{"copies":2}"#).sequence(2).unwrap(), [0, 0, 1, 1]);
    }

    #[test]
    fn positions_choose_order_and_losses() {
        assert_eq!(sending(r#"{"order":[2,0]}"#).sequence(3).unwrap(), [2, 0]);
        assert!(sending(r#"{"order":[3]}"#).sequence(3).is_err());
    }

    #[test]
    fn shuffling_loses_nothing() {
        let mut sequence = sending(r#"{"order":"shuffled","copies":2}"#).sequence(4).unwrap();
        sequence.sort_unstable();
        assert_eq!(sequence, [0, 0, 1, 1, 2, 2, 3, 3]);
    }
}
