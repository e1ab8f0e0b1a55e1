//! Numbers that a plan does not cover any more: suspended first, released after a grace period, brought back by an
//! upgrade in between.

use chrono::{DateTime, Utc};
use tokio_postgres::{GenericClient, types::Type};

use super::{DbError, column};
use crate::domain::{PhoneNumberId, WorkspaceId};

/// Why a number was suspended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The plan covers fewer numbers than there are.
    PlanLimit,
    /// The organisation is gone.
    OrganizationDeleted,
}

impl Reason {
    const fn as_str(self) -> &'static str {
        match self {
            Self::PlanLimit => "plan_limit",
            Self::OrganizationDeleted => "organization_deleted",
        }
    }
}

/// What a workspace may have.
#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    /// Numbers that may be active.
    pub limit: i64,
    /// Why the others are suspended.
    pub reason: Reason,
    /// When those are released.
    pub release_due_at: DateTime<Utc>,
}

/// How many numbers changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Changes {
    /// Active before.
    pub suspended: usize,
    /// Suspended before.
    pub restored: usize,
}

/// Suspends what is beyond the limit and restores what is within it. Kept are the primary number, then the oldest ones,
/// whatever they are at present: so the end depends on the limit alone, not on the plans in between. The caller holds
/// the workspace's lock.
pub async fn apply(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    allowance: &Allowance,
) -> Result<Changes, DbError> {
    // First the ones that go: an active primary must have left before another one can come back.
    let suspended = suspend_beyond(client, workspace_id, allowance).await?;
    let restored = restore_within(client, workspace_id, allowance.limit).await?;
    Ok(Changes { suspended, restored })
}

