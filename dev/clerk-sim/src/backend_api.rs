//! The part of Clerk's Backend API that the product reads (Clerk, Backend API, 2026-05-12), and its public keys.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::deliver::Sending;
use crate::instance::Instance;
use crate::organizations::OrganizationPatch;
use crate::payloads::{rest_plan, rest_subscription};
use crate::plans::PLANS;
use crate::{events, ids};

pub fn routes(instance: &Arc<Instance>) -> Router<Arc<Instance>> {
    Router::new()
        .route("/v1/organizations/{id}/billing/subscription", get(billing_subscription))
        .route("/v1/organizations/{id}/metadata", patch(merge_metadata))
        .route("/v1/billing/plans", get(list_plans))
        .route("/v1/jwks", get(jwks))
        .route_layer(middleware::from_fn_with_state(Arc::clone(instance), guard))
        .route("/.well-known/jwks.json", get(jwks))
}

/// Clerk's error body.
fn error(status: StatusCode, code: &str, message: &str) -> Response {
    let body = json!({
        "errors": [{ "message": message, "long_message": message, "code": code }],
        "clerk_trace_id": ids::new_id("trace"),
    });
    (status, Json(body)).into_response()
}

fn not_found(id: &str) -> Response {
    error(StatusCode::NOT_FOUND, "resource_not_found", &format!("No organization or subscription was found for {id}"))
}

/// The faults that are set, around the genuine answer.
async fn guard(State(instance): State<Arc<Instance>>, request: Request, next: Next) -> Response {
    let delay = Duration::from_millis(instance.options().backend_api_delay_ms);
    let answer = authenticate(&instance, request, next).await;
    if !delay.is_zero() {
        instance.stopping.run_until_cancelled(tokio::time::sleep(delay)).await;
    }
    answer
}

/// Lets through who has the secret key, unless a fault is set.
async fn authenticate(instance: &Instance, request: Request, next: Next) -> Response {
    if let Some(status) = instance.options().backend_api_status.and_then(|code| StatusCode::from_u16(code).ok()) {
        let mut answer = error(status, "simulated_fault", "The simulator was told to answer this");
        if status == StatusCode::TOO_MANY_REQUESTS {
            answer.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("1"));
        }
        return answer;
    }
    if bearer(request.headers()) != Some(instance.settings.secret_key.as_str()) {
        return error(StatusCode::UNAUTHORIZED, "authentication_invalid", "Invalid authentication");
    }
    next.run(request).await
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

/// `GET /v1/organizations/{organization_id}/billing/subscription`
async fn billing_subscription(State(instance): State<Arc<Instance>>, Path(id): Path<String>) -> Response {
    match instance.directory().organization(&id) {
        Ok(organization) => Json(rest_subscription(organization, &instance.settings.instance_id)).into_response(),
        Err(_) => not_found(&id),
    }
}

#[derive(Deserialize)]
struct PlanQuery {
    payer_type: Option<String>,
    limit: Option<usize>,
    offset: Option<usize>,
}

/// `GET /v1/billing/plans`; every plan of the simulator is for organisations.
async fn list_plans(Query(query): Query<PlanQuery>) -> Response {
    let wanted = query.payer_type.as_deref().is_none_or(|kind| kind == "org");
    let plans: Vec<Value> = PLANS.iter().filter(|_| wanted).map(rest_plan).collect();
    let total = plans.len();
    let page: Vec<Value> = plans.into_iter().skip(query.offset.unwrap_or(0)).take(query.limit.unwrap_or(10)).collect();
    Json(json!({ "data": page, "total_count": total })).into_response()
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct MetadataPatch {
    public_metadata: Map<String, Value>,
    private_metadata: Map<String, Value>,
}

/// `PATCH /v1/organizations/{organization_id}/metadata`; fires `organization.updated`, for which nobody waits here.
async fn merge_metadata(State(instance): State<Arc<Instance>>, Path(id): Path<String>, body: Bytes) -> Response {
    let metadata: MetadataPatch = match serde_json::from_slice(&body) {
        Ok(metadata) => metadata,
        Err(problem) => return error(StatusCode::UNPROCESSABLE_ENTITY, "form_param_invalid", &problem.to_string()),
    };
    let patch = OrganizationPatch {
        public_metadata: metadata.public_metadata,
        private_metadata: metadata.private_metadata,
        ..OrganizationPatch::default()
    };
    let merged = instance.perform(&Sending::default(), |change| {
        change.update_organization(&id, &patch)?;
        Ok(events::organization(change.directory.organization(&id)?))
    });
    match merged {
        Ok(performed) => Json(performed.outcome).into_response(),
        Err(_) => not_found(&id),
    }
}

/// `GET /v1/jwks` and the public `/.well-known/jwks.json`.
async fn jwks(State(instance): State<Arc<Instance>>) -> Json<Value> {
    Json(json!({ "keys": [instance.key.jwk(&instance.settings.instance_id)] }))
}
