//! Reading a subscription back from Clerk (Backend API 2026-05-12), because events are partial, unordered and may be lost.

use std::time::Duration;

use reqwest::{Response, header};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tracing::Span;
use url::Url;

use super::billing::Subscription;
use super::event::EventError;
use crate::config::ClerkApiConfig;
use crate::http_client::{self, HttpClientError, TimeLimits};

const VERSION_HEADER: &str = "clerk-api-version";
const VERSION: &str = "2026-05-12";

/// A client for one Clerk instance. Cheap to clone.
#[derive(Debug, Clone)]
pub struct BackendClient {
    http: reqwest::Client,
    url: Url,
    secret_key: SecretString,
}

/// Why a subscription could not be read.
#[derive(Debug, thiserror::Error)]
pub enum BackendError {
    /// Not a secret key of a Clerk instance, or a revoked one. Only a person can change that.
    #[error("Clerk refused the secret key (HTTP {status})")]
    Unauthorized {
        /// 401 or 403.
        status: u16,
    },
    /// Too many requests: 1000 in ten seconds are allowed, 100 for a development instance.
    #[error("Clerk asked to slow down")]
    RateLimited {
        /// `Retry-After`, when given in seconds.
        retry_after: Option<Duration>,
    },
    /// No connection.
    #[error("Clerk could not be reached")]
    Unreachable(#[source] reqwest::Error),
    /// The time limit passed.
    #[error("Clerk did not answer in time")]
    TimedOut(#[source] reqwest::Error),
    /// The connection ended before the answer did.
    #[error("the connection to Clerk was lost")]
    ConnectionLost(#[source] reqwest::Error),
    /// 5xx.
    #[error("Clerk failed (HTTP {status})")]
    ServerError {
        /// Of the answer.
        status: u16,
    },
    /// Any other negative answer.
    #[error("Clerk refused the request (HTTP {status}, code {})", code.as_deref().unwrap_or("none"))]
    Refused {
        /// Of the answer.
        status: u16,
        /// Clerk's word, for instance `form_param_invalid`.
        code: Option<String>,
    },
    /// A positive answer that is no subscription.
    #[error("Clerk's answer cannot be read")]
    Unreadable(#[source] EventError),
}

impl BackendError {
    /// Would a request about another organisation meet the same?
    #[must_use]
    pub fn concerns_all(&self) -> bool {
        match self {
            Self::Unauthorized { .. } | Self::RateLimited { .. } | Self::Unreachable(_) => true,
            Self::TimedOut(_)
            | Self::ConnectionLost(_)
            | Self::ServerError { .. }
            | Self::Refused { .. }
            | Self::Unreadable(_) => false,
        }
    }

    fn from_transport(error: reqwest::Error) -> Self {
        let source = error.without_url();
        if source.is_timeout() {
            Self::TimedOut(source)
        } else if source.is_connect() || source.is_builder() {
            Self::Unreachable(source)
        } else {
            Self::ConnectionLost(source)
        }
    }

    fn from_refusal(status: u16, retry_after: Option<Duration>, body: &[u8]) -> Self {
        match status {
            401 | 403 => Self::Unauthorized { status },
            429 => Self::RateLimited { retry_after },
            408 | 500..=599 => Self::ServerError { status },
            _ => Self::Refused { status, code: error_code(body) },
        }
    }
}

impl BackendClient {
    /// # Errors
    /// [`HttpClientError`] when the HTTP client cannot be built; never because of the network.
    pub fn new(config: ClerkApiConfig, limits: TimeLimits) -> Result<Self, HttpClientError> {
        let ClerkApiConfig { url, secret_key } = config;
        Ok(Self { http: http_client::build(limits)?, url, secret_key })
    }

    /// Reads the subscription of an organisation (`GET /v1/organizations/{id}/billing/subscription`). `None` when Clerk
    /// knows no such organisation or subscription, which it also says to the key of another instance: so `None` is no
    /// statement about the plan.
    ///
    /// # Errors
    /// [`BackendError`] when there is no answer that can be used.
    pub async fn find_subscription(&self, organization_id: &str) -> Result<Option<Subscription>, BackendError> {
        let mut url = self.url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["v1", "organizations", organization_id, "billing", "subscription"]);
        }
        match self.get(url).await? {
            Some(body) => Subscription::parse(&body).map(Some).map_err(BackendError::Unreadable),
            None => Ok(None),
        }
    }

    /// One request; `None` for 404.
    #[tracing::instrument(name = "clerk.request", skip_all, fields(http.response.status_code = tracing::field::Empty))]
    async fn get(&self, url: Url) -> Result<Option<Vec<u8>>, BackendError> {
        let request = self
            .http
            .get(url)
            .bearer_auth(self.secret_key.expose_secret())
            .header(VERSION_HEADER, VERSION)
            .header(header::ACCEPT, "application/json");
        let response = request.send().await.map_err(BackendError::from_transport)?;
        let status = response.status();
        Span::current().record("http.response.status_code", status.as_u16());

        let retry_after = retry_after(&response);
        let body = response.bytes().await.map_err(BackendError::from_transport)?;
        match status.as_u16() {
            200..=299 => Ok(Some(body.to_vec())),
            404 => Ok(None),
            refused => Err(BackendError::from_refusal(refused, retry_after, &body)),
        }
    }
}

fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// Clerk's errors are a list; the first one decides.
fn error_code(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    body.pointer("/errors/0/code")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests;