async fn suspend_beyond(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    allowance: &Allowance,
) -> Result<usize, DbError> {
    let sql = "-- suspensions::suspend_beyond
        WITH ranked AS (
            SELECT id, row_number() OVER (ORDER BY number_type <> 'primary', provisioned_at, id) AS place
            FROM workspace_phone_numbers WHERE workspace_id = $1 AND status <> 'released'),
        moved AS (
            UPDATE workspace_phone_numbers n
            SET status = 'suspended', suspended_at = now(), release_due_at = $4, suspension_reason = $3, updated_at = now()
            FROM ranked WHERE n.id = ranked.id AND ranked.place > $2 AND n.workspace_id = $1 AND n.status = 'active'
            RETURNING n.id, n.workspace_id),
        logged AS (
            INSERT INTO audit_log (workspace_id, actor, action, phone_number_id, details)
            SELECT workspace_id, 'system', 'number.suspended', id, jsonb_build_object('reason', $3) FROM moved)
        SELECT id FROM moved";
    let rows = client
        .query_typed(
            sql,
            &[
                (&workspace_id.0, Type::UUID),
                (&allowance.limit, Type::INT8),
                (&allowance.reason.as_str(), Type::TEXT),
                (&allowance.release_due_at, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    Ok(rows.len())
}

/// A primary that comes back beside another active one is `custom` from now on, as the loser of a promotion is.
async fn restore_within(client: &impl GenericClient, workspace_id: WorkspaceId, limit: i64) -> Result<usize, DbError> {
    let sql = "-- suspensions::restore_within
        WITH ranked AS (
            SELECT id, row_number() OVER (ORDER BY number_type <> 'primary', provisioned_at, id) AS place,
                row_number() OVER (PARTITION BY number_type ORDER BY status <> 'active', provisioned_at, id) AS of_type
            FROM workspace_phone_numbers WHERE workspace_id = $1 AND status <> 'released'),
        moved AS (
            UPDATE workspace_phone_numbers n
            SET status = 'active', suspended_at = NULL, release_due_at = NULL, suspension_reason = NULL,
                number_type = CASE WHEN n.number_type = 'primary' AND ranked.of_type > 1 THEN 'custom' ELSE n.number_type END,
                updated_at = now()
            FROM ranked WHERE n.id = ranked.id AND ranked.place <= $2 AND n.workspace_id = $1 AND n.status = 'suspended'
            RETURNING n.id, n.workspace_id),
        logged AS (
            INSERT INTO audit_log (workspace_id, actor, action, phone_number_id)
            SELECT workspace_id, 'system', 'number.restored', id FROM moved)
        SELECT id FROM moved";
    Ok(client.query_typed(sql, &[(&workspace_id.0, Type::UUID), (&limit, Type::INT8)]).await?.len())
}

/// Gives up the reservations of a workspace that nobody has begun to work on and that the limit does not cover any
/// more, the youngest first. What is being bought already becomes a number, and is suspended then.
pub async fn cancel_reservations(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    limit: i64,
) -> Result<usize, DbError> {
    let sql = "-- suspensions::cancel_reservations
        WITH ranked AS (
            SELECT id, row_number() OVER (ORDER BY created_at, id)
                + (SELECT count(*) FROM workspace_phone_numbers WHERE workspace_id = $1 AND status <> 'released') AS place
            FROM number_provisionings WHERE workspace_id = $1 AND finished_at IS NULL)
        UPDATE number_provisionings p
        SET state = 'failed', failure_code = 'plan_limit', finished_at = now(), leased_until = NULL, updated_at = now(),
            failure_reason = 'The plan does not cover another phone number any more.'
        FROM ranked
        WHERE p.id = ranked.id AND ranked.place > $2 AND p.workspace_id = $1 AND p.state = 'reserved' AND p.attempts = 0
        RETURNING p.id";
    Ok(client.query_typed(sql, &[(&workspace_id.0, Type::UUID), (&limit, Type::INT8)]).await?.len())
}

/// A number whose grace is over.
#[derive(Debug, Clone)]
pub struct Released {
    /// Its row.
    pub id: PhoneNumberId,
    /// Who owned it.
    pub workspace_id: WorkspaceId,
    /// The carrier's id.
    pub phone_number_sid: String,
}

/// Releases suspended numbers whose grace is over and orders that the carrier gets them back. Their workspaces are locked
/// with them, so that an upgrade comes either before or after; what somebody else has locked waits for the next time.
pub async fn release_due(
    client: &impl GenericClient,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Released>, DbError> {
    let sql = "-- suspensions::release_due
        WITH due AS (
            SELECT n.id FROM workspace_phone_numbers n JOIN workspaces w ON w.id = n.workspace_id
            WHERE n.status = 'suspended' AND n.release_due_at <= $1
            ORDER BY n.release_due_at LIMIT $2 FOR UPDATE OF w, n SKIP LOCKED),
        moved AS (
            UPDATE workspace_phone_numbers n SET status = 'released', released_at = $1, updated_at = now(),
                emergency_address_failure = NULL,
                emergency_address_status = CASE WHEN emergency_address IS NOT NULL THEN 'removing' END
            FROM due WHERE n.id = due.id RETURNING n.id, n.workspace_id, n.phone_number_sid),
        logged AS (
            INSERT INTO audit_log (workspace_id, actor, action, phone_number_id, details)
            SELECT workspace_id, 'system', 'number.released', id, '{\"reason\": \"grace_over\"}' FROM moved),
        ordered AS (
            INSERT INTO carrier_releases (phone_number_id, workspace_id, phone_number_sid)
            SELECT id, workspace_id, phone_number_sid FROM moved ON CONFLICT (phone_number_id) DO NOTHING)
        SELECT id, workspace_id, phone_number_sid FROM moved";
    let rows = client.query_typed(sql, &[(&now, Type::TIMESTAMPTZ), (&limit, Type::INT8)]).await?;
    rows.iter()
        .map(|row| {
            Ok(Released {
                id: PhoneNumberId(column(row, "id")?),
                workspace_id: WorkspaceId(column(row, "workspace_id")?),
                phone_number_sid: column(row, "phone_number_sid")?,
            })
        })
        .collect()
}
