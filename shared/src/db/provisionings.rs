//! `number_provisionings`: one row per attempt to get one number. Moves are those of
//! [`ProvisioningState::next`]; each statement names the state that it leaves and reports whether it won.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio_postgres::{GenericClient, Row, types::Type};

use super::{DbError, column, parsed, parsed_opt};
use crate::domain::{
    NumberType, PhoneNumber, PhoneNumberId, ProvisioningFailure, ProvisioningId, ProvisioningState, SearchStep,
    WorkspaceId,
};

/// One row.
#[derive(Debug, Clone)]
pub struct Provisioning {
    /// Its row.
    pub id: ProvisioningId,
    /// Who gets the number.
    pub workspace_id: WorkspaceId,
    /// Where it stands.
    pub state: ProvisioningState,
    /// The department of the number to be.
    pub number_type: NumberType,
    /// What the workspace wants to call it.
    pub friendly_name: Option<String>,
    /// Area code asked for.
    pub area_code: Option<String>,
    /// The one number that was asked for.
    pub requested: Option<PhoneNumber>,
    /// The number that is being bought.
    pub candidate: Option<PhoneNumber>,
    /// How the candidate was found; `None` when the workspace named it.
    pub search_step: Option<SearchStep>,
    /// The carrier's id of the bought number.
    pub phone_number_sid: Option<String>,
    /// The number that came of it.
    pub phone_number_id: Option<PhoneNumberId>,
    /// Deliveries that worked on it.
    pub attempts: i32,
    /// Look-ups since the last purchase request that found nothing.
    pub lookups: i32,
    /// Why it was given up: a stable code.
    pub failure_code: Option<String>,
    /// Why it was given up: a sentence.
    pub failure_reason: Option<String>,
    /// When it was reserved.
    pub created_at: DateTime<Utc>,
}

const COLUMNS: &str = "id, workspace_id, state, number_type, friendly_name, area_code, requested_phone_number,
    candidate_phone_number, search_step, phone_number_sid, phone_number_id, attempts, lookups, failure_code, failure_reason, created_at";

fn from_row(row: &Row) -> Result<Provisioning, DbError> {
    Ok(Provisioning {
        id: ProvisioningId(column(row, "id")?),
        workspace_id: WorkspaceId(column(row, "workspace_id")?),
        state: parsed(row, "state")?,
        number_type: parsed(row, "number_type")?,
        friendly_name: column(row, "friendly_name")?,
        area_code: column(row, "area_code")?,
        requested: parsed_opt(row, "requested_phone_number")?,
        candidate: parsed_opt(row, "candidate_phone_number")?,
        search_step: parsed_opt(row, "search_step")?,
        phone_number_sid: column(row, "phone_number_sid")?,
        phone_number_id: column::<Option<uuid::Uuid>>(row, "phone_number_id")?.map(PhoneNumberId),
        attempts: column(row, "attempts")?,
        lookups: column(row, "lookups")?,
        failure_code: column(row, "failure_code")?,
        failure_reason: column(row, "failure_reason")?,
        created_at: column(row, "created_at")?,
    })
}

/// What a workspace wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The department of the number to be.
    pub number_type: NumberType,
    /// What to call it; `None` leaves it to us.
    pub friendly_name: Option<String>,
    /// Where to search.
    pub area_code: Option<String>,
    /// The one number that will do.
    pub phone_number: Option<PhoneNumber>,
    /// The failed provisioning that is tried again.
    pub retry_of: Option<ProvisioningId>,
}

/// Takes a reservation. The caller holds the workspace's lock and has compared the count with the limit.
pub async fn reserve(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    wish: &Wish,
) -> Result<ProvisioningId, DbError> {
    let sql = "-- provisionings::reserve
        INSERT INTO number_provisionings
            (workspace_id, number_type, friendly_name, area_code, requested_phone_number, retry_of)
        VALUES ($1, $2, $3, $4, $5, $6) RETURNING id";
    let row = client
        .query_typed_one(
            sql,
            &[
                (&workspace_id.0, Type::UUID),
                (&wish.number_type.as_str(), Type::TEXT),
                (&wish.friendly_name, Type::TEXT),
                (&wish.area_code, Type::TEXT),
                (&wish.phone_number.as_ref().map(PhoneNumber::as_str), Type::TEXT),
                (&wish.retry_of.map(|id| id.0), Type::UUID),
            ],
        )
        .await?;
    Ok(ProvisioningId(column(&row, "id")?))
}

/// One provisioning of a workspace.
pub async fn find(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    id: ProvisioningId,
) -> Result<Option<Provisioning>, DbError> {
    let sql = format!(
        "-- provisionings::find
        SELECT {COLUMNS} FROM number_provisionings WHERE workspace_id = $1 AND id = $2"
    );
    let row = client.query_typed_opt(&sql, &[(&workspace_id.0, Type::UUID), (&id.0, Type::UUID)]).await?;
    row.as_ref().map(from_row).transpose()
}

