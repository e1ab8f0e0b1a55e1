//! `webhook_deliveries` and the `outbound_events` that they carry. The rows are the queue: what is due and not leased may be
//! taken by any worker.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio_postgres::{
    GenericClient, Row,
    types::{ToSql, Type},
};
use uuid::Uuid;

use super::{DbError, Position, calls, column, messages, numbers, parsed, parsed_opt};
use crate::domain::{
    MessageId, PhoneNumberId, WebhookDeliveryId, WebhookDeliveryState, WebhookEndpointId, WebhookEventId,
    WebhookEventType, WebhookFailure, WorkspaceId,
};

/// A delivery that this worker makes now.
#[derive(Debug)]
pub struct Claimed {
    /// Its row.
    pub id: WebhookDeliveryId,
    /// Attempts, this one included.
    pub attempts: i32,
    /// To whom.
    pub endpoint_id: WebhookEndpointId,
    /// Where that is.
    pub url: String,
    /// Every secret that signs now, the newest first.
    pub secrets: Vec<String>,
    /// The endpoint or the workspace is gone, or disabled.
    pub is_closed: bool,
    /// What is told.
    pub event: Event,
}

/// What happened.
#[derive(Debug, Clone, Copy)]
pub struct Event {
    /// The receivers' `webhook-id`.
    pub id: WebhookEventId,
    /// Where.
    pub workspace_id: WorkspaceId,
    /// What.
    pub event_type: WebhookEventType,
    /// To which entry of a conversation.
    pub message_id: Option<MessageId>,
    /// To which number.
    pub phone_number_id: Option<PhoneNumberId>,
    /// When.
    pub occurred_at: DateTime<Utc>,
}

/// Takes the leases of a workspace's deliveries that are due, the longest due first.
pub async fn claim(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    lease: Duration,
    limit: i64,
) -> Result<Vec<Claimed>, DbError> {
    let sql = "-- webhook_deliveries::claim
        WITH due AS (
            SELECT id FROM webhook_deliveries
            WHERE workspace_id = $1 AND state = 'pending' AND due_at <= now()
                AND (leased_until IS NULL OR leased_until <= now())
            ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED
        )
        UPDATE webhook_deliveries d SET leased_until = now() + make_interval(secs => $2), attempts = attempts + 1,
            last_attempt_at = now(), updated_at = now()
        FROM due, webhook_endpoints e, outbound_events v, workspaces w
        WHERE d.id = due.id AND e.id = d.endpoint_id AND v.id = d.event_id AND w.id = d.workspace_id
        RETURNING d.id, d.attempts, d.endpoint_id, e.url, d.event_id, d.workspace_id, v.event_type, v.message_id,
            v.phone_number_id, v.occurred_at, e.status <> 'enabled' OR w.deleted_at IS NOT NULL AS is_closed,
            ARRAY[e.secret] || CASE WHEN e.previous_secret_until > now() THEN ARRAY[e.previous_secret] END AS secrets";
    let params: [(&(dyn ToSql + Sync), Type); 3] =
        [(&workspace_id.0, Type::UUID), (&lease.as_secs_f64(), Type::FLOAT8), (&limit, Type::INT8)];
    client.query_typed(sql, &params).await?.iter().map(claimed).collect()
}

fn claimed(row: &Row) -> Result<Claimed, DbError> {
    Ok(Claimed {
        id: WebhookDeliveryId(column(row, "id")?),
        attempts: column(row, "attempts")?,
        endpoint_id: WebhookEndpointId(column(row, "endpoint_id")?),
        url: column(row, "url")?,
        secrets: column(row, "secrets")?,
        is_closed: column(row, "is_closed")?,
        event: Event {
            id: WebhookEventId(column(row, "event_id")?),
            workspace_id: WorkspaceId(column(row, "workspace_id")?),
            event_type: parsed(row, "event_type")?,
            message_id: column::<Option<Uuid>>(row, "message_id")?.map(MessageId),
            phone_number_id: column::<Option<Uuid>>(row, "phone_number_id")?.map(PhoneNumberId),
            occurred_at: column(row, "occurred_at")?,
        },
    })
}

/// The message of an event: its row of now, but what changes there is as it was then.
pub async fn get_message(client: &impl GenericClient, event_id: WebhookEventId) -> Result<messages::Message, DbError> {
    let sql = format!(
        "-- webhook_deliveries::get_message
        SELECT {} FROM (
            SELECT m.* FROM outbound_events v JOIN conversation_messages c ON c.id = v.message_id
                CROSS JOIN LATERAL jsonb_populate_record(c, v.change) AS m
            WHERE v.id = $1) AS message",
        messages::COLUMNS
    );
    messages::from_row(&client.query_typed_one(&sql, &[(&event_id.0, Type::UUID)]).await?)
}

