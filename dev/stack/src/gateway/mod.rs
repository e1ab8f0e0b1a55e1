//! The port that browsers, providers and scripts talk to: the HTTP API, the function URLs, Lambda's invoke API, and
//! what is ours (the console at `/`, and `/_local/…`).

mod api_page;
mod console;
mod event;
mod invoke_api;
mod local_api;
mod receiver;
mod response;
mod routes;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::response::{Redirect, Response};
use axum::routing::{any, get, post};
use chrono::Utc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::functions::{Instances, Outcome, PAYLOAD_LIMIT, new_trace};
use crate::logs::LogBook;
use crate::page;
use crate::schedules::Scheduled;
use crate::template::Template;
use crate::urls::Urls;
pub use console::Console;
use event::Service;
use routes::Routes;

/// The id of the one HTTP API.
pub const API_ID: &str = "local";

/// Amazon API Gateway, quotas for HTTP APIs: 10 MB.
const REQUEST_LIMIT: usize = 10 * 1024 * 1024;

/// Everything that the gateway leads to.
pub struct Gateway {
    functions: BTreeMap<String, Arc<Instances>>,
    routes: Routes<Arc<Instances>>,
    with_url: Vec<String>,
    pub(crate) schedules: Vec<Scheduled>,
    pub(crate) logs: LogBook,
    pub(crate) urls: Urls,
    console: Console,
    integration_timeout: Duration,
}

impl Gateway {
    pub fn new(
        template: &Template,
        functions: BTreeMap<String, Arc<Instances>>,
        schedules: Vec<Scheduled>,
        logs: LogBook,
        (urls, console): (Urls, Console),
        integration_timeout: Duration,
    ) -> Self {
        let mut routes = Vec::new();
        let mut with_url = Vec::new();
        for function in &template.functions {
            let Some(instances) = functions.get(&function.binary) else { continue };
            routes.extend(function.routes.iter().map(|route| (route.clone(), Arc::clone(instances))));
            if function.has_url {
                with_url.push(function.binary.clone());
            }
        }
        Self { routes: Routes::new(routes), functions, with_url, schedules, logs, urls, console, integration_timeout }
    }

    /// `root` is the checkout.
    pub fn serve(self, listener: TcpListener, root: &Path, shutdown: CancellationToken) {
        let router = Router::new()
            .route("/config.json", get(console::config))
            .route("/2015-03-31/functions/{function}/invocations", post(invoke_api::invoke))
            .route("/_local/", get(page::show))
            .route("/_local", get(|| async { Redirect::permanent("/_local/") }))
            .nest("/_local/api/", api_page::router(root))
            .route("/_local/api", get(|| async { Redirect::permanent("/_local/api/") }))
            .route("/_local/functions", get(local_api::functions))
            .route("/_local/logs", get(local_api::logs))
            .route("/_local/webhooks", post(receiver::receive))
            .route("/_local/schedules", get(local_api::schedules))
            .route("/_local/schedules/{name}/fire", post(local_api::fire))
            .route("/lambda-url/{function}", any(function_url))
            .route("/lambda-url/{function}/{*path}", any(function_url))
            .route("/lambda-url/{function}/", any(function_url))
            .fallback(http_api)
            .with_state(Arc::new(self));
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move {
            tokio::select! {
                result = axum::serve(listener, service).into_future() => {
                    if let Err(error) = result {
                        tracing::error!(%error, "the gateway ended");
                    }
                }
                () = shutdown.cancelled() => {}
            }
        });
    }

    /// A function by the name of its binary, its deployed name or its ARN.
    pub(crate) fn function(&self, name: &str) -> Option<&Arc<Instances>> {
        self.functions.get(name).or_else(|| {
            self.functions.values().find(|it| it.settings().function_name == name || it.settings().arn == name)
        })
    }

    pub(crate) fn functions(&self) -> impl Iterator<Item = &Arc<Instances>> {
        self.functions.values()
    }
}

async fn http_api(
    State(gateway): State<Arc<Gateway>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let path = request.uri().path().to_owned();
    let Some(found) = gateway.routes.find(request.method().as_str(), &path) else {
        return gateway.console.answer(request).await;
    };
    let Some(request) = read(request, path, peer).await else {
        return response::message(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
    };
    let event = event::build(Service::HttpApi, &request, &found.route_key, &found.path_parameters, Utc::now());
    let answer = invoke(Service::HttpApi, found.target, &event);
    let Ok(answer) = tokio::time::timeout(gateway.integration_timeout, answer).await else {
        return response::message(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable");
    };
    answer
}

async fn function_url(
    State(gateway): State<Arc<Gateway>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let path = request.uri().path();
    let rest = path.strip_prefix("/lambda-url/").unwrap_or(path);
    let (name, path) = rest.split_once('/').unwrap_or((rest, ""));
    let path = format!("/{path}");
    let Some(instances) = gateway.with_url.iter().find(|it| *it == name).and_then(|it| gateway.function(it)) else {
        return response::message(StatusCode::NOT_FOUND, "No function with a URL has this name");
    };
    let Some(request) = read(request, path, peer).await else {
        return response::message(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
    };
    let event = event::build(Service::FunctionUrl, &request, "$default", &BTreeMap::new(), Utc::now());
    invoke(Service::FunctionUrl, instances, &event).await
}

/// The whole request, or None when it is larger than the gateway takes.
async fn read(request: Request, path: String, peer: SocketAddr) -> Option<event::Request> {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, REQUEST_LIMIT).await.ok()?;
    Some(event::Request {
        method: parts.method,
        path,
        uri: parts.uri,
        version: parts.version,
        headers: parts.headers,
        body,
        source_ip: peer.ip(),
    })
}

async fn invoke(service: Service, instances: &Arc<Instances>, event: &serde_json::Value) -> Response {
    let payload = event.to_string();
    if payload.len() > PAYLOAD_LIMIT {
        return response::message(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
    }
    // The invocation is a part of the request's trace.
    let trace = event["headers"]["x-amzn-trace-id"].as_str().filter(|trace| trace.starts_with("Root="));
    let trace = trace.map_or_else(new_trace, ToOwned::to_owned);
    match instances.invoke_traced(Bytes::from(payload), trace).await {
        Outcome::Response(answer) => {
            response::from_answer(service, &answer).unwrap_or_else(|| response::failed(service))
        }
        Outcome::Error(_) => response::failed(service),
    }
}
