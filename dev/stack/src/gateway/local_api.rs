//! What only the local runner has: the state of the functions, their output, and schedules at the push of a button.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::Utc;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Gateway, invoke_api};
use crate::functions::Status;
use crate::logs::Line;

pub async fn functions(State(gateway): State<Arc<Gateway>>) -> Json<Vec<Status>> {
    Json(gateway.functions().map(|function| function.status()).collect())
}

#[derive(Deserialize)]
pub struct LogsQuery {
    function: Option<String>,
}

pub async fn logs(State(gateway): State<Arc<Gateway>>, Query(query): Query<LogsQuery>) -> Json<Vec<Line>> {
    Json(gateway.logs.lines(query.function.as_deref()))
}

pub async fn schedules(State(gateway): State<Arc<Gateway>>) -> Json<Vec<Value>> {
    let describe = |scheduled: &crate::schedules::Scheduled| {
        json!({
            "name": scheduled.schedule.name,
            "function": scheduled.instances.settings().name,
            "enabled": scheduled.schedule.enabled,
            "next": scheduled.schedule.expression.next_after(Utc::now()),
        })
    };
    Json(gateway.schedules.iter().map(describe).collect())
}

/// Fires a schedule, named by its own name or by its function, and answers as the invoke API does.
pub async fn fire(State(gateway): State<Arc<Gateway>>, Path(name): Path<String>) -> Response {
    let named = |it: &&crate::schedules::Scheduled| it.schedule.name == name || it.instances.settings().name == name;
    let Some(scheduled) = gateway.schedules.iter().find(named) else {
        return (StatusCode::NOT_FOUND, Json(json!({ "message": format!("no schedule {name}") }))).into_response();
    };
    invoke_api::answered(scheduled.fire().await)
}