/// The number of an event, as it is now.
pub async fn get_number(client: &impl GenericClient, event_id: WebhookEventId) -> Result<numbers::Number, DbError> {
    let sql = format!(
        "-- webhook_deliveries::get_number
        SELECT {} FROM workspace_phone_numbers WHERE id = (SELECT phone_number_id FROM outbound_events WHERE id = $1)",
        numbers::COLUMNS
    );
    numbers::from_row(&client.query_typed_one(&sql, &[(&event_id.0, Type::UUID)]).await?)
}

/// The call of an event, as it is now.
pub async fn get_call(client: &impl GenericClient, event: &Event) -> Result<Option<calls::Call>, DbError> {
    let entries: Vec<MessageId> = event.message_id.into_iter().collect();
    Ok(calls::list(client, event.workspace_id, &entries).await?.pop())
}

/// Workspaces with deliveries that are due and that nobody makes, those that wait longest first.
pub async fn list_due_workspaces(client: &impl GenericClient, limit: i64) -> Result<Vec<WorkspaceId>, DbError> {
    let sql = "-- webhook_deliveries::list_due_workspaces
        SELECT workspace_id FROM webhook_deliveries
        WHERE state = 'pending' AND due_at <= now() AND (leased_until IS NULL OR leased_until <= now())
        GROUP BY workspace_id ORDER BY min(due_at) LIMIT $1";
    let rows = client.query_typed(sql, &[(&limit, Type::INT8)]).await?;
    rows.iter().map(|row| Ok(WorkspaceId(column(row, "workspace_id")?))).collect()
}

/// Notes that an endpoint took a delivery.
pub async fn mark_delivered(
    client: &impl GenericClient,
    id: WebhookDeliveryId,
    response_status: i16,
) -> Result<(), DbError> {
    let sql = "-- webhook_deliveries::mark_delivered
        UPDATE webhook_deliveries SET state = 'delivered', delivered_at = now(), response_status = $2,
            failure_code = NULL, leased_until = NULL, updated_at = now()
        WHERE id = $1 AND state = 'pending'";
    client.query_typed(sql, &[(&id.0, Type::UUID), (&response_status, Type::INT2)]).await?;
    Ok(())
}

/// Notes that an attempt failed. The next one follows after the delay, give or take a fifth, which is given; without a delay
/// there is none.
pub async fn record_failure(
    client: &impl GenericClient,
    id: WebhookDeliveryId,
    (failure, response_status): (WebhookFailure, Option<i16>),
    delay: Option<Duration>,
) -> Result<Option<Duration>, DbError> {
    let sql = "-- webhook_deliveries::record_failure
        UPDATE webhook_deliveries SET state = CASE WHEN $4::float8 IS NULL THEN 'failed' ELSE 'pending' END,
            due_at = CASE WHEN $4 IS NULL THEN due_at ELSE now() + make_interval(secs => $4 * (0.8 + 0.4 * random())) END,
            failure_code = $2, response_status = $3, leased_until = NULL, updated_at = now()
        WHERE id = $1 AND state = 'pending'
        RETURNING CASE WHEN $4 IS NOT NULL THEN extract(epoch FROM due_at - now())::float8 END AS seconds";
    let params: [(&(dyn ToSql + Sync), Type); 4] = [
        (&id.0, Type::UUID),
        (&failure.as_str(), Type::TEXT),
        (&response_status, Type::INT2),
        (&delay.map(|delay| delay.as_secs_f64()), Type::FLOAT8),
    ];
    let Some(row) = client.query_typed_opt(sql, &params).await? else { return Ok(None) };
    let seconds: Option<f64> = column(&row, "seconds")?;
    Ok(seconds.map(|seconds| Duration::try_from_secs_f64(seconds).unwrap_or_default()))
}

/// Calls one delivery off.
pub async fn cancel(client: &impl GenericClient, id: WebhookDeliveryId) -> Result<(), DbError> {
    let sql = "-- webhook_deliveries::cancel
        UPDATE webhook_deliveries SET state = 'canceled', failure_code = $2, leased_until = NULL, updated_at = now()
        WHERE id = $1 AND state = 'pending'";
    let code = WebhookFailure::EndpointClosed.as_str();
    client.query_typed(sql, &[(&id.0, Type::UUID), (&code, Type::TEXT)]).await?;
    Ok(())
}

/// Calls everything off that is still to be delivered to an endpoint.
pub async fn cancel_all(client: &impl GenericClient, endpoint_id: WebhookEndpointId) -> Result<u64, DbError> {
    let sql = "-- webhook_deliveries::cancel_all
        UPDATE webhook_deliveries SET state = 'canceled', failure_code = $2, leased_until = NULL, updated_at = now()
        WHERE endpoint_id = $1 AND state = 'pending' RETURNING id";
    let code = WebhookFailure::EndpointClosed.as_str();
    let rows = client.query_typed(sql, &[(&endpoint_id.0, Type::UUID), (&code, Type::TEXT)]).await?;
    Ok(rows.len().try_into().unwrap_or(u64::MAX))
}

