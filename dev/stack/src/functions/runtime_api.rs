//! The Lambda Runtime API (AWS Lambda, "Using the Lambda runtime API for custom runtimes"), for all functions on one port.
//!
//! Every instance gets its own base path (`/<function>/<instance>`), so that the runner knows which process asks.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{Instances, Outcome, PAYLOAD_LIMIT};

type Functions = Arc<BTreeMap<String, Arc<Instances>>>;

/// A bound port, before the functions that it will serve are known.
pub struct RuntimeApi {
    listener: TcpListener,
    url: String,
}

impl RuntimeApi {
    pub async fn bind() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("cannot listen for the functions")?;
        // The scheme is required as soon as there is a path behind it.
        let url = format!("http://{}", listener.local_addr()?);
        Ok(Self { listener, url })
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn serve(self, functions: BTreeMap<String, Arc<Instances>>, shutdown: CancellationToken) {
        let router = Router::new()
            .route("/{function}/{instance}/2018-06-01/runtime/invocation/next", get(next))
            .route("/{function}/{instance}/2018-06-01/runtime/invocation/{request}/response", post(response))
            .route("/{function}/{instance}/2018-06-01/runtime/invocation/{request}/error", post(error))
            .route("/{function}/{instance}/2018-06-01/runtime/init/error", post(init_error))
            .with_state(Arc::new(functions));
        tokio::spawn(async move {
            // Dropped rather than drained: idle instances keep their connections open for minutes.
            tokio::select! {
                result = axum::serve(self.listener, router).into_future() => {
                    if let Err(error) = result {
                        tracing::error!(%error, "the runtime API ended");
                    }
                }
                () = shutdown.cancelled() => {}
            }
        });
    }
}

async fn next(State(functions): State<Functions>, Path((function, instance)): Path<(String, u64)>) -> Response {
    let Some(instances) = functions.get(&function) else { return unknown() };
    let Some(assignment) = instances.next(instance).await else { return StatusCode::GONE.into_response() };
    let headers = [
        ("lambda-runtime-aws-request-id", assignment.request_id),
        ("lambda-runtime-deadline-ms", assignment.deadline_ms.to_string()),
        ("lambda-runtime-invoked-function-arn", assignment.arn),
        ("lambda-runtime-trace-id", assignment.trace),
        ("content-type", "application/json".to_owned()),
    ];
    (headers.map(|(name, value)| (HeaderName::from_static(name), value)), assignment.payload).into_response()
}

async fn response(
    State(functions): State<Functions>,
    Path((function, instance, request)): Path<(String, u64, String)>,
    body: Body,
) -> Response {
    let Some(instances) = functions.get(&function) else { return unknown() };
    let Ok(body) = axum::body::to_bytes(body, PAYLOAD_LIMIT).await else {
        let message = format!("Response payload size exceeded maximum allowed payload size ({PAYLOAD_LIMIT} bytes).");
        instances.respond(instance, &request, Outcome::error("Function.ResponseSizeTooLarge", &message));
        let answer = json!({ "errorType": "RequestEntityTooLarge", "errorMessage": message });
        return (StatusCode::PAYLOAD_TOO_LARGE, answer.to_string()).into_response();
    };
    acknowledge(instances.respond(instance, &request, Outcome::Response(body)))
}

async fn error(
    State(functions): State<Functions>,
    Path((function, instance, request)): Path<(String, u64, String)>,
    body: Bytes,
) -> Response {
    let Some(instances) = functions.get(&function) else { return unknown() };
    acknowledge(instances.respond(instance, &request, Outcome::Error(body)))
}

async fn init_error(
    State(functions): State<Functions>,
    Path((function, instance)): Path<(String, u64)>,
    body: Bytes,
) -> Response {
    let Some(instances) = functions.get(&function) else { return unknown() };
    instances.report_init_error(instance, body);
    acknowledge(true)
}

fn acknowledge(known: bool) -> Response {
    if known {
        (StatusCode::ACCEPTED, json!({ "status": "OK" }).to_string()).into_response()
    } else {
        let answer = json!({ "errorType": "InvalidRequestID", "errorMessage": "Invalid request ID" });
        (StatusCode::BAD_REQUEST, answer.to_string()).into_response()
    }
}

fn unknown() -> Response {
    StatusCode::NOT_FOUND.into_response()
}
