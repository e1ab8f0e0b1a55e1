//! One request to one endpoint.

use reqwest::{StatusCode, header};
use serde_json::Value;
use shared::{
    clock,
    db::webhook_deliveries::Claimed,
    domain::{WebhookFailure, WebhookUrl},
    http_client,
    webhooks::{WebhookSecret, sign_webhook},
};

use crate::handler::State;

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// 2xx.
    Taken { status: i16 },
    /// Anything else.
    Failed { failure: WebhookFailure, status: Option<i16> },
}

/// Signs and sends. Of the answer only the status counts: its body is not read.
pub(crate) async fn attempt(state: &State, delivery: &Claimed, payload: &Value) -> Attempt {
    let failed = |failure| Attempt::Failed { failure, status: None };
    let Ok(url) = WebhookUrl::parse(&delivery.url, state.destinations) else {
        return failed(WebhookFailure::AddressRefused);
    };
    let body = payload.to_string();
    let secrets: Vec<WebhookSecret> = delivery.secrets.iter().cloned().map(WebhookSecret::stored).collect();
    let Ok(headers) = sign_webhook(&secrets, delivery.event.id.0, clock::now(), body.as_bytes()) else {
        return failed(WebhookFailure::Unreachable);
    };
    let request = state
        .http
        .post(url.as_str())
        .header(header::CONTENT_TYPE, "application/json")
        .header("webhook-id", headers.id)
        .header("webhook-timestamp", headers.timestamp)
        .header("webhook-signature", headers.signature)
        .body(body);
    match request.send().await {
        Ok(response) => judge(response.status()),
        Err(error) if http_client::is_forbidden(&error) => failed(WebhookFailure::AddressRefused),
        Err(error) if error.is_timeout() => failed(WebhookFailure::TimedOut),
        Err(_) => failed(WebhookFailure::Unreachable),
    }
}

fn judge(answer: StatusCode) -> Attempt {
    let status = i16::try_from(answer.as_u16()).unwrap_or(i16::MAX);
    if answer.is_success() {
        Attempt::Taken { status }
    } else {
        Attempt::Failed { failure: WebhookFailure::Refused, status: Some(status) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_2xx_is_taken() {
        for code in [200, 201, 202, 204, 299] {
            assert!(matches!(judge(StatusCode::from_u16(code).unwrap()), Attempt::Taken { .. }), "{code}");
        }
        for code in [301, 302, 304, 400, 401, 404, 410, 429, 500, 503] {
            assert!(matches!(judge(StatusCode::from_u16(code).unwrap()), Attempt::Failed { .. }), "{code}");
        }
    }
}
