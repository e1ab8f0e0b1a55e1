//! The simulator as one value: a web server and the work behind it.

use std::time::Duration;

use axum::{Router, middleware, routing::get};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::DropGuard;

use crate::{
    api, assignments, calls,
    connection::{CuttableListener, Switch},
    control, lifecycle,
    network::Network,
    page, registry,
    settings::Settings,
};

/// How long a stop waits for requests in progress; an answer that is slow on purpose may take longer.
const STOP_TIMEOUT: Duration = Duration::from_secs(1);

/// A running simulator. Dropping it ends it too, but only [`Simulator::stop`] waits until it has ended.
pub struct Simulator {
    url: String,
    network: Network,
    server: JoinHandle<()>,
    _stop_on_drop: DropGuard,
}

impl Simulator {
    /// Starts to answer on `listener`, with the saved state if the settings name a file that has one.
    pub async fn start(listener: TcpListener, settings: Settings) -> anyhow::Result<Self> {
        let url = format!("http://{}", listener.local_addr()?);
        let network = tokio::task::spawn_blocking({
            let url = url.clone();
            move || Network::open(settings, url)
        })
        .await??;
        registry::resume(&network);
        assignments::resume(&network);
        lifecycle::resume(&network);
        calls::resume(&network);

        let routes = router(&network).into_make_service_with_connect_info::<Switch>();
        let stopping = network.stopping().clone();
        let stop_on_drop = stopping.clone().drop_guard();
        let server = tokio::spawn(async move {
            let serving = axum::serve(CuttableListener(listener), routes);
            if let Err(error) = serving.with_graceful_shutdown(stopping.cancelled_owned()).await {
                tracing::error!(%error, "the web server ended");
            }
        });
        Ok(Self { url, network, server, _stop_on_drop: stop_on_drop })
    }

    /// Base URL without a trailing slash, for instance `http://127.0.0.1:8802`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Ends the web server and all work in the background.
    pub async fn stop(self) {
        self.network.stop().await;
        match tokio::time::timeout(STOP_TIMEOUT, self.server).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the web server did not end in good order"),
            Err(_) => tracing::info!("requests that were still being answered are abandoned"),
        }
    }
}

/// Paths are normalised before they are routed, so the routes sit behind a fallback.
fn router(network: &Network) -> Router {
    let routes = Router::new()
        .merge(page::router())
        .nest("/_sim", control::router(network))
        .merge(Router::new().route("/files/{name}", get(control::file)).with_state(network.clone()))
        .fallback_service(api::router(network));
    Router::new().fallback_service(routes).layer(middleware::map_request(api::normalise))
}
