//! The last known state of each Clerk subscription item.

use chrono::{DateTime, Utc};
use tokio_postgres::{
    GenericClient,
    types::{ToSql, Type},
};

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
///
/// `as_of` comes with an item of a whole subscription, which is complete until then: it replaces whatever is older. An item
/// without it comes with an event, and tells nothing that the last whole subscription did not know when it is older.
pub async fn upsert(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    item: &SubscriptionItem,
    as_of: Option<DateTime<Utc>>,
) -> Result<(), DbError> {
    let sql = "-- subscription_items::upsert
        INSERT INTO subscription_items AS i
            (workspace_id, clerk_item_id, plan_slug, status, is_free_trial, period_start, period_end, clerk_updated_at)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8 FROM workspaces
        WHERE id = $1 AND ($10 IS NOT NULL OR coalesce(plan_as_of, '-infinity') <= $8)
        ON CONFLICT (clerk_item_id) DO UPDATE SET
            plan_slug = coalesce(excluded.plan_slug, i.plan_slug), status = excluded.status,
            is_free_trial = excluded.is_free_trial, period_start = excluded.period_start,
            period_end = excluded.period_end, updated_at = now(),
            clerk_updated_at = greatest(excluded.clerk_updated_at, i.clerk_updated_at)
        WHERE i.workspace_id = excluded.workspace_id
            AND (excluded.clerk_updated_at > i.clerk_updated_at OR i.clerk_updated_at < $10
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
                (&as_of, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    Ok(())
}

/// Ends the items that a whole subscription does not have any more, unless they are newer than it. Gives their number.
pub async fn end_missing(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    present: &[&str],
    as_of: DateTime<Utc>,
) -> Result<usize, DbError> {
    let sql = "-- subscription_items::end_missing
        UPDATE subscription_items SET status = 'ended', clerk_updated_at = $3, updated_at = now()
        WHERE workspace_id = $1 AND clerk_item_id <> ALL ($2) AND clerk_updated_at <= $3
            AND status NOT IN ('ended', 'abandoned', 'expired') RETURNING id";
    let params: [(&(dyn ToSql + Sync), Type); 3] =
        [(&workspace_id.0, Type::UUID), (&present, Type::TEXT_ARRAY), (&as_of, Type::TIMESTAMPTZ)];
    Ok(client.query_typed(sql, &params).await?.len())
}

/// Ends what was cancelled and whose period is over. The time of the item stays: Clerk has said nothing new about it.
pub async fn end_run_out(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    now: DateTime<Utc>,
) -> Result<usize, DbError> {
    let sql = "-- subscription_items::end_run_out
        UPDATE subscription_items SET status = 'ended', updated_at = now()
        WHERE workspace_id = $1 AND status = 'canceled' AND period_end <= $2 RETURNING id";
    let params: [(&(dyn ToSql + Sync), Type); 2] = [(&workspace_id.0, Type::UUID), (&now, Type::TIMESTAMPTZ)];
    Ok(client.query_typed(sql, &params).await?.len())
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
