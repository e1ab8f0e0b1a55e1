//! Delivers webhooks: signed, within the documented time limits, and written down.

use std::time::{Duration, Instant};

use reqwest::header::CONTENT_TYPE;
use serde::Serialize;

use crate::{
    clock, cxml, form,
    journal::{CallbackEntry, DocumentKind, WebhookKind},
    network::Network,
    sign,
};

/// Attempts of a status callback, the first included.
const ATTEMPTS: u32 = 3;
/// More of an answer is not read; a document must be shorter (11750).
pub const MAX_ANSWER: usize = 64 * 1024;

pub struct Webhook<'a> {
    pub kind: WebhookKind,
    /// `POST`, or `GET` with the parameters in the query string.
    pub method: &'a str,
    /// As it was configured.
    pub url: &'a str,
    pub content: Content,
}

#[derive(Clone)]
pub enum Content {
    Form(Vec<(String, String)>),
    Json(String),
}

/// What came back from one attempt.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Delivery {
    pub url: String,
    pub status: Option<u16>,
    pub body: String,
    pub content_type: Option<String>,
    /// SignalWire's code and words for what went wrong.
    pub error: Option<String>,
}

impl Delivery {
    pub fn succeeded(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status)) && self.error.is_none()
    }
}

/// Delivers a callback up to three times, within the total limit. Then it is dropped silently, as SignalWire does.
pub async fn deliver_with_retries(network: &Network, webhook: &Webhook<'_>) {
    let behaviour = network.behaviour();
    let pause = Duration::from_millis(behaviour.callback_retry_pause_ms);
    let attempts = async {
        for attempt in 1..=ATTEMPTS {
            if attempt > 1 {
                tokio::time::sleep(pause * (attempt - 1)).await;
            }
            if deliver(network, webhook, attempt).await.succeeded() {
                return;
            }
        }
    };
    let total = Duration::from_millis(behaviour.webhook_total_timeout_ms);
    if tokio::time::timeout(total, attempts).await.is_err() {
        tracing::info!(url = webhook.url, "a callback used up its total time");
    }
}

/// One attempt.
pub async fn deliver(network: &Network, webhook: &Webhook<'_>, attempt: u32) -> Delivery {
    let prepared = prepare(network, webhook);
    let started = Instant::now();
    let mut delivery =
        Delivery { url: webhook.url.to_owned(), status: None, body: String::new(), content_type: None, error: None };
    let limit = Duration::from_millis(network.behaviour().webhook_read_timeout_ms);
    if let Err(reason) = exchange(network, &prepared, limit, &mut delivery).await {
        delivery.error = Some(reason);
    } else {
        delivery.error = match webhook.kind.document() {
            Some(DocumentKind::Message) => cxml::messages::read(&delivery).err(),
            Some(DocumentKind::Voice) => cxml::voice::read(&delivery).err(),
            None => None,
        };
    }
    network.journal().add_callback(CallbackEntry {
        status: delivery.status,
        error: delivery.error.clone(),
        duration_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        ..entry(webhook, prepared.signature, attempt)
    });
    delivery
}

/// Writes down a callback that gets lost on purpose.
pub fn drop_silently(network: &Network, webhook: &Webhook<'_>) {
    let signature = prepare(network, webhook).signature;
    network.journal().add_callback(CallbackEntry { dropped: true, ..entry(webhook, signature, 1) });
}

struct Prepared<'a> {
    method: reqwest::Method,
    /// With the parameters of a GET.
    url: String,
    body: Option<(&'a str, String)>,
    signature: String,
}

fn prepare<'a>(network: &Network, webhook: &Webhook<'_>) -> Prepared<'a> {
    let key = &network.settings().signing_key;
    match &webhook.content {
        Content::Json(body) => Prepared {
            method: reqwest::Method::POST,
            url: webhook.url.to_owned(),
            body: Some(("application/json", body.clone())),
            signature: sign::json_signature(key, webhook.url, body),
        },
        Content::Form(parameters) => {
            let encoded = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
            if webhook.method == "GET" {
                let base = webhook.url.split('#').next().unwrap_or(webhook.url);
                let joint = if base.contains('?') { '&' } else { '?' };
                let url = format!("{base}{joint}{encoded}");
                let signature = sign::form_signature(key, &url, &[]);
                return Prepared { method: reqwest::Method::GET, url, body: None, signature };
            }
            Prepared {
                method: reqwest::Method::POST,
                url: webhook.url.to_owned(),
                body: Some(("application/x-www-form-urlencoded", encoded)),
                signature: sign::form_signature(key, webhook.url, parameters),
            }
        }
    }
}

/// Sends the request and reads the answer; the limit holds until the first byte and between packets.
async fn exchange(
    network: &Network,
    prepared: &Prepared<'_>,
    limit: Duration,
    delivery: &mut Delivery,
) -> Result<(), String> {
    let mut request = network
        .http()
        .request(prepared.method.clone(), &prepared.url)
        .header("X-SignalWire-Signature", &prepared.signature)
        .header("X-Twilio-Signature", &prepared.signature);
    if let Some((content_type, body)) = &prepared.body {
        request = request.header(CONTENT_TYPE, *content_type).body(body.clone());
    }
    let timed_out = || "11200: timed out".to_owned();
    let mut response = tokio::time::timeout(limit, request.send())
        .await
        .map_err(|_| timed_out())?
        .map_err(|error| describe_failure(&error))?;
    delivery.status = Some(response.status().as_u16());
    let header = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    delivery.content_type = header.map(str::to_owned);

    let mut body = Vec::new();
    loop {
        let chunk = tokio::time::timeout(limit, response.chunk()).await.map_err(|_| timed_out())?;
        let Some(chunk) = chunk.map_err(|error| describe_failure(&error))? else { break };
        body.extend_from_slice(&chunk);
        if body.len() > MAX_ANSWER {
            return Err("11750: the answer is larger than 64 kB".to_owned());
        }
    }
    delivery.body = String::from_utf8_lossy(&body).into_owned();
    if delivery.succeeded() {
        Ok(())
    } else {
        Err(format!("11217: the server answered {}", response.status().as_u16()))
    }
}

fn describe_failure(error: &reqwest::Error) -> String {
    let code = if error.is_redirect() {
        "11215: too many redirects"
    } else if error.is_timeout() {
        "11200: timed out"
    } else if error.is_connect() {
        "11205: no connection"
    } else {
        "11251: protocol violation"
    };
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    format!("{code} ({cause})")
}

fn entry(webhook: &Webhook<'_>, signature: String, attempt: u32) -> CallbackEntry {
    let (form, json) = match &webhook.content {
        Content::Form(parameters) => (form::to_json(parameters), None),
        Content::Json(body) => (serde_json::Value::Null, serde_json::from_str(body).ok()),
    };
    CallbackEntry {
        at: clock::now(),
        kind: webhook.kind,
        method: webhook.method.to_owned(),
        url: webhook.url.to_owned(),
        form,
        json,
        signature,
        attempt,
        status: None,
        error: None,
        dropped: false,
        duration_ms: 0,
    }
}