/// What an admin may see of a delivery.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Its row.
    pub id: WebhookDeliveryId,
    /// What is told.
    pub event_id: WebhookEventId,
    /// What that is about.
    pub event_type: WebhookEventType,
    /// How far it is.
    pub state: WebhookDeliveryState,
    /// Attempts so far.
    pub attempts: i32,
    /// When the next one is.
    pub due_at: DateTime<Utc>,
    /// When the last one was.
    pub last_attempt_at: Option<DateTime<Utc>>,
    /// What the endpoint answered to it.
    pub response_status: Option<i16>,
    /// Why it failed.
    pub failure: Option<WebhookFailure>,
    /// When the endpoint took it.
    pub delivered_at: Option<DateTime<Utc>>,
    /// When it happened.
    pub created_at: DateTime<Utc>,
}

const SHOWN: &str =
    "d.id, d.event_id, v.event_type, d.state, d.attempts, d.due_at, d.last_attempt_at, d.response_status,
    d.failure_code, d.delivered_at, d.created_at";

fn delivery(row: &Row) -> Result<Delivery, DbError> {
    Ok(Delivery {
        id: WebhookDeliveryId(column(row, "id")?),
        event_id: WebhookEventId(column(row, "event_id")?),
        event_type: parsed(row, "event_type")?,
        state: parsed(row, "state")?,
        attempts: column(row, "attempts")?,
        due_at: column(row, "due_at")?,
        last_attempt_at: column(row, "last_attempt_at")?,
        response_status: column(row, "response_status")?,
        failure: parsed_opt(row, "failure_code")?,
        delivered_at: column(row, "delivered_at")?,
        created_at: column(row, "created_at")?,
    })
}

/// A page of an endpoint's deliveries, newest first.
pub async fn list(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    endpoint_id: WebhookEndpointId,
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<Delivery>, DbError> {
    let sql = format!(
        "-- webhook_deliveries::list
        SELECT {SHOWN} FROM webhook_deliveries d JOIN outbound_events v ON v.id = d.event_id
        WHERE d.workspace_id = $1 AND d.endpoint_id = $2
            AND ($3::timestamptz IS NULL OR (d.created_at, d.id) < ($3, $4))
        ORDER BY d.created_at DESC, d.id DESC LIMIT $5"
    );
    let params: [(&(dyn ToSql + Sync), Type); 5] = [
        (&workspace_id.0, Type::UUID),
        (&endpoint_id.0, Type::UUID),
        (&after.map(|p| p.at), Type::TIMESTAMPTZ),
        (&after.map(|p| p.id), Type::UUID),
        (&limit, Type::INT8),
    ];
    client.query_typed(&sql, &params).await?.iter().map(delivery).collect()
}

/// Makes a test event and its delivery to one endpoint.
pub async fn insert_test(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    endpoint_id: WebhookEndpointId,
) -> Result<Delivery, DbError> {
    let sql = format!(
        "-- webhook_deliveries::insert_test
        WITH v AS (
            INSERT INTO outbound_events (workspace_id, event_type) VALUES ($1, 'webhook.test') RETURNING id, event_type
        ), d AS (
            INSERT INTO webhook_deliveries (workspace_id, endpoint_id, event_id) SELECT $1, $2, v.id FROM v RETURNING *
        )
        SELECT {SHOWN} FROM d, v"
    );
    let params: [(&(dyn ToSql + Sync), Type); 2] = [(&workspace_id.0, Type::UUID), (&endpoint_id.0, Type::UUID)];
    delivery(&client.query_typed_one(&sql, &params).await?)
}

/// Makes a delivery due again, as if it were new; one that is on its way is due now. `None`: there is no such delivery.
pub async fn replay(
    client: &impl GenericClient,
    endpoint_id: WebhookEndpointId,
    id: WebhookDeliveryId,
) -> Result<Option<Delivery>, DbError> {
    let sql = format!(
        "-- webhook_deliveries::replay
        UPDATE webhook_deliveries d SET state = 'pending', due_at = now(), delivered_at = NULL,
            attempts = CASE WHEN d.state = 'pending' THEN d.attempts ELSE 0 END, updated_at = now()
        FROM outbound_events v WHERE v.id = d.event_id AND d.endpoint_id = $1 AND d.id = $2
        RETURNING {SHOWN}"
    );
    let row = client.query_typed_opt(&sql, &[(&endpoint_id.0, Type::UUID), (&id.0, Type::UUID)]).await?;
    row.as_ref().map(delivery).transpose()
}
