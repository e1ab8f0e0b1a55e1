//! The control API under `/_sim/`: what a person or a test makes happen at Clerk. JSON in camelCase; an empty body
//! stands for `{}`. Messages and settings are in `control_messages`.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, patch, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::billing::Downgrade;
use crate::change::Change;
use crate::clock::now_ms;
use crate::deliver::Sending;
use crate::events;
use crate::instance::Instance;
use crate::organizations::{OrganizationPatch, Person};
use crate::plans::{find_plan, stored_plan};
use crate::refusal::Refusal;
use crate::state::{ItemStatus, Organization};
use crate::tokens::{self, TokenRequest};

/// JSON, or why not.
pub type Answer = Result<Json<Value>, Refusal>;
pub type Clerk = State<Arc<Instance>>;

pub fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/token", get(token))
        .route("/_sim/organizations", get(list_organizations).post(create_organization))
        .route(
            "/_sim/organizations/{id}",
            get(read_organization).patch(update_organization).delete(delete_organization),
        )
        .route("/_sim/organizations/{id}/plan", post(change_plan))
        .route("/_sim/organizations/{id}/period-end", post(end_period))
        .route("/_sim/organizations/{id}/past-due", post(fail_payment).delete(settle_payment))
        .route("/_sim/organizations/{id}/members", post(add_member))
        .route("/_sim/organizations/{id}/members/{user}", patch(change_role).delete(remove_member))
        .route("/_sim/users", get(list_users).post(create_user))
        .route("/_sim/users/{id}", patch(update_user).delete(delete_user))
}

/// A body is JSON whatever its content type says; an empty one is `{}`.
pub fn parse<T: DeserializeOwned>(body: &Bytes) -> Result<T, Refusal> {
    let bytes: &[u8] = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(bytes).map_err(|error| Refusal::bad_request(error.to_string()))
}

/// Performs a change, waits for the first attempts, and answers with what the change named and the deliveries.
async fn perform(
    instance: &Arc<Instance>,
    sending: &Sending,
    act: impl FnOnce(&mut Change) -> Result<Value, Refusal>,
) -> Answer {
    let (mut answer, deliveries) = instance.perform(sending, act)?.delivered().await?;
    answer["deliveries"] = json!(deliveries);
    Ok(Json(answer))
}

/// RSA is slow in an unoptimised build, so it keeps off the async threads.
async fn token(State(instance): Clerk, Query(request): Query<TokenRequest>) -> Result<String, Response> {
    let mint = move || tokens::mint(&instance, &request, now_ms() / 1000);
    match tokio::task::spawn_blocking(mint).await {
        Ok(Ok(token)) => Ok(token),
        Ok(Err(refusal)) => Err((refusal.status, refusal.message).into_response()),
        Err(error) => Err(Refusal::internal(&anyhow::Error::new(error)).into_response()),
    }
}

/// The body of `POST /_sim/organizations`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewOrganization {
    name: String,
    #[serde(default = "starter")]
    plan: String,
    #[serde(default)]
    user: Person,
    /// An existing user instead of a new one.
    user_id: Option<String>,
    #[serde(flatten)]
    sending: Sending,
}

fn starter() -> String {
    "starter".to_owned()
}

async fn create_organization(State(instance): Clerk, body: Bytes) -> Answer {
    let new: NewOrganization = parse(&body)?;
    let plan = find_plan(&new.plan)?;
    perform(&instance, &new.sending, |change| {
        let user_id = match &new.user_id {
            Some(id) => id.clone(),
            None => change.create_user(&new.user)?,
        };
        let organization_id = change.create_organization(&new.name, &user_id, plan)?;
        Ok(json!({ "organizationId": organization_id, "userId": user_id }))
    })
    .await
}

async fn list_organizations(State(instance): Clerk) -> Json<Value> {
    let organizations: Vec<Value> = instance.directory().organizations.iter().map(describe).collect();
    Json(json!({ "organizations": organizations }))
}

async fn read_organization(State(instance): Clerk, Path(id): Path<String>) -> Answer {
    let directory = instance.directory();
    Ok(Json(json!({ "organization": describe(directory.organization(&id)?) })))
}

fn describe(organization: &Organization) -> Value {
    let live = organization.subscription.live_item();
    let items: Vec<Value> = organization
        .subscription
        .items
        .iter()
        .map(|item| {
            json!({ "id": item.id, "plan": item.plan, "status": item.status,
                    "periodStart": item.period_start, "periodEnd": item.period_end })
        })
        .collect();
    let members: Vec<Value> = organization
        .members
        .iter()
        .map(|member| json!({ "id": member.id, "userId": member.user_id, "role": member.role }))
        .collect();
    json!({
        "id": organization.id, "name": organization.name, "slug": organization.slug,
        "plan": live.map(|item| stored_plan(&item.plan).slug),
        "pastDue": live.is_some_and(|item| item.status == ItemStatus::PastDue),
        "nextPlan": organization.subscription.upcoming_item().map(|item| &item.plan),
        "createdBy": organization.created_by, "members": members,
        "subscription": { "id": organization.subscription.id, "items": items },
        "publicMetadata": organization.public_metadata, "privateMetadata": organization.private_metadata,
        "createdAt": organization.created_at, "updatedAt": organization.updated_at,
    })
}

