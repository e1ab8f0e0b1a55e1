//! The web console, served as `CloudFront` serves it: what Vite built, its page for every other address that a person
//! opens, and `config.json`.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde_json::{Value, json};
use tower_http::services::ServeDir;

use super::{Gateway, response};
use crate::accounts::ClerkAccount;
use crate::urls::Urls;

/// Vite puts a hash of the content into the names of what lies here.
const ASSETS: &str = "/assets/";

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_EACH_TIME: HeaderValue = HeaderValue::from_static("no-cache");

/// Where the console's files are, and what it has to know at run time.
pub struct Console {
    directory: PathBuf,
    config: Value,
    /// What its pages may load and ask.
    policy: Option<HeaderValue>,
}

impl Console {
    pub fn new(directory: PathBuf, urls: &Urls, clerk: &ClerkAccount) -> Self {
        let simulated = !urls.clerk.is_empty();
        let sign_in = if simulated {
            json!({ "mode": "simulated", "url": urls.clerk, "tokenUrl": urls.token })
        } else {
            json!({ "mode": "clerk", "publishableKey": clerk.publishable_key })
        };
        let billing_url = if simulated { format!("{}/billing", urls.clerk) } else { String::new() };
        let config = json!({ "apiUrl": "", "clerk": sign_in, "billingUrl": billing_url, "localUrl": urls.local });
        Self { directory, config, policy: None }
    }

    /// Sends the template's content security policy along. What it says about S3 holds for the local server.
    pub fn with_policy(mut self, policy: Option<&str>, s3: &str) -> Result<Self> {
        let local = |source: &str| if source.contains(".amazonaws.com") { s3.to_owned() } else { source.to_owned() };
        let policy = policy.map(|policy| {
            let directives = policy.split(';').map(str::trim);
            let sources = |directive: &str| directive.split_whitespace().map(&local).collect::<Vec<_>>().join(" ");
            HeaderValue::try_from(directives.map(sources).collect::<Vec<_>>().join("; "))
        });
        self.policy = policy.transpose().context("the content security policy of the template is no header")?;
        Ok(self)
    }

    /// Answers what no route of the API does.
    pub async fn answer(&self, request: Request) -> Response {
        let readable = [Method::GET, Method::HEAD].contains(request.method());
        if !readable || request.uri().path().starts_with("/api/") {
            return response::message(StatusCode::NOT_FOUND, "Not Found");
        }
        let opened_by_a_person = accepts_html(&request);
        let path = request.uri().path().to_owned();
        let found = self.file(request).await;
        if path != "/" && found.status() != StatusCode::NOT_FOUND {
            let lifetime = if path.starts_with(ASSETS) { FOR_EVER } else { ASK_EACH_TIME };
            return with_lifetime(found, lifetime);
        }
        if !opened_by_a_person {
            return response::message(StatusCode::NOT_FOUND, "Not Found");
        }
        // The console's own router knows the address, or says that there is nothing.
        let page = Request::builder().uri("/index.html").body(Body::empty()).unwrap_or_default();
        let page = self.file(page).await;
        if page.status() == StatusCode::NOT_FOUND {
            return not_built();
        }
        let mut page = with_lifetime(page, ASK_EACH_TIME);
        if let Some(policy) = &self.policy {
            page.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy.clone());
        }
        page
    }

    async fn file(&self, request: Request) -> Response {
        let mut files = ServeDir::new(&self.directory).append_index_html_on_directories(false);
        match files.try_call(request).await {
            Ok(found) => found.map(Body::new),
            Err(error) => {
                tracing::error!(%error, directory = %self.directory.display(), "cannot read the console");
                response::message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
            }
        }
    }
}

pub async fn config(State(gateway): State<Arc<Gateway>>) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(gateway.console.config.clone())).into_response()
}

fn accepts_html(request: &Request) -> bool {
    let accepted = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|accepted| accepted.contains("text/html"))
}

fn with_lifetime(mut response: Response, lifetime: HeaderValue) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, lifetime);
    response
}

fn not_built() -> Response {
    let page = maud::html! {
        (maud::DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; meta name="color-scheme" content="light dark"; title { "The console is not built" } }
            body style="font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem" {
                h1 { "The console is not built" }
                p {
                    "There is no " code { "console/dist" } ". Run " code { "npm ci && npm run build" } " in "
                    code { "console/" } ", or " code { "make up" } ", which does it, and load this page again."
                }
                p { "Everything else works: " a href="/_local/" { "what runs where, and a tour to paste into a terminal" } "." }
            }
        }
    };
    let headers = [(header::CACHE_CONTROL, "no-store")];
    (StatusCode::SERVICE_UNAVAILABLE, headers, Html(page.into_string())).into_response()
}

#[cfg(test)]
#[path = "console_tests.rs"]
mod tests;
