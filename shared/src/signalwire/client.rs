//! Sending requests to SignalWire: addresses, credentials, paging, and what may be tried again.

use std::collections::HashSet;
use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{RequestBuilder, Response, header};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tracing::Span;
use url::{Position, Url};

use super::error::{ClientError, Effect, Failure, Refusal, UnreadableAnswer};
use super::wire;
use crate::config::CarrierConfig;
use crate::http_client::{self, HttpClientError, TimeLimits};

/// Everything but letters, digits and `-._~` is escaped in a path segment.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// A list that is read at once and has more pages is a list that does not end. What grows without bounds is read page by page.
const MAX_PAGES: usize = 200;
/// The largest page (SignalWire, paging).
pub(super) const PAGE_SIZE: (&str, &str) = ("PageSize", "1000");

/// A client for one project. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    space_url: Url,
    project_id: String,
    token: SecretString,
}

/// One page of a list.
#[derive(Debug)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Path and query of the one after it. It stays where it is while the list grows at its front.
    pub next: Option<String>,
}

/// Name and effect of an operation, for logs and for the meaning of a lost answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Operation {
    pub name: &'static str,
    pub effect: Effect,
}

impl Operation {
    pub const fn read(name: &'static str) -> Self {
        Self { name, effect: Effect::Read }
    }

    pub const fn idempotent(name: &'static str) -> Self {
        Self { name, effect: Effect::Idempotent }
    }

    pub const fn once(name: &'static str) -> Self {
        Self { name, effect: Effect::Once }
    }

    pub fn unreadable(self, source: UnreadableAnswer) -> ClientError {
        ClientError::Unreadable { effect: self.effect, source }
    }
}

impl Client {
    /// # Errors
    /// [`HttpClientError`] when the HTTP client cannot be built; never because of the network.
    pub fn new(config: CarrierConfig, limits: TimeLimits) -> Result<Self, HttpClientError> {
        let CarrierConfig { project_id, token, space_url } = config;
        Ok(Self { http: http_client::build(limits)?, space_url, project_id, token })
    }

    /// An address of the compatibility API, below the account.
    pub(super) fn account_url(&self, segments: &[&str]) -> Url {
        let mut all = vec!["api", "laml", "2010-04-01", "Accounts", self.project_id.as_str()];
        all.extend(segments);
        let mut url = self.url(&all);
        url.set_path(&format!("{}.json", url.path()));
        url
    }

    /// An address of the 10DLC registry.
    pub(super) fn registry_url(&self, segments: &[&str]) -> Url {
        let mut all = vec!["api", "relay", "rest", "registry", "beta"];
        all.extend(segments);
        self.url(&all)
    }

    /// An address of the newer Messaging API.
    pub(super) fn messaging_url(&self, segments: &[&str]) -> Url {
        let mut all = vec!["api", "messaging"];
        all.extend(segments);
        self.url(&all)
    }

    /// An address of the newer Voice API.
    pub(super) fn voice_url(&self, segments: &[&str]) -> Url {
        let mut all = vec!["api", "voice"];
        all.extend(segments);
        self.url(&all)
    }

    /// An address of the newer API of numbers.
    pub(super) fn relay_url(&self, segments: &[&str]) -> Url {
        let mut all = vec!["api", "relay", "rest"];
        all.extend(segments);
        self.url(&all)
    }

    fn url(&self, segments: &[&str]) -> Url {
        let escaped: Vec<_> =
            segments.iter().map(|segment| utf8_percent_encode(segment, SEGMENT).to_string()).collect();
        let mut url = self.space_url.clone();
        url.set_path(&escaped.join("/"));
        url
    }

    /// Reads, and tries once more when the connection failed. Only reads are repeated here.
    pub(super) async fn get<T: DeserializeOwned>(&self, operation: Operation, url: Url) -> Result<T, ClientError> {
        let answer = match self.send(operation, self.http.get(url.clone())).await {
            Err(
                error @ (ClientError::Unreachable { .. }
                | ClientError::Unavailable { cause: Failure::ConnectionLost(_) }),
            ) => {
                tracing::info!(signalwire.operation = operation.name, error.message = %error, "reading again");
                self.send(operation, self.http.get(url)).await?
            }
            other => other?,
        };
        wire::decode(&answer).map_err(|error| operation.unreadable(error))
    }

