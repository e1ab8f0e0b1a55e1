//! Lambda's `Invoke` (AWS Lambda, API reference), for scripts and tests that call functions which have no route.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::Gateway;
use crate::functions::{Outcome, PAYLOAD_LIMIT};

pub async fn invoke(
    State(gateway): State<Arc<Gateway>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let Some(instances) = gateway.function(&name).map(Arc::clone) else {
        return refused(StatusCode::NOT_FOUND, "ResourceNotFoundException", &format!("Function not found: {name}"));
    };
    let Ok(payload) = axum::body::to_bytes(body, PAYLOAD_LIMIT).await else {
        let text = format!("Request must be smaller than {PAYLOAD_LIMIT} bytes for the InvokeFunction operation");
        return refused(StatusCode::PAYLOAD_TOO_LARGE, "RequestTooLargeException", &text);
    };
    let payload = if payload.is_empty() { Bytes::from_static(b"{}") } else { payload };
    if let Err(error) = serde_json::from_slice::<serde_json::Value>(&payload) {
        let text = format!("Could not parse request body into json: {error}");
        return refused(StatusCode::BAD_REQUEST, "InvalidRequestContentException", &text);
    }
    match headers.get("x-amz-invocation-type").and_then(|value| value.to_str().ok()).unwrap_or("RequestResponse") {
        "RequestResponse" => answered(instances.invoke(payload).await),
        "Event" => {
            // Lambda would try a failing event twice more; here the failure is in the log and that is the end of it.
            tokio::spawn(async move { instances.invoke(payload).await });
            StatusCode::ACCEPTED.into_response()
        }
        "DryRun" => StatusCode::NO_CONTENT.into_response(),
        other => {
            let text = format!("{other} is not an invocation type");
            refused(StatusCode::BAD_REQUEST, "InvalidParameterValueException", &text)
        }
    }
}

/// A function's error is a 200 too; the header tells them apart.
pub fn answered(outcome: Outcome) -> Response {
    let headers = [("content-type", "application/json"), ("x-amz-executed-version", "$LATEST")];
    match outcome {
        Outcome::Response(payload) => (headers, payload).into_response(),
        Outcome::Error(payload) => (headers, [("x-amz-function-error", "Unhandled")], payload).into_response(),
    }
}

fn refused(status: StatusCode, kind: &str, text: &str) -> Response {
    let body = json!({ "Type": "User", "Message": text, "message": text }).to_string();
    (status, [("content-type", "application/json"), ("x-amzn-errortype", kind)], body).into_response()
}