#[derive(Deserialize)]
struct ChangedOrganization {
    #[serde(flatten)]
    patch: OrganizationPatch,
    #[serde(flatten)]
    sending: Sending,
}

async fn update_organization(State(instance): Clerk, Path(id): Path<String>, body: Bytes) -> Answer {
    let changed: ChangedOrganization = parse(&body)?;
    perform(&instance, &changed.sending, |change| {
        change.update_organization(&id, &changed.patch)?;
        Ok(json!({ "organizationId": id }))
    })
    .await
}

async fn delete_organization(State(instance): Clerk, Path(id): Path<String>, body: Bytes) -> Answer {
    perform(&instance, &parse(&body)?, |change| {
        change.delete_organization(&id)?;
        Ok(json!({ "organizationId": id }))
    })
    .await
}

#[derive(Deserialize)]
struct PlanChange {
    plan: String,
    /// A downgrade does not wait for the period's end.
    #[serde(default)]
    immediately: bool,
    #[serde(flatten)]
    sending: Sending,
}

#[derive(Deserialize)]
struct PlanChangeQuery {
    #[serde(default)]
    immediately: bool,
}

async fn change_plan(
    State(instance): Clerk,
    Path(id): Path<String>,
    Query(query): Query<PlanChangeQuery>,
    body: Bytes,
) -> Answer {
    let wanted: PlanChange = parse(&body)?;
    let plan = find_plan(&wanted.plan)?;
    let downgrade = if wanted.immediately || query.immediately { Downgrade::AtOnce } else { Downgrade::AtPeriodEnd };
    perform(&instance, &wanted.sending, |change| {
        change.change_plan(&id, plan, downgrade)?;
        Ok(json!({ "organizationId": id }))
    })
    .await
}

async fn end_period(State(instance): Clerk, Path(id): Path<String>, body: Bytes) -> Answer {
    perform(&instance, &parse(&body)?, |change| {
        change.end_period(&id)?;
        Ok(json!({ "organizationId": id }))
    })
    .await
}

async fn fail_payment(State(instance): Clerk, Path(id): Path<String>, body: Bytes) -> Answer {
    perform(&instance, &parse(&body)?, |change| {
        change.fail_payment(&id)?;
        Ok(json!({ "organizationId": id }))
    })
    .await
}

async fn settle_payment(State(instance): Clerk, Path(id): Path<String>, body: Bytes) -> Answer {
    perform(&instance, &parse(&body)?, |change| {
        change.settle_payment(&id)?;
        Ok(json!({ "organizationId": id }))
    })
    .await
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewMember {
    #[serde(default)]
    user: Person,
    user_id: Option<String>,
    #[serde(default = "member")]
    role: String,
    #[serde(flatten)]
    sending: Sending,
}

fn member() -> String {
    "member".to_owned()
}

async fn add_member(State(instance): Clerk, Path(id): Path<String>, body: Bytes) -> Answer {
    let new: NewMember = parse(&body)?;
    perform(&instance, &new.sending, |change| {
        let user_id = match &new.user_id {
            Some(id) => id.clone(),
            None => change.create_user(&new.user)?,
        };
        change.add_member(&id, &user_id, &new.role)?;
        Ok(json!({ "organizationId": id, "userId": user_id }))
    })
    .await
}

#[derive(Deserialize)]
struct NewRole {
    role: String,
    #[serde(flatten)]
    sending: Sending,
}

async fn change_role(State(instance): Clerk, Path((id, user_id)): Path<(String, String)>, body: Bytes) -> Answer {
    let new: NewRole = parse(&body)?;
    perform(&instance, &new.sending, |change| {
        change.change_role(&id, &user_id, &new.role)?;
        Ok(json!({ "organizationId": id, "userId": user_id }))
    })
    .await
}

async fn remove_member(State(instance): Clerk, Path((id, user_id)): Path<(String, String)>, body: Bytes) -> Answer {
    perform(&instance, &parse(&body)?, |change| {
        change.remove_member(&id, &user_id)?;
        Ok(json!({ "organizationId": id, "userId": user_id }))
    })
    .await
}

async fn list_users(State(instance): Clerk) -> Json<Value> {
    let users: Vec<Value> = instance.directory().users.iter().map(events::user).collect();
    Json(json!({ "users": users }))
}

async fn create_user(State(instance): Clerk, body: Bytes) -> Answer {
    let person: Person = parse(&body)?;
    perform(&instance, &Sending::default(), |change| Ok(json!({ "userId": change.create_user(&person)? }))).await
}

async fn update_user(State(instance): Clerk, Path(id): Path<String>, body: Bytes) -> Answer {
    let patch: Person = parse(&body)?;
    perform(&instance, &Sending::default(), |change| {
        change.update_user(&id, &patch)?;
        Ok(json!({ "userId": id }))
    })
    .await
}

async fn delete_user(State(instance): Clerk, Path(id): Path<String>) -> Answer {
    perform(&instance, &Sending::default(), |change| {
        change.delete_user(&id)?;
        Ok(json!({ "userId": id }))
    })
    .await
}
