//! A Clerk instance in memory, for development and tests: organisations, plans, Svix-signed webhooks with retries,
//! session tokens, and the billing part of the Backend API. Nothing here is shared with the product, so that a mistake
//! cannot be made on both sides at once.

mod backend_api;
mod billing;
mod billing_page;
mod change;
mod clock;
mod control;
mod control_messages;
mod deliver;
mod events;
mod ids;
mod instance;
mod keys;
mod organizations;
mod page;
mod payloads;
mod plans;
mod refusal;
mod sign;
mod state;
#[cfg(test)]
mod tests;
mod tokens;
mod view;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tower_http::cors::{AllowMethods, AllowOrigin, CorsLayer};

use crate::instance::Instance;

/// How long requests in flight may take to finish at a stop.
const STOP_PATIENCE: Duration = Duration::from_secs(3);

/// What an instance starts with.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where events go; without it they are recorded only.
    pub webhook_url: Option<String>,
    /// `whsec_…`.
    pub webhook_secret: String,
    /// `ins_…`: in every event, and the key id of every token.
    pub instance_id: String,
    /// `sk_test_…`, which opens the Backend API.
    pub secret_key: String,
    /// The origin in the claim `azp` of every token.
    pub authorized_party: String,
    /// Users, organisations, deliveries and the key survive a restart when given.
    pub state_file: Option<PathBuf>,
    /// The key that signs tokens, PKCS #8 PEM; made at the first start when absent.
    pub private_key_pem: Option<String>,
    /// The issuer of tokens, when it is not the address of the listener.
    pub public_url: Option<String>,
    /// Waits before each retry of a webhook. Svix waits 5 s, 5 min, 30 min and so on; nobody waits so long here.
    pub retry_delays: Vec<Duration>,
    /// How long the endpoint may take to answer.
    pub delivery_timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            webhook_url: None,
            webhook_secret: "whsec_Y2xlcmstc2ltdWxhdG9yLXdlYmhvb2s=".to_owned(),
            instance_id: "ins_simulator".to_owned(),
            secret_key: "sk_test_simulator".to_owned(),
            authorized_party: "http://localhost:5173".to_owned(),
            state_file: None,
            private_key_pem: None,
            public_url: None,
            retry_delays: [500, 2_000, 10_000, 30_000].map(Duration::from_millis).to_vec(),
            delivery_timeout: Duration::from_secs(15),
        }
    }
}

/// A running instance.
pub struct Simulator {
    instance: Arc<Instance>,
    server: JoinHandle<std::io::Result<()>>,
}

impl Simulator {
    /// Starts to serve; answers when requests are taken.
    pub async fn start(listener: TcpListener, settings: Settings) -> anyhow::Result<Self> {
        let base_url = match &settings.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => local_url(&listener)?,
        };
        let instance = Instance::open(settings, base_url).await?;
        let stopping = instance.stopping.clone();
        let router = router(&instance);
        let serve =
            async move { axum::serve(listener, router).with_graceful_shutdown(stopping.cancelled_owned()).await };
        Ok(Self { server: tokio::spawn(serve), instance })
    }

    /// Base URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.instance.base_url
    }

    /// The claim `iss` of every token.
    #[must_use]
    pub fn issuer(&self) -> String {
        self.instance.base_url.clone()
    }

    /// The public key of every token, SPKI PEM: the setting `CLERK_JWT_KEY`.
    #[must_use]
    pub fn jwt_key_pem(&self) -> String {
        self.instance.key.public_pem().to_owned()
    }

    /// Stops serving and saves the state. Retries that were under way continue at the next start.
    pub async fn stop(self) {
        self.instance.stopping.cancel();
        let server = self.server.abort_handle();
        if tokio::time::timeout(STOP_PATIENCE, self.server).await.is_err() {
            // A client that keeps its request open does not keep the simulator alive.
            server.abort();
        }
        if let Err(error) = self.instance.close().await {
            tracing::error!(error = format!("{error:#}"), "cannot save the state");
        }
    }
}

fn router(instance: &Arc<Instance>) -> Router {
    Router::new()
        .merge(page::routes())
        .merge(billing_page::routes())
        .merge(control::routes())
        .merge(control_messages::routes())
        .merge(backend_api::routes(instance))
        .layer(cross_origin())
        .with_state(Arc::clone(instance))
}

/// The application's pages, which come from another port of this machine, may sign people up and in.
fn cross_origin() -> CorsLayer {
    let local = AllowOrigin::predicate(|origin, _| {
        let origin = origin.to_str().unwrap_or_default();
        ["http://127.0.0.1", "http://localhost"]
            .iter()
            .any(|host| origin.strip_prefix(host).is_some_and(|port| port.is_empty() || port.starts_with(':')))
    });
    CorsLayer::new().allow_origin(local).allow_methods(AllowMethods::mirror_request()).allow_headers([CONTENT_TYPE])
}

fn local_url(listener: &TcpListener) -> anyhow::Result<String> {
    let address = listener.local_addr().context("the listener has no address")?;
    if address.ip().is_unspecified() {
        return Ok(format!("http://127.0.0.1:{}", address.port()));
    }
    Ok(format!("http://{address}"))
}
