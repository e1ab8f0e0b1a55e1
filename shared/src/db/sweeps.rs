//! What the sweep looks for: work that nobody is working on, and differences from the carrier.

use chrono::{DateTime, Utc};
use tokio_postgres::{GenericClient, types::Type};

use super::{DbError, column, numbers::stored_number, parsed};
use crate::domain::{
    MessagingStatus, NumberStatus, PhoneNumber, PhoneNumberId, ProvisioningId, ProvisioningState, SubscriptionTier,
    WorkspaceId,
};

/// Open provisionings that nobody works on; notes that a queue message is sent for each now. A worker waits up to ten
/// minutes between two deliveries and SQS three after a death, so only what is silent for longer counts as stuck, and
/// what was never delivered sooner.
pub async fn claim_stuck_provisionings(
    client: &impl GenericClient,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<ProvisioningId>, DbError> {
    let sql = "-- sweeps::claim_stuck_provisionings
        UPDATE number_provisionings SET queued_at = $1, updated_at = now()
        WHERE id IN (
            SELECT id FROM number_provisionings
            WHERE finished_at IS NULL AND (leased_until IS NULL OR leased_until <= now())
                AND ((queued_at IS NULL AND updated_at < $1 - interval '20 seconds')
                    OR (attempts = 0 AND updated_at < $1 - interval '2 minutes')
                    OR updated_at < $1 - interval '12 minutes')
                AND coalesce(queued_at, '-infinity') < $1 - interval '2 minutes'
            ORDER BY updated_at LIMIT $2 FOR UPDATE SKIP LOCKED)
        RETURNING id";
    let rows = client.query_typed(sql, &[(&now, Type::TIMESTAMPTZ), (&limit, Type::INT8)]).await?;
    rows.iter().map(|row| Ok(ProvisioningId(column(row, "id")?))).collect()
}

/// Pending numbers that the worker has not looked at for longer than it ever waits; notes that it is asked to now.
pub async fn claim_pending_numbers(
    client: &impl GenericClient,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<PhoneNumberId>, DbError> {
    let sql = "-- sweeps::claim_pending_numbers
        UPDATE workspace_phone_numbers SET messaging_looked_at = $1
        WHERE id IN (
            SELECT id FROM workspace_phone_numbers
            WHERE messaging_status = 'pending' AND status <> 'released'
                AND coalesce(messaging_looked_at, provisioned_at) < $1 - interval '20 minutes'
            ORDER BY coalesce(messaging_looked_at, provisioned_at) LIMIT $2 FOR UPDATE SKIP LOCKED)
        RETURNING id";
    let rows = client.query_typed(sql, &[(&now, Type::TIMESTAMPTZ), (&limit, Type::INT8)]).await?;
    rows.iter().map(|row| Ok(PhoneNumberId(column(row, "id")?))).collect()
}

/// A workspace with numbers, as far as its limit is concerned.
#[derive(Debug, Clone, Copy)]
pub struct NumberOwner {
    /// Its row.
    pub id: WorkspaceId,
    /// What it pays for.
    pub tier: SubscriptionTier,
    /// The organisation is gone.
    pub deleted: bool,
    /// Active numbers.
    pub active: i64,
}

/// Workspaces with active numbers. A purchase that was under way when the plan shrank ends beyond the limit.
pub async fn list_number_owners(client: &impl GenericClient) -> Result<Vec<NumberOwner>, DbError> {
    let sql = "-- sweeps::list_number_owners
        SELECT w.id, w.subscription_tier, w.deleted_at IS NOT NULL AS deleted, count(*) AS active
        FROM workspaces w JOIN workspace_phone_numbers n ON n.workspace_id = w.id AND n.status = 'active'
        GROUP BY w.id";
    let rows = client.query_typed(sql, &[]).await?;
    rows.iter()
        .map(|row| {
            Ok(NumberOwner {
                id: WorkspaceId(column(row, "id")?),
                tier: parsed(row, "subscription_tier")?,
                deleted: column(row, "deleted")?,
                active: column(row, "active")?,
            })
        })
        .collect()
}

/// A workspace whose plan is to be read back from Clerk.
#[derive(Debug, Clone)]
pub struct DuePlan {
    /// Its row.
    pub workspace_id: WorkspaceId,
    /// `org_…`.
    pub organization_id: String,
}

/// Workspaces whose plan is due to be read back, the longest due first.
pub async fn list_due_plans(
    client: &impl GenericClient,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<DuePlan>, DbError> {
    let sql = "-- sweeps::list_due_plans
        SELECT id, clerk_organization_id FROM workspaces
        WHERE deleted_at IS NULL AND plan_read_due_at <= $1 ORDER BY plan_read_due_at, id LIMIT $2";
    let rows = client.query_typed(sql, &[(&now, Type::TIMESTAMPTZ), (&limit, Type::INT8)]).await?;
    rows.iter()
        .map(|row| {
            Ok(DuePlan {
                workspace_id: WorkspaceId(column(row, "id")?),
                organization_id: column(row, "clerk_organization_id")?,
            })
        })
        .collect()
}

/// Workspaces with a cancelled item whose period is over although no event has said so.
pub async fn list_run_out_plans(
    client: &impl GenericClient,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<WorkspaceId>, DbError> {
    let sql = "-- sweeps::list_run_out_plans
        SELECT i.workspace_id, min(i.period_end) AS ran_out_at
        FROM subscription_items i JOIN workspaces w ON w.id = i.workspace_id AND w.deleted_at IS NULL
        WHERE i.status = 'canceled' AND i.period_end <= $1
        GROUP BY i.workspace_id ORDER BY ran_out_at LIMIT $2";
    let rows = client.query_typed(sql, &[(&now, Type::TIMESTAMPTZ), (&limit, Type::INT8)]).await?;
    rows.iter().map(|row| Ok(WorkspaceId(column(row, "workspace_id")?))).collect()
}

/// A number that the carrier should have.
#[derive(Debug, Clone)]
pub struct KnownNumber {
    /// Its row.
    pub id: PhoneNumberId,
    /// Who owns or owned it.
    pub workspace_id: WorkspaceId,
    /// E.164.
    pub phone_number: PhoneNumber,
    /// The carrier's id.
    pub phone_number_sid: String,
    /// In use or not.
    pub status: NumberStatus,
    /// May it text yet.
    pub messaging_status: MessagingStatus,
    /// It left another campaign for its owner's own: what the carrier has switched on says nothing until it has joined that.
    pub is_moving: bool,
    /// The carrier's word about a toll-free number.
    pub verification_status: Option<String>,
}

/// Every number that is ours, and every released one that the carrier may still have.
pub async fn list_known_numbers(client: &impl GenericClient) -> Result<Vec<KnownNumber>, DbError> {
    let sql = "-- sweeps::list_known_numbers
        SELECT n.id, n.workspace_id, n.phone_number, n.phone_number_sid, n.status, n.messaging_status,
            n.former_campaign_id IS NOT NULL AS is_moving, n.verification_status
        FROM workspace_phone_numbers n LEFT JOIN carrier_releases r ON r.phone_number_id = n.id
        WHERE n.status <> 'released' OR r.finished_at IS NULL
            OR r.finished_at > now() - interval '10 minutes'";
    let rows = client.query_typed(sql, &[]).await?;
    rows.iter()
        .map(|row| {
            Ok(KnownNumber {
                id: PhoneNumberId(column(row, "id")?),
                workspace_id: WorkspaceId(column(row, "workspace_id")?),
                phone_number: stored_number(row, "phone_number")?,
                phone_number_sid: column(row, "phone_number_sid")?,
                status: parsed(row, "status")?,
                messaging_status: parsed(row, "messaging_status")?,
                is_moving: column(row, "is_moving")?,
                verification_status: column(row, "verification_status")?,
            })
        })
        .collect()
}

/// Stores the carrier's word about a toll-free number.
pub async fn set_verification_status(
    client: &impl GenericClient,
    id: PhoneNumberId,
    status: Option<&str>,
) -> Result<(), DbError> {
    let sql = "-- sweeps::set_verification_status
        UPDATE workspace_phone_numbers SET verification_status = $2, updated_at = now() WHERE id = $1";
    client.query_typed(sql, &[(&id.0, Type::UUID), (&status, Type::TEXT)]).await?;
    Ok(())
}

/// The provisioning that a number at the carrier is named after.
#[derive(Debug, Clone)]
pub struct Parent {
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// Where it stands.
    pub state: ProvisioningState,
}

/// The provisioning, if there is one.
pub async fn find_parent(client: &impl GenericClient, id: ProvisioningId) -> Result<Option<Parent>, DbError> {
    let sql = "-- sweeps::find_parent
        SELECT workspace_id, state FROM number_provisionings WHERE id = $1";
    let row = client.query_typed_opt(sql, &[(&id.0, Type::UUID)]).await?;
    row.map(|row| {
        Ok(Parent { workspace_id: WorkspaceId(column(&row, "workspace_id")?), state: parsed(&row, "state")? })
    })
    .transpose()
}

/// Takes up a number whose provisioning was given up although the carrier sold it: a new provisioning of the same wishes
/// that starts with the purchase done. `None` when one has it already. The caller holds the workspace's lock and has
/// compared the count with the limit.
pub async fn insert_adoption(
    client: &impl GenericClient,
    given_up: ProvisioningId,
    phone_number: &PhoneNumber,
    phone_number_sid: &str,
) -> Result<Option<ProvisioningId>, DbError> {
    let sql = "-- sweeps::insert_adoption
        INSERT INTO number_provisionings (workspace_id, state, number_type, friendly_name, area_code,
            candidate_phone_number, phone_number_sid, retry_of, created_at)
        SELECT workspace_id, 'purchased', number_type, friendly_name, area_code, $2, $3,
            CASE WHEN NOT EXISTS (SELECT FROM number_provisionings r WHERE r.retry_of = p.id) THEN p.id END, p.created_at
        FROM number_provisionings p
        WHERE p.id = $1 AND p.state = 'failed'
            AND NOT EXISTS (SELECT FROM number_provisionings o WHERE o.phone_number_sid = $3 AND o.state <> 'failed')
            AND NOT EXISTS (SELECT FROM workspace_phone_numbers n WHERE n.phone_number_sid = $3)
        RETURNING id";
    let params: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 3] =
        [(&given_up.0, Type::UUID), (&phone_number.as_str(), Type::TEXT), (&phone_number_sid, Type::TEXT)];
    let row = client.query_typed_opt(sql, &params).await?;
    row.map(|row| Ok(ProvisioningId(column(&row, "id")?))).transpose()
}

/// Marks a number that the carrier does not have. `false` when it was marked before.
pub async fn mark_ghost(client: &impl GenericClient, id: PhoneNumberId, reason: &str) -> Result<bool, DbError> {
    let sql = "-- sweeps::mark_ghost
        UPDATE workspace_phone_numbers
        SET messaging_status = 'failed', messaging_failure_reason = $2, updated_at = now()
        WHERE id = $1 AND status <> 'released' AND messaging_failure_reason IS DISTINCT FROM $2 RETURNING id";
    Ok(client.query_typed_opt(sql, &[(&id.0, Type::UUID), (&reason, Type::TEXT)]).await?.is_some())
}

/// The webhooks that a number was given, as the carrier has them now.
#[derive(Debug, Clone, Copy)]
pub struct StoredWebhooks<'a> {
    /// Texts.
    pub sms_url: Option<&'a str>,
    /// Calls.
    pub voice_url: Option<&'a str>,
    /// End of calls.
    pub status_callback_url: Option<&'a str>,
}

/// Stores repaired webhooks.
pub async fn set_webhooks(
    client: &impl GenericClient,
    id: PhoneNumberId,
    webhooks: &StoredWebhooks<'_>,
) -> Result<(), DbError> {
    let sql = "-- sweeps::set_webhooks
        UPDATE workspace_phone_numbers
        SET sms_url = $2, voice_url = $3, status_callback_url = $4, updated_at = now() WHERE id = $1";
    let params: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 4] = [
        (&id.0, Type::UUID),
        (&webhooks.sms_url, Type::TEXT),
        (&webhooks.voice_url, Type::TEXT),
        (&webhooks.status_callback_url, Type::TEXT),
    ];
    client.query_typed(sql, &params).await?;
    Ok(())
}