    /// Reads a list to its end. Both styles of paging are followed: `next_page_uri` and `links.next`.
    pub(super) async fn list<T: DeserializeOwned>(
        &self,
        operation: Operation,
        first: Url,
        key: &str,
    ) -> Result<Vec<T>, ClientError> {
        let mut items = Vec::new();
        let mut visited = HashSet::new();
        let mut next = Some(first);
        while let Some(url) = next {
            if visited.len() == MAX_PAGES || !visited.insert(url.clone()) {
                return Err(operation.unreadable(UnreadableAnswer::Paging));
            }
            let mut page = self.page(operation, url, key).await?;
            items.append(&mut page.items);
            next = page.next.map(|link| self.page_url(operation, &link)).transpose()?;
        }
        Ok(items)
    }

    /// Reads one page of a list.
    pub(super) async fn page<T: DeserializeOwned>(
        &self,
        operation: Operation,
        url: Url,
        key: &str,
    ) -> Result<Page<T>, ClientError> {
        let mut page: Map<String, Value> = self.get(operation, url.clone()).await?;
        let next = self.next_page(&page).map_err(|error| operation.unreadable(error))?;
        if next.as_ref() == Some(&url) {
            return Err(operation.unreadable(UnreadableAnswer::Paging));
        }
        let next = next.map(|url| url[Position::BeforePath..].to_owned());
        let list = page.remove(key).unwrap_or(Value::Null);
        let items = wire::decode_value(list).map_err(|error| operation.unreadable(error))?;
        Ok(Page { items, next })
    }

    /// The address of a page that another one named.
    pub(super) fn page_url(&self, operation: Operation, link: &str) -> Result<Url, ClientError> {
        self.same_host(link).map_err(|error| operation.unreadable(error))
    }

    /// The next page must be at the same host, because the credentials go along.
    fn next_page(&self, page: &Map<String, Value>) -> Result<Option<Url>, UnreadableAnswer> {
        let link = page.get("next_page_uri").or_else(|| page.get("links").and_then(|links| links.get("next")));
        let Some(link) = link.and_then(Value::as_str).filter(|link| !link.is_empty()) else {
            return Ok(None);
        };
        self.same_host(link).map(Some)
    }

    /// An address that an answer names.
    pub(super) fn same_host(&self, link: &str) -> Result<Url, UnreadableAnswer> {
        match self.space_url.join(link) {
            Ok(url) if url.origin() == self.space_url.origin() => Ok(url),
            Ok(_) | Err(_) => Err(UnreadableAnswer::Paging),
        }
    }

    /// Changes something by a form POST (compatibility API).
    pub(super) async fn post_form<T: DeserializeOwned>(
        &self,
        operation: Operation,
        url: Url,
        form: &[(&str, &str)],
    ) -> Result<T, ClientError> {
        let answer = self.send(operation, self.http.post(url).form(form)).await?;
        wire::decode(&answer).map_err(|error| operation.unreadable(error))
    }

    /// Changes something by a JSON POST (newer APIs).
    pub(super) async fn post_json<T: DeserializeOwned>(
        &self,
        operation: Operation,
        url: Url,
        body: &Value,
    ) -> Result<T, ClientError> {
        let answer = self.send(operation, self.http.post(url).json(body)).await?;
        wire::decode(&answer).map_err(|error| operation.unreadable(error))
    }

    /// Deletes; the answer has no body.
    pub(super) async fn delete(&self, operation: Operation, url: Url) -> Result<(), ClientError> {
        self.send(operation, self.http.delete(url)).await.map(drop)
    }

    /// One request, one answer. Any 2xx is a success: the sources disagree on 200 and 201.
    #[tracing::instrument(
        name = "signalwire.request",
        skip_all,
        fields(signalwire.operation = operation.name, http.response.status_code = tracing::field::Empty)
    )]
    async fn send(&self, operation: Operation, request: RequestBuilder) -> Result<Vec<u8>, ClientError> {
        let lost = |error| ClientError::from_transport(operation.effect, error);
        let request = request
            .basic_auth(&self.project_id, Some(self.token.expose_secret()))
            .header(header::ACCEPT, "application/json");
        let response = request.send().await.map_err(lost)?;
        let status = response.status();
        Span::current().record("http.response.status_code", status.as_u16());

        let retry_after = retry_after(&response);
        let body = response.bytes().await.map_err(lost)?;
        if status.is_success() {
            return Ok(body.to_vec());
        }
        Err(ClientError::from_refusal(operation.effect, Refusal::read(status.as_u16(), &body), retry_after))
    }
}

/// `Retry-After` in seconds. The other form, a date, is not used for 429 by anybody we know.
fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}
