//! The last known state of each Clerk subscription item.

use chrono::{DateTime, Utc};
use tokio_postgres::{GenericClient, types::Type};

use super::{DbError, column};
use crate::domain::WorkspaceId;

/// One item, as stored and as an event tells it.
#[derive(Debug, Clone)]
pub struct SubscriptionItem {
    /// `csub_item_…`.
    pub clerk_item_id: String,
    /// Slug of its plan; `None` when the event did not say.
    pub plan_slug: Option<String>,
    /// Clerk's word: active, `past_due`, canceled, ended, upcoming, abandoned, incomplete.
    pub status: String,
    /// A trial that was not paid yet.
    pub is_free_trial: bool,
    /// Begin of the current period.
    pub period_start: Option<DateTime<Utc>>,
    /// End of the current period; `None` for the default plan.
    pub period_end: Option<DateTime<Utc>>,
    /// Time of the item object.
    pub updated_at: DateTime<Utc>,
}

/// Stores an item unless a newer state of it is known. Of two states with the same time the one that is nearer to the end
/// of an item's life wins, so the result does not depend on the order of arrival.
pub async fn upsert(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    item: &SubscriptionItem,
) -> Result<(), DbError> {
    let sql = "-- subscription_items::upsert
        INSERT INTO subscription_items AS i
            (workspace_id, clerk_item_id, plan_slug, status, is_free_trial, period_start, period_end, clerk_updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (clerk_item_id) DO UPDATE SET
            plan_slug = coalesce(excluded.plan_slug, i.plan_slug), status = excluded.status,
            is_free_trial = excluded.is_free_trial, period_start = excluded.period_start,
            period_end = excluded.period_end, clerk_updated_at = excluded.clerk_updated_at, updated_at = now()
        WHERE i.workspace_id = excluded.workspace_id
            AND (excluded.clerk_updated_at > i.clerk_updated_at
                OR (excluded.clerk_updated_at = i.clerk_updated_at
                    AND array_position($9, excluded.status) >= coalesce(array_position($9, i.status), 0)))";
    let life = ["incomplete", "upcoming", "active", "past_due", "canceled", "abandoned", "ended"];
    client
        .query_typed(
            sql,
            &[
                (&workspace_id.0, Type::UUID),
                (&item.clerk_item_id, Type::TEXT),
                (&item.plan_slug, Type::TEXT),
                (&item.status, Type::TEXT),
                (&item.is_free_trial, Type::BOOL),
                (&item.period_start, Type::TIMESTAMPTZ),
                (&item.period_end, Type::TIMESTAMPTZ),
                (&item.updated_at, Type::TIMESTAMPTZ),
                (&life.as_slice(), Type::TEXT_ARRAY),
            ],
        )
        .await?;
    Ok(())
}

/// Every item of a workspace.
pub async fn list(client: &impl GenericClient, workspace_id: WorkspaceId) -> Result<Vec<SubscriptionItem>, DbError> {
    let sql = "-- subscription_items::list
        SELECT clerk_item_id, plan_slug, status, is_free_trial, period_start, period_end, clerk_updated_at
        FROM subscription_items WHERE workspace_id = $1 ORDER BY created_at, id";
    let rows = client.query_typed(sql, &[(&workspace_id.0, Type::UUID)]).await?;
    rows.iter()
        .map(|row| {
            Ok(SubscriptionItem {
                clerk_item_id: column(row, "clerk_item_id")?,
                plan_slug: column(row, "plan_slug")?,
                status: column(row, "status")?,
                is_free_trial: column(row, "is_free_trial")?,
                period_start: column(row, "period_start")?,
                period_end: column(row, "period_end")?,
                updated_at: column(row, "clerk_updated_at")?,
            })
        })
        .collect()
}
