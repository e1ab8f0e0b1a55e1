//! `webhook_endpoints`: the addresses that a workspace is told of its events at.

use chrono::{DateTime, Utc};
use tokio_postgres::{
    GenericClient, Row,
    types::{ToSql, Type},
};

use super::{DbError, column, parsed, parsed_opt};
use crate::domain::{
    WebhookDisabledReason, WebhookEndpointId, WebhookEndpointStatus, WebhookEventType, WebhookUrl, WorkspaceId,
};

/// One row. The secret is read by nobody but the worker that signs.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Its row.
    pub id: WebhookEndpointId,
    /// Where it is told.
    pub url: String,
    /// What the workspace says about it.
    pub description: Option<String>,
    /// What it is told.
    pub event_types: Vec<WebhookEventType>,
    /// Whether it is told at all.
    pub status: WebhookEndpointStatus,
    /// Why not.
    pub disabled_reason: Option<WebhookDisabledReason>,
    /// Since when not.
    pub disabled_at: Option<DateTime<Utc>>,
    /// The first failure after the last success.
    pub failing_since: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

const COLUMNS: &str =
    "id, url, description, event_types, status, disabled_reason, disabled_at, failing_since, created_at";

fn from_row(row: &Row) -> Result<Endpoint, DbError> {
    let words: Vec<&str> = column(row, "event_types")?;
    let event_types = words.into_iter().map(str::parse).collect::<Result<_, _>>();
    Ok(Endpoint {
        id: WebhookEndpointId(column(row, "id")?),
        url: column(row, "url")?,
        description: column(row, "description")?,
        event_types: event_types
            .map_err(|error| DbError::Corrupt { column: "event_types", problem: format!("{error}") })?,
        status: parsed(row, "status")?,
        disabled_reason: parsed_opt(row, "disabled_reason")?,
        disabled_at: column(row, "disabled_at")?,
        failing_since: column(row, "failing_since")?,
        created_at: column(row, "created_at")?,
    })
}

/// All of a workspace's, the oldest first. There are few: [`insert`]'s caller sees to it.
pub async fn list(client: &impl GenericClient, workspace_id: WorkspaceId) -> Result<Vec<Endpoint>, DbError> {
    let sql = format!(
        "-- webhook_endpoints::list
        SELECT {COLUMNS} FROM webhook_endpoints WHERE workspace_id = $1 AND status <> 'deleted' ORDER BY created_at, id"
    );
    client.query_typed(&sql, &[(&workspace_id.0, Type::UUID)]).await?.iter().map(from_row).collect()
}

/// One of a workspace's, locked until the transaction ends.
pub async fn find_locked(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    id: WebhookEndpointId,
) -> Result<Option<Endpoint>, DbError> {
    let sql = format!(
        "-- webhook_endpoints::find_locked
        SELECT {COLUMNS} FROM webhook_endpoints WHERE workspace_id = $1 AND id = $2 AND status <> 'deleted' FOR UPDATE"
    );
    let row = client.query_typed_opt(&sql, &[(&workspace_id.0, Type::UUID), (&id.0, Type::UUID)]).await?;
    row.as_ref().map(from_row).transpose()
}

/// What an admin says about an endpoint.
#[derive(Debug)]
pub struct Wishes<'a> {
    /// Where it is told.
    pub url: &'a WebhookUrl,
    /// What the workspace says about it.
    pub description: Option<&'a str>,
    /// What it is told.
    pub event_types: &'a [WebhookEventType],
    /// Whether it is told at all.
    pub status: WebhookEndpointStatus,
}

fn words(event_types: &[WebhookEventType]) -> Vec<&'static str> {
    event_types.iter().map(|event_type| event_type.as_str()).collect()
}

/// Makes an endpoint. The caller holds the workspace's lock and has counted.
pub async fn insert(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    wishes: &Wishes<'_>,
    secret: &str,
) -> Result<Endpoint, DbError> {
    let sql = format!(
        "-- webhook_endpoints::insert
        INSERT INTO webhook_endpoints (workspace_id, url, description, event_types, secret, status, disabled_reason,
            disabled_at)
        VALUES ($1, $2, $3, $4, $5, $6, CASE $6 WHEN 'disabled' THEN 'admin' END,
            CASE $6 WHEN 'disabled' THEN now() END)
        RETURNING {COLUMNS}"
    );
    let params: [(&(dyn ToSql + Sync), Type); 6] = [
        (&workspace_id.0, Type::UUID),
        (&wishes.url.as_str(), Type::TEXT),
        (&wishes.description, Type::TEXT),
        (&words(wishes.event_types), Type::TEXT_ARRAY),
        (&secret, Type::TEXT),
        (&wishes.status.as_str(), Type::TEXT),
    ];
    from_row(&client.query_typed_one(&sql, &params).await?)
}

