//! The providers' requests to our function URLs.

use std::time::Instant;

use http::{HeaderValue, Response, StatusCode, header};
use lambda_http::{Body, Request};

use super::problem::Chain;
use crate::{
    domain::CallStep,
    signalwire::{SigningKey, StepError, StepSigner, VerifiedWebhook, Verifier, WebhookRequest},
    telemetry::metrics::{self, Metric},
};

/// What a webhook answers.
#[derive(Debug)]
pub enum WebhookReply {
    /// 200 with an empty cXML document: taken, nothing to do (SignalWire, Messaging, `<Response>`).
    EmptyResponse,
    /// 200 with this cXML document: what happens next in a call.
    Document(String),
    /// 204: taken.
    NoContent,
    /// 200 with a short JSON text: taken.
    Accepted,
    /// 403 without a word: the signature is not right.
    Forbidden,
    /// 422: genuine, and not of a form that we can read. The provider shows it as failed and can send it again.
    Unreadable(Box<dyn std::error::Error + Send + Sync>),
    /// 503: not stored; the provider tries again or asks the fallback URL.
    NotStored(Box<dyn std::error::Error + Send + Sync>),
}

impl WebhookReply {
    /// The wire answer; logs a failure, once.
    #[must_use]
    pub fn into_response(self) -> Response<Body> {
        let (status, content_type, body) = match self {
            Self::EmptyResponse => return empty_response(),
            Self::Document(text) => return document(text),
            Self::NoContent => (StatusCode::NO_CONTENT, None, Body::Empty),
            Self::Accepted => (StatusCode::OK, Some("application/json"), Body::from("{\"received\":true}")),
            Self::Forbidden => (StatusCode::FORBIDDEN, None, Body::Empty),
            Self::Unreadable(error) => {
                tracing::error!(error = %Chain(error.as_ref()), "webhook cannot be read");
                (StatusCode::UNPROCESSABLE_ENTITY, None, Body::Empty)
            }
            Self::NotStored(error) => {
                tracing::error!(error = %Chain(error.as_ref()), "webhook not stored");
                (StatusCode::SERVICE_UNAVAILABLE, None, Body::Empty)
            }
        };
        let mut response = Response::new(body);
        *response.status_mut() = status;
        if let Some(content_type) = content_type {
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        response
    }
}

/// An empty cXML document.
#[must_use]
pub fn empty_response() -> Response<Body> {
    document("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>".to_owned())
}

fn document(text: String) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/xml"));
    response
}

/// The body as the provider sent it.
#[must_use]
pub fn raw_body(request: &Request) -> &[u8] {
    request.body()
}

/// Measures how a webhook is answered: its time, and whether it is refused. `webhook` is the function's name.
pub fn measured(
    webhook: &'static str,
    answer: impl Future<Output = Response<Body>>,
) -> impl Future<Output = Response<Body>> {
    // Boxed: the future of a whole webhook is large, and would lie twice in the caller's.
    let answer = Box::pin(answer);
    async move {
        let began = Instant::now();
        let response = answer.await;
        let refused = response.status().is_client_error() || response.status().is_server_error();
        let values = [
            (Metric::WebhookRequests, 1.0),
            (Metric::WebhookErrors, f64::from(u8::from(refused))),
            (Metric::WebhookLatency, began.elapsed().as_secs_f64() * 1000.0),
        ];
        metrics::emit_with(&values, &[("webhook", webhook.into()), ("status", response.status().as_u16().into())]);
        response
    }
}

/// Notes that a genuine request was signed with the second key.
pub fn note_secondary_key() {
    tracing::warn!("webhook signed with the secondary key");
    metrics::emit(&[(Metric::SecondarySigningKeyUsed, 1.0)]);
}

/// Verifies a request of SignalWire, over the raw bytes.
///
/// # Errors
/// [`WebhookReply::Forbidden`]; why is in the log and nowhere else.
pub fn verify_signalwire(verifier: &Verifier, request: &Request) -> Result<VerifiedWebhook, WebhookReply> {
    let signed = WebhookRequest {
        method: request.method(),
        raw_query: request.uri().query(),
        headers: request.headers(),
        body: raw_body(request),
    };
    let webhook = verifier.verify(&signed).map_err(|error| {
        tracing::warn!(reason = ?error.reason(), "webhook refused");
        WebhookReply::Forbidden
    })?;
    if webhook.key() == SigningKey::Secondary {
        note_secondary_key();
    }
    Ok(webhook)
}

/// What an address of ours is about that the carrier requests in the course of a call; `None` for the number's own.
///
/// # Errors
/// [`WebhookReply::Forbidden`] for what was not written here.
pub fn read_step(steps: &StepSigner, request: &Request) -> Result<Option<CallStep>, WebhookReply> {
    steps.read(request.uri().query()).map_err(|error| match error {
        StepError::Forged => {
            tracing::warn!("step of a call refused");
            WebhookReply::Forbidden
        }
        StepError::Unknown(_) => WebhookReply::Unreadable(Box::new(error)),
    })
}
