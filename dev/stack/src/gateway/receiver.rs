//! An integrator's system that is told by webhooks, for the demo data: it takes whatever comes and notes in the log what it
//! was. Their signatures are the business of a real one (docs/webhooks.md).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;

use super::Gateway;

/// What every webhook has (Standard Webhooks, "Payload structure").
#[derive(Deserialize)]
pub struct Event {
    r#type: String,
}

pub async fn receive(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, Json(event): Json<Event>) -> StatusCode {
    let id = headers.get("webhook-id").and_then(|id| id.to_str().ok()).unwrap_or("without an id");
    gateway.logs.notice("webhook-receiver", &format!("{} {id}", event.r#type));
    StatusCode::NO_CONTENT
}