/// Changes an endpoint. One that is enabled again begins without its past failures.
pub async fn update(
    client: &impl GenericClient,
    id: WebhookEndpointId,
    wishes: &Wishes<'_>,
) -> Result<Endpoint, DbError> {
    let sql = format!(
        "-- webhook_endpoints::update
        UPDATE webhook_endpoints SET url = $2, description = $3, event_types = $4, status = $5,
            disabled_reason = CASE $5 WHEN 'disabled' THEN coalesce(disabled_reason, 'admin') END,
            disabled_at = CASE $5 WHEN 'disabled' THEN coalesce(disabled_at, now()) END,
            failing_since = CASE WHEN $5 = 'enabled' AND status = 'disabled' THEN NULL ELSE failing_since END,
            updated_at = now()
        WHERE id = $1 AND status <> 'deleted'
        RETURNING {COLUMNS}"
    );
    let params: [(&(dyn ToSql + Sync), Type); 5] = [
        (&id.0, Type::UUID),
        (&wishes.url.as_str(), Type::TEXT),
        (&wishes.description, Type::TEXT),
        (&words(wishes.event_types), Type::TEXT_ARRAY),
        (&wishes.status.as_str(), Type::TEXT),
    ];
    from_row(&client.query_typed_one(&sql, &params).await?)
}

/// Removes an endpoint. Its row stays for the deliveries; address and secrets do not.
pub async fn delete(client: &impl GenericClient, id: WebhookEndpointId) -> Result<(), DbError> {
    let sql = "-- webhook_endpoints::delete
        UPDATE webhook_endpoints SET status = 'deleted', url = '', description = NULL, secret = '', previous_secret = NULL,
            previous_secret_until = NULL, disabled_reason = NULL, disabled_at = NULL, updated_at = now()
        WHERE id = $1";
    client.query_typed(sql, &[(&id.0, Type::UUID)]).await?;
    Ok(())
}

/// Gives an endpoint another secret. The old one signs as well for a day; one that was on its way out goes at once.
pub async fn rotate_secret(client: &impl GenericClient, id: WebhookEndpointId, secret: &str) -> Result<(), DbError> {
    let sql = "-- webhook_endpoints::rotate_secret
        UPDATE webhook_endpoints SET previous_secret = secret, previous_secret_until = now() + interval '1 day',
            secret = $2, updated_at = now()
        WHERE id = $1";
    client.query_typed(sql, &[(&id.0, Type::UUID), (&secret, Type::TEXT)]).await?;
    Ok(())
}

/// Notes that an endpoint took a delivery.
pub async fn note_success(client: &impl GenericClient, id: WebhookEndpointId) -> Result<(), DbError> {
    let sql = "-- webhook_endpoints::note_success
        UPDATE webhook_endpoints SET failing_since = NULL WHERE id = $1 AND failing_since IS NOT NULL";
    client.query_typed(sql, &[(&id.0, Type::UUID)]).await?;
    Ok(())
}

/// Notes that an endpoint did not take a delivery. `true`: it has not taken any for five days.
pub async fn note_failure(client: &impl GenericClient, id: WebhookEndpointId) -> Result<bool, DbError> {
    let sql = "-- webhook_endpoints::note_failure
        UPDATE webhook_endpoints SET failing_since = coalesce(failing_since, now()) WHERE id = $1 AND status = 'enabled'
        RETURNING failing_since <= now() - interval '5 days' AS hopeless";
    let row = client.query_typed_opt(sql, &[(&id.0, Type::UUID)]).await?;
    row.map_or(Ok(false), |row| column(&row, "hopeless"))
}

/// Disables an endpoint. `false` when it was not enabled any more.
pub async fn disable(
    client: &impl GenericClient,
    id: WebhookEndpointId,
    reason: WebhookDisabledReason,
) -> Result<bool, DbError> {
    let sql = "-- webhook_endpoints::disable
        UPDATE webhook_endpoints SET status = 'disabled', disabled_reason = $2, disabled_at = now(), updated_at = now()
        WHERE id = $1 AND status = 'enabled' RETURNING id";
    Ok(client.query_typed_opt(sql, &[(&id.0, Type::UUID), (&reason.as_str(), Type::TEXT)]).await?.is_some())
}
