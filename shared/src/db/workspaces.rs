//! Tenants.

use chrono::{DateTime, NaiveTime, Utc};
use tokio_postgres::{
    GenericClient,
    types::{ToSql, Type},
};

use super::{DbError, column, parsed};
use crate::domain::{QuietHours, Replies, Retention, SubscriptionTier, WorkspaceId};

/// A workspace as the HTTP API needs it.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// Its row.
    pub id: WorkspaceId,
    /// Name of the organisation.
    pub name: String,
    /// What it pays for.
    pub tier: SubscriptionTier,
}

/// What an event says about an organisation.
#[derive(Debug, Clone)]
pub struct OrganizationFacts<'a> {
    /// `org_…`.
    pub clerk_id: &'a str,
    /// Its name, when the event has it.
    pub name: Option<&'a str>,
    /// Its slug, when the event has it.
    pub slug: Option<&'a str>,
    /// Time of the organisation object; `None` when the event only mentions the organisation.
    pub updated_at: Option<DateTime<Utc>>,
}

/// Opens the organisation's workspace for the rest of the transaction: from here on row-level security shows its rows
/// and no others. `None` when there is no such workspace.
pub async fn enter(client: &impl GenericClient, organization_id: &str) -> Result<Option<Workspace>, DbError> {
    let sql = "-- workspaces::enter
        SELECT workspace_id, name, subscription_tier FROM enter_workspace($1)";
    let row = client.query_typed_opt(sql, &[(&organization_id, Type::TEXT)]).await?;
    row.map(|row| {
        Ok(Workspace {
            id: WorkspaceId(column(&row, "workspace_id")?),
            name: column(&row, "name")?,
            tier: parsed(&row, "subscription_tier")?,
        })
    })
    .transpose()
}