/// The provisioning that repeats a failed one. Asked under the workspace's lock, so that there is one at most.
pub async fn find_retry(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    failed: ProvisioningId,
) -> Result<Option<ProvisioningId>, DbError> {
    let sql = "-- provisionings::find_retry
        SELECT id FROM number_provisionings WHERE workspace_id = $1 AND retry_of = $2";
    let row = client.query_typed_opt(sql, &[(&workspace_id.0, Type::UUID), (&failed.0, Type::UUID)]).await?;
    row.map(|row| Ok(ProvisioningId(column(&row, "id")?))).transpose()
}

/// A workspace's provisionings that are not finished, and those that failed during the last day and were not tried
/// again.
pub async fn list_recent(client: &impl GenericClient, workspace_id: WorkspaceId) -> Result<Vec<Provisioning>, DbError> {
    let sql = format!(
        "-- provisionings::list_recent
        SELECT {COLUMNS} FROM number_provisionings p
        WHERE workspace_id = $1 AND (finished_at IS NULL OR state = 'failed' AND finished_at > now() - interval '1 day'
            AND NOT EXISTS (SELECT FROM number_provisionings r WHERE r.workspace_id = $1 AND r.retry_of = p.id))
        ORDER BY created_at, id"
    );
    client.query_typed(&sql, &[(&workspace_id.0, Type::UUID)]).await?.iter().map(from_row).collect()
}

/// The reservations of a workspace that no queue message was sent for yet.
pub async fn list_unqueued(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
) -> Result<Vec<ProvisioningId>, DbError> {
    let sql = "-- provisionings::list_unqueued
        SELECT id FROM number_provisionings
        WHERE workspace_id = $1 AND finished_at IS NULL AND queued_at IS NULL ORDER BY created_at, id";
    let rows = client.query_typed(sql, &[(&workspace_id.0, Type::UUID)]).await?;
    rows.iter().map(|row| Ok(ProvisioningId(column(row, "id")?))).collect()
}

/// Notes that a queue message was sent.
pub async fn mark_queued(client: &impl GenericClient, id: ProvisioningId) -> Result<(), DbError> {
    let sql = "-- provisionings::mark_queued
        UPDATE number_provisionings SET queued_at = now() WHERE id = $1";
    client.query_typed(sql, &[(&id.0, Type::UUID)]).await?;
    Ok(())
}

/// What a worker finds when it wants to work on a provisioning.
#[derive(Debug)]
pub enum Claim {
    /// It is the worker's until the lease ends.
    Claimed(Box<Provisioning>),
    /// Another worker has it, or it waits for its next step: not before this time has passed.
    Leased(Duration),
    /// Nothing is left to do, or there is no such row.
    Finished,
}

/// Takes the lease of a provisioning. The lease is longer than a worker lives, so whoever gets it is alone.
pub async fn claim(client: &impl GenericClient, id: ProvisioningId, lease_seconds: i32) -> Result<Claim, DbError> {
    let sql = format!(
        "-- provisionings::claim
        UPDATE number_provisionings
        SET leased_until = now() + make_interval(secs => $2), attempts = attempts + 1, updated_at = now()
        WHERE id = $1 AND finished_at IS NULL AND (leased_until IS NULL OR leased_until <= now())
        RETURNING {COLUMNS}"
    );
    let seconds = f64::from(lease_seconds);
    if let Some(row) = client.query_typed_opt(&sql, &[(&id.0, Type::UUID), (&seconds, Type::FLOAT8)]).await? {
        return Ok(Claim::Claimed(Box::new(from_row(&row)?)));
    }
    let sql = "-- provisionings::remaining_lease
        SELECT greatest(1, ceil(extract(epoch FROM leased_until - clock_timestamp())))::int8 AS seconds
        FROM number_provisionings WHERE id = $1 AND finished_at IS NULL";
    let Some(row) = client.query_typed_opt(sql, &[(&id.0, Type::UUID)]).await? else {
        return Ok(Claim::Finished);
    };
    let seconds: i64 = column(&row, "seconds")?;
    Ok(Claim::Leased(Duration::from_secs(seconds.unsigned_abs())))
}

