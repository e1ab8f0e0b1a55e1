//! The control API for messages (any event, deliveries, replays) and for the settings of the running simulator.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::clock::now_ms;
use crate::control::{Answer, Clerk, parse};
use crate::deliver::{self, Delivery, DeliveryState, Forgery, Sending};
use crate::events::{self, Event};
use crate::ids::new_id;
use crate::instance::{Instance, Options};
use crate::refusal::Refusal;
use crate::sign::SigningSecret;

pub fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/_sim/events", post(send_event))
        .route("/_sim/deliveries", get(list_deliveries))
        .route("/_sim/deliveries/replay-failed", post(replay_failed))
        .route("/_sim/deliveries/{svix_id}", get(read_delivery))
        .route("/_sim/deliveries/{svix_id}/replay", post(replay))
        .route("/_sim/settings", get(read_settings).patch(change_settings))
        .route("/_sim/jwt-key", get(read_jwt_key))
        .route("/_sim/reset", post(reset))
}

/// The body of `POST /_sim/events`: any event, or any body at all.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AnyEvent {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    data: Value,
    /// Sent as it is, instead of an envelope made of `type` and `data`.
    raw_body: Option<String>,
    svix_id: Option<String>,
    /// Of the envelope, in milliseconds.
    timestamp: Option<i64>,
    instance_id: Option<String>,
    /// Of the signature, in seconds; with it, or with another secret, there are no retries.
    svix_timestamp: Option<i64>,
    /// Signs with another secret than the endpoint's.
    secret: Option<String>,
    #[serde(flatten)]
    sending: Sending,
}

impl AnyEvent {
    fn body(&self, instance: &Instance) -> Result<String, Refusal> {
        if let Some(raw) = &self.raw_body {
            return Ok(raw.clone());
        }
        if self.kind.is_empty() {
            return Err(Refusal::bad_request("an event needs type and data, or rawBody"));
        }
        let at = self.timestamp.unwrap_or_else(now_ms);
        let event = Event { kind: self.kind.clone(), data: self.data.clone(), at, organization_id: None };
        let instance_id = self.instance_id.as_deref().unwrap_or(&instance.settings.instance_id);
        Ok(events::envelope(&event, instance_id, instance.options().timestamp_unit).to_string())
    }
}

async fn send_event(State(instance): Clerk, body: Bytes) -> Answer {
    let event: AnyEvent = parse(&body)?;
    let secret = event.secret.as_deref().map(SigningSecret::parse).transpose();
    let secret = secret.map_err(|error| Refusal::bad_request(format!("secret: {error}")))?;
    let forgery = Forgery { secret, timestamp: event.svix_timestamp };

    let svix_id = event.svix_id.clone().unwrap_or_else(|| new_id("msg"));
    let delivery = Delivery::new(svix_id.clone(), &event.kind, None, event.body(&instance)?);
    let ((), deliveries) = instance.send_message(delivery, &event.sending, forgery)?.delivered().await?;
    Ok(Json(json!({ "svixId": svix_id, "deliveries": deliveries })))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DeliveryQuery {
    #[serde(rename = "type")]
    kind: Option<String>,
    organization_id: Option<String>,
    state: Option<DeliveryState>,
}

/// Oldest first.
async fn list_deliveries(State(instance): Clerk, Query(query): Query<DeliveryQuery>) -> Json<Value> {
    let wanted = |delivery: &Delivery| {
        query.kind.as_ref().is_none_or(|kind| delivery.kind == *kind)
            && query.organization_id.as_ref().is_none_or(|id| delivery.organization_id.as_ref() == Some(id))
            && query.state.is_none_or(|state| delivery.state == state)
    };
    let deliveries: Vec<Delivery> = instance.deliveries().into_iter().filter(wanted).collect();
    Json(json!({ "deliveries": deliveries }))
}

async fn read_delivery(State(instance): Clerk, Path(svix_id): Path<String>) -> Answer {
    let delivery = instance.delivery(&svix_id).ok_or_else(|| no_delivery(&svix_id))?;
    Ok(Json(json!({ "delivery": delivery })))
}

fn no_delivery(svix_id: &str) -> Refusal {
    Refusal::not_found(format!("no delivery {svix_id}"))
}

async fn replay(State(instance): Clerk, Path(svix_id): Path<String>) -> Answer {
    instance.delivery(&svix_id).ok_or_else(|| no_delivery(&svix_id))?;
    deliver::replay(&instance, &svix_id).await;
    Ok(Json(json!({ "delivery": instance.delivery(&svix_id) })))
}

/// Whatever has not arrived, oldest first, as "recover" in Svix.
async fn replay_failed(State(instance): Clerk) -> Json<Value> {
    let missing = |delivery: &Delivery| delivery.state != DeliveryState::Delivered;
    let ids: Vec<String> = instance.deliveries().into_iter().filter(missing).map(|delivery| delivery.svix_id).collect();
    for id in &ids {
        deliver::replay(&instance, id).await;
    }
    let replayed: Vec<Delivery> = ids.iter().filter_map(|id| instance.delivery(id)).collect();
    Json(json!({ "deliveries": replayed }))
}

async fn read_settings(State(instance): Clerk) -> Json<Options> {
    Json(instance.options())
}

/// What is not named stays as it is.
async fn change_settings(State(instance): Clerk, body: Bytes) -> Result<Json<Options>, Refusal> {
    let patch: serde_json::Map<String, Value> = parse(&body)?;
    let mut merged = json!(instance.options());
    for (name, value) in patch {
        merged[name] = value;
    }
    let options: Options = serde_json::from_value(merged).map_err(|error| Refusal::bad_request(error.to_string()))?;
    options.signing_secrets().map_err(|error| Refusal::bad_request(format!("webhookSecrets: {error}")))?;
    if options.backend_api_status.is_some_and(|code| StatusCode::from_u16(code).is_err()) {
        return Err(Refusal::bad_request("backendApiStatus must be an HTTP status"));
    }
    instance.set_options(options.clone());
    Ok(Json(options))
}

/// The setting `CLERK_JWT_KEY` of a product that trusts this instance.
async fn read_jwt_key(State(instance): Clerk) -> String {
    instance.key.public_pem().to_owned()
}

async fn reset(State(instance): Clerk) -> StatusCode {
    instance.reset();
    StatusCode::NO_CONTENT
}