/// Makes or updates the workspace of an organisation and locks it until the transaction ends. Facts older than the stored
/// ones change nothing, so events may come in any order.
pub async fn upsert(client: &impl GenericClient, facts: &OrganizationFacts<'_>) -> Result<WorkspaceId, DbError> {
    let sql = "-- workspaces::upsert
        INSERT INTO workspaces AS w (clerk_organization_id, name, slug, clerk_updated_at)
        VALUES ($1, coalesce($2, ''), $3, $4)
        ON CONFLICT (clerk_organization_id) DO UPDATE SET
            name = CASE WHEN w.name = '' OR excluded.clerk_updated_at >= coalesce(w.clerk_updated_at, '-infinity')
                THEN coalesce(nullif(excluded.name, ''), w.name) ELSE w.name END,
            slug = CASE WHEN excluded.clerk_updated_at >= coalesce(w.clerk_updated_at, '-infinity')
                THEN coalesce(excluded.slug, w.slug) ELSE w.slug END,
            clerk_updated_at = greatest(w.clerk_updated_at, excluded.clerk_updated_at),
            updated_at = now()
        RETURNING id";
    let row = client
        .query_typed_one(
            sql,
            &[
                (&facts.clerk_id, Type::TEXT),
                (&facts.name, Type::TEXT),
                (&facts.slug, Type::TEXT),
                (&facts.updated_at, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    Ok(WorkspaceId(column(&row, "id")?))
}

/// Marks the organisation's workspace as deleted, making the row when the deletion is the first that we hear of it: a
/// creation that arrives later must not bring it to life.
pub async fn mark_deleted(client: &impl GenericClient, clerk_id: &str) -> Result<WorkspaceId, DbError> {
    let sql = "-- workspaces::mark_deleted
        INSERT INTO workspaces AS w (clerk_organization_id, deleted_at) VALUES ($1, now())
        ON CONFLICT (clerk_organization_id) DO UPDATE SET deleted_at = coalesce(w.deleted_at, now()), updated_at = now()
        RETURNING id";
    let row = client.query_typed_one(sql, &[(&clerk_id, Type::TEXT)]).await?;
    Ok(WorkspaceId(column(&row, "id")?))
}

/// What the reservation of a number depends on.
#[derive(Debug, Clone, Copy)]
pub struct LockedWorkspace {
    /// What it pays for.
    pub tier: SubscriptionTier,
    /// A payment failed: what is owned stays, nothing is bought.
    pub past_due: bool,
    /// The organisation is gone.
    pub deleted: bool,
}

/// Locks a workspace until the transaction ends. Everything that counts numbers against the limit does this first.
pub async fn lock(client: &impl GenericClient, id: WorkspaceId) -> Result<LockedWorkspace, DbError> {
    let sql = "-- workspaces::lock
        SELECT subscription_tier, past_due, deleted_at IS NOT NULL AS deleted FROM workspaces WHERE id = $1 FOR UPDATE";
    let row = client.query_typed_one(sql, &[(&id.0, Type::UUID)]).await?;
    Ok(LockedWorkspace {
        tier: parsed(&row, "subscription_tier")?,
        past_due: column(&row, "past_due")?,
        deleted: column(&row, "deleted")?,
    })
}

/// The name of a workspace, for those who see all of them.
pub async fn get_name(client: &impl GenericClient, id: WorkspaceId) -> Result<String, DbError> {
    let sql = "-- workspaces::get_name
        SELECT name FROM workspaces WHERE id = $1";
    column(&client.query_typed_one(sql, &[(&id.0, Type::UUID)]).await?, "name")
}

/// Stores what the subscription items add up to.
pub async fn set_entitlement(
    client: &impl GenericClient,
    id: WorkspaceId,
    tier: SubscriptionTier,
    past_due: PastDue,
) -> Result<(), DbError> {
    let sql = "-- workspaces::set_entitlement
        UPDATE workspaces SET subscription_tier = $2, past_due = $3, updated_at = now() WHERE id = $1";
    let past_due = past_due == PastDue::Yes;
    client.query_typed(sql, &[(&id.0, Type::UUID), (&tier.as_str(), Type::TEXT), (&past_due, Type::BOOL)]).await?;
    Ok(())
}

/// Whether a payment failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PastDue {
    /// A live item waits for its money.
    Yes,
    /// All is paid.
    No,
}

/// Notes that a whole subscription is being taken over which is complete until `as_of`, and locks the workspace. `false`
/// when a newer one was taken over before.
pub async fn take_over_plan(
    client: &impl GenericClient,
    id: WorkspaceId,
    as_of: DateTime<Utc>,
) -> Result<bool, DbError> {
    let sql = "-- workspaces::take_over_plan
        UPDATE workspaces SET plan_as_of = $2, updated_at = now()
        WHERE id = $1 AND coalesce(plan_as_of, '-infinity') <= $2 RETURNING id";
    Ok(client.query_typed_opt(sql, &[(&id.0, Type::UUID), (&as_of, Type::TIMESTAMPTZ)]).await?.is_some())
}

/// Has the plan read back at `due_at`, or when a cancelled one runs out, whichever is first.
pub async fn schedule_plan_read(
    client: &impl GenericClient,
    id: WorkspaceId,
    now: DateTime<Utc>,
    due_at: DateTime<Utc>,
) -> Result<(), DbError> {
    let sql = "-- workspaces::schedule_plan_read
        UPDATE workspaces SET plan_read_due_at = least($3,
            (SELECT min(period_end) FROM subscription_items
             WHERE workspace_id = $1 AND status = 'canceled' AND period_end > $2))
        WHERE id = $1";
    client.query_typed(sql, &[(&id.0, Type::UUID), (&now, Type::TIMESTAMPTZ), (&due_at, Type::TIMESTAMPTZ)]).await?;
    Ok(())
}

/// When the workspace does not want to disturb its customers; `None`: never.
pub async fn get_quiet_hours(client: &impl GenericClient, id: WorkspaceId) -> Result<Option<QuietHours>, DbError> {
    let sql = "-- workspaces::get_quiet_hours
        SELECT quiet_start, quiet_end, coalesce(quiet_exempt_replies, false) AS exempt FROM workspaces WHERE id = $1";
    let row = client.query_typed_one(sql, &[(&id.0, Type::UUID)]).await?;
    let (start, end): (Option<NaiveTime>, Option<NaiveTime>) =
        (column(&row, "quiet_start")?, column(&row, "quiet_end")?);
    let (Some(start), Some(end)) = (start, end) else { return Ok(None) };
    let replies = if column(&row, "exempt")? { Replies::Exempt } else { Replies::Wait };
    let corrupt =
        |problem: &dyn std::fmt::Display| DbError::Corrupt { column: "quiet_end", problem: problem.to_string() };
    QuietHours::new(start.into(), end.into(), replies).map(Some).map_err(|error| corrupt(&error))
}

/// Stores when the workspace does not want to disturb its customers.
pub async fn set_quiet_hours(
    client: &impl GenericClient,
    id: WorkspaceId,
    quiet: Option<&QuietHours>,
) -> Result<(), DbError> {
    let sql = "-- workspaces::set_quiet_hours
        UPDATE workspaces SET quiet_start = $2, quiet_end = $3, quiet_exempt_replies = $4, updated_at = now()
        WHERE id = $1";
    let params: [(&(dyn ToSql + Sync), Type); 4] = [
        (&id.0, Type::UUID),
        (&quiet.map(|quiet| quiet.start().to_naive()), Type::TIME),
        (&quiet.map(|quiet| quiet.end().to_naive()), Type::TIME),
        (&quiet.map(|quiet| quiet.replies() == Replies::Exempt), Type::BOOL),
    ];
    client.query_typed(sql, &params).await?;
    Ok(())
}

/// For how long the workspace wants what kept; `None`: as the configuration says.
pub async fn get_retention(client: &impl GenericClient, id: WorkspaceId) -> Result<Retention, DbError> {
    let sql = "-- workspaces::get_retention
        SELECT message_retention_days::smallint AS messages, media_retention_days::smallint AS media,
            recording_retention_days::smallint AS recordings
        FROM workspaces WHERE id = $1";
    let row = client.query_typed_one(sql, &[(&id.0, Type::UUID)]).await?;
    let days = |name: &'static str| -> Result<Option<u16>, DbError> {
        let days: Option<i16> = column(&row, name)?;
        let corrupt = |error: std::num::TryFromIntError| DbError::Corrupt { column: name, problem: error.to_string() };
        days.map(u16::try_from).transpose().map_err(corrupt)
    };
    Ok(Retention { message_days: days("messages")?, media_days: days("media")?, recording_days: days("recordings")? })
}

/// Stores for how long the workspace wants what kept.
pub async fn set_retention(client: &impl GenericClient, id: WorkspaceId, retention: &Retention) -> Result<(), DbError> {
    let sql = "-- workspaces::set_retention
        UPDATE workspaces SET message_retention_days = $2, media_retention_days = $3, recording_retention_days = $4,
            updated_at = now()
        WHERE id = $1";
    let params: [(&(dyn ToSql + Sync), Type); 4] = [
        (&id.0, Type::UUID),
        (&retention.message_days.map(i32::from), Type::INT4),
        (&retention.media_days.map(i32::from), Type::INT4),
        (&retention.recording_days.map(i32::from), Type::INT4),
    ];
    client.query_typed(sql, &params).await?;
    Ok(())
}