/// Turns the lease into a waiting time, which binds every delivery: the queue may have copies of the message, and they
/// must not use up the look-ups and attempts that are meant to be minutes apart.
/// Only the holder of the lease can.
pub async fn postpone(
    client: &impl GenericClient,
    id: ProvisioningId,
    attempt: i32,
    delay: Duration,
) -> Result<(), DbError> {
    let sql = "-- provisionings::postpone
        UPDATE number_provisionings SET leased_until = now() + make_interval(secs => $2), updated_at = now()
        WHERE id = $1 AND finished_at IS NULL AND attempts = $3";
    let params = [(&id.0 as _, Type::UUID), (&delay.as_secs_f64() as _, Type::FLOAT8), (&attempt as _, Type::INT4)];
    client.query_typed(sql, &params).await?;
    Ok(())
}

/// `reserved` or `purchasing` → `purchasing` of this candidate. Must be committed before the carrier is asked. `attempt`
/// is that of the caller's claim: a worker that has outlived its lease buys nothing.
pub async fn start_purchase(
    client: &impl GenericClient,
    id: ProvisioningId,
    attempt: i32,
    candidate: &PhoneNumber,
    step: Option<SearchStep>,
) -> Result<bool, DbError> {
    let sql = "-- provisionings::start_purchase
        UPDATE number_provisionings
        SET state = 'purchasing', candidate_phone_number = $2, search_step = $3, lookups = 0, updated_at = now()
        WHERE id = $1 AND state IN ('reserved', 'purchasing') AND attempts = $4 RETURNING id";
    let step = step.map(SearchStep::as_str);
    let params: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 4] =
        [(&id.0, Type::UUID), (&candidate.as_str(), Type::TEXT), (&step, Type::TEXT), (&attempt, Type::INT4)];
    Ok(client.query_typed_opt(sql, &params).await?.is_some())
}

/// Counts a look-up that found nothing; gives the new count.
pub async fn count_lookup(client: &impl GenericClient, id: ProvisioningId) -> Result<i32, DbError> {
    let sql = "-- provisionings::count_lookup
        UPDATE number_provisionings SET lookups = lookups + 1, updated_at = now() WHERE id = $1 RETURNING lookups";
    column(&client.query_typed_one(sql, &[(&id.0, Type::UUID)]).await?, "lookups")
}

/// `purchasing` → `reserved`: the purchase is known not to have happened.
pub async fn abandon_candidate(client: &impl GenericClient, id: ProvisioningId) -> Result<bool, DbError> {
    let sql = "-- provisionings::abandon_candidate
        UPDATE number_provisionings
        SET state = 'reserved', candidate_phone_number = NULL, search_step = NULL, lookups = 0, updated_at = now()
        WHERE id = $1 AND state = 'purchasing' RETURNING id";
    Ok(client.query_typed_opt(sql, &[(&id.0, Type::UUID)]).await?.is_some())
}

/// `purchasing` → `purchased`: the carrier has it, under this sid.
pub async fn mark_purchased(
    client: &impl GenericClient,
    id: ProvisioningId,
    phone_number: &PhoneNumber,
    phone_number_sid: &str,
) -> Result<bool, DbError> {
    let sql = "-- provisionings::mark_purchased
        UPDATE number_provisionings
        SET state = 'purchased', candidate_phone_number = $2, phone_number_sid = $3, updated_at = now()
        WHERE id = $1 AND state = 'purchasing' RETURNING id";
    let params: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 3] =
        [(&id.0, Type::UUID), (&phone_number.as_str(), Type::TEXT), (&phone_number_sid, Type::TEXT)];
    Ok(client.query_typed_opt(sql, &params).await?.is_some())
}

/// `purchased` → `active`: the number is stored. In the same transaction as the insert of the number.
pub async fn mark_active(
    client: &impl GenericClient,
    id: ProvisioningId,
    phone_number_id: PhoneNumberId,
) -> Result<bool, DbError> {
    let sql = "-- provisionings::mark_active
        UPDATE number_provisionings
        SET state = 'active', phone_number_id = $2, finished_at = now(), leased_until = NULL, updated_at = now()
        WHERE id = $1 AND state = 'purchased' RETURNING id";
    Ok(client.query_typed_opt(sql, &[(&id.0, Type::UUID), (&phone_number_id.0, Type::UUID)]).await?.is_some())
}

/// `reserved` or `purchasing` → `failed`. Only when it is certain that nothing was bought.
pub async fn mark_failed(
    client: &impl GenericClient,
    id: ProvisioningId,
    failure: ProvisioningFailure,
) -> Result<bool, DbError> {
    let sql = "-- provisionings::mark_failed
        UPDATE number_provisionings
        SET state = 'failed', failure_code = $2, failure_reason = $3, finished_at = now(), leased_until = NULL,
            updated_at = now()
        WHERE id = $1 AND state IN ('reserved', 'purchasing') RETURNING id";
    let params: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 3] =
        [(&id.0, Type::UUID), (&failure.as_str(), Type::TEXT), (&failure.reason(), Type::TEXT)];
    Ok(client.query_typed_opt(sql, &params).await?.is_some())
}
