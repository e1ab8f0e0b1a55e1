//! Which webhook deliveries have been taken.

use tokio_postgres::{GenericClient, types::Type};

use super::DbError;
use crate::domain::{WorkspaceId, mask};

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Its content was stored.
    Applied,
    /// A kind of event that nothing here depends on.
    Ignored,
}

/// Claims a Clerk delivery by its `svix-id`. `false` when it was taken before; a copy that arrives at the same time waits
/// here for the other's transaction to end.
pub async fn claim_clerk(
    client: &impl GenericClient,
    svix_id: &str,
    event_type: &str,
    outcome: Outcome,
) -> Result<bool, DbError> {
    let sql = "-- webhook_events::claim_clerk
        INSERT INTO webhook_events (provider, event_id, event_type, outcome) VALUES ('clerk', $1, $2, $3)
        ON CONFLICT (provider, event_id) DO NOTHING RETURNING event_id";
    let outcome = match outcome {
        Outcome::Applied => "applied",
        Outcome::Ignored => "ignored",
    };
    let row = client
        .query_typed_opt(sql, &[(&svix_id, Type::TEXT), (&event_type, Type::TEXT), (&outcome, Type::TEXT)])
        .await?;
    Ok(row.is_some())
}

/// Notes which workspace a Clerk delivery was about.
pub async fn set_workspace(
    client: &impl GenericClient,
    svix_id: &str,
    workspace_id: WorkspaceId,
) -> Result<(), DbError> {
    let sql = "-- webhook_events::set_workspace
        UPDATE webhook_events SET workspace_id = $2 WHERE provider = 'clerk' AND event_id = $1";
    client.query_typed(sql, &[(&svix_id, Type::TEXT), (&workspace_id.0, Type::UUID)]).await?;
    Ok(())
}

/// The workspace that an earlier delivery of the same event was about.
pub async fn find_workspace(client: &impl GenericClient, svix_id: &str) -> Result<Option<WorkspaceId>, DbError> {
    let sql = "-- webhook_events::find_workspace
        SELECT workspace_id FROM webhook_events WHERE provider = 'clerk' AND event_id = $1";
    match client.query_typed_opt(sql, &[(&svix_id, Type::TEXT)]).await? {
        Some(row) => Ok(super::column::<Option<uuid::Uuid>>(&row, "workspace_id")?.map(WorkspaceId)),
        None => Ok(None),
    }
}

/// A verified webhook that no workspace can be found for, or that cannot be understood.
#[derive(Debug)]
pub struct Unroutable<'a> {
    /// `message`, `message_status`, `call` or `call_status`.
    pub kind: &'a str,
    /// The carrier's sid, or a hash of the body.
    pub key: &'a str,
    /// Why, in one word.
    pub reason: &'a str,
    /// Sender as sent.
    pub from: Option<&'a str>,
    /// Called number as sent.
    pub to: Option<&'a str>,
    /// Everything that was sent.
    pub payload: &'a serde_json::Value,
}

/// Keeps a webhook that cannot be routed; a repeated delivery is stored once.
pub async fn keep_unroutable(client: &impl GenericClient, event: &Unroutable<'_>) -> Result<(), DbError> {
    let sql = "-- webhook_events::keep_unroutable
        INSERT INTO unroutable_events (kind, event_key, reason, from_number, to_number, payload)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (kind, event_key) DO NOTHING";
    client
        .query_typed(
            sql,
            &[
                (&event.kind, Type::TEXT),
                (&event.key, Type::TEXT),
                (&event.reason, Type::TEXT),
                (&event.from, Type::TEXT),
                (&event.to, Type::TEXT),
                (&event.payload, Type::JSONB),
            ],
        )
        .await?;
    tracing::warn!(reason = event.reason, to = event.to.map(mask), "webhook kept as unroutable");
    Ok(())
}
