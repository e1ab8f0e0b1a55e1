//! `carrier_releases`: numbers that are released on our side and still have to be given back at the carrier.

use chrono::{DateTime, Utc};
use tokio_postgres::{GenericClient, types::Type};

use super::{DbError, column};
use crate::domain::{PhoneNumberId, WorkspaceId};

/// One row.
#[derive(Debug, Clone)]
pub struct CarrierRelease {
    /// The number's row.
    pub phone_number_id: PhoneNumberId,
    /// Who owned it.
    pub workspace_id: WorkspaceId,
    /// The carrier's id.
    pub phone_number_sid: String,
    /// Deliveries that worked on it.
    pub attempts: i32,
    /// When the number became ours, from which the carrier's waiting time counts.
    pub provisioned_at: DateTime<Utc>,
}

/// Orders that a number is given back. Twice is harmless.
pub async fn insert(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    phone_number_id: PhoneNumberId,
    sid: &str,
) -> Result<(), DbError> {
    let sql = "-- carrier_releases::insert
        INSERT INTO carrier_releases (phone_number_id, workspace_id, phone_number_sid) VALUES ($1, $2, $3)
        ON CONFLICT (phone_number_id) DO NOTHING";
    let params: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 3] =
        [(&phone_number_id.0, Type::UUID), (&workspace_id.0, Type::UUID), (&sid, Type::TEXT)];
    client.query_typed(sql, &params).await?;
    Ok(())
}

/// Whether the release waits without a queue message.
pub async fn is_unqueued(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    phone_number_id: PhoneNumberId,
) -> Result<bool, DbError> {
    let sql = "-- carrier_releases::is_unqueued
        SELECT FROM carrier_releases
        WHERE workspace_id = $1 AND phone_number_id = $2 AND queued_at IS NULL AND finished_at IS NULL";
    let row = client.query_typed_opt(sql, &[(&workspace_id.0, Type::UUID), (&phone_number_id.0, Type::UUID)]).await?;
    Ok(row.is_some())
}

/// Notes that a queue message was sent.
pub async fn mark_queued(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    phone_number_id: PhoneNumberId,
) -> Result<(), DbError> {
    let sql = "-- carrier_releases::mark_queued
        UPDATE carrier_releases SET queued_at = now(), updated_at = now()
        WHERE workspace_id = $1 AND phone_number_id = $2";
    client.query_typed(sql, &[(&workspace_id.0, Type::UUID), (&phone_number_id.0, Type::UUID)]).await?;
    Ok(())
}
/// What a worker finds when it wants to give a number back.
#[derive(Debug)]
pub enum Claim {
    /// It is the worker's until the lease ends.
    Claimed(CarrierRelease),
    /// Another worker has it.
    Leased,
    /// The carrier would refuse it before this moment.
    NotDue(DateTime<Utc>),
    /// Nothing is left to do, or there is no such row.
    Finished,
}

/// Takes the lease of a release that is due.
pub async fn claim(
    client: &impl GenericClient,
    id: PhoneNumberId,
    now: DateTime<Utc>,
    lease_seconds: i32,
) -> Result<Claim, DbError> {
    let sql = "-- carrier_releases::claim
        UPDATE carrier_releases r
        SET leased_until = now() + make_interval(secs => $2), attempts = attempts + 1, updated_at = now()
        FROM workspace_phone_numbers n
        WHERE r.phone_number_id = $1 AND n.id = r.phone_number_id AND n.status = 'released'
            AND r.finished_at IS NULL AND r.due_at <= $3 AND (r.leased_until IS NULL OR r.leased_until <= now())
        RETURNING r.phone_number_id, r.workspace_id, r.phone_number_sid, r.attempts, n.provisioned_at";
    let seconds = f64::from(lease_seconds);
    let params: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 3] =
        [(&id.0, Type::UUID), (&seconds, Type::FLOAT8), (&now, Type::TIMESTAMPTZ)];
    if let Some(row) = client.query_typed_opt(sql, &params).await? {
        return Ok(Claim::Claimed(CarrierRelease {
            phone_number_id: PhoneNumberId(column(&row, "phone_number_id")?),
            workspace_id: WorkspaceId(column(&row, "workspace_id")?),
            phone_number_sid: column(&row, "phone_number_sid")?,
            attempts: column(&row, "attempts")?,
            provisioned_at: column(&row, "provisioned_at")?,
        }));
    }
    let sql = "-- carrier_releases::find_open
        SELECT due_at FROM carrier_releases WHERE phone_number_id = $1 AND finished_at IS NULL";
    let Some(row) = client.query_typed_opt(sql, &[(&id.0, Type::UUID)]).await? else {
        return Ok(Claim::Finished);
    };
    let due_at: DateTime<Utc> = column(&row, "due_at")?;
    Ok(if due_at > now { Claim::NotDue(due_at) } else { Claim::Leased })
}

/// The carrier does not have the number any more.
pub async fn finish(client: &impl GenericClient, id: PhoneNumberId) -> Result<(), DbError> {
    let sql = "-- carrier_releases::finish
        UPDATE carrier_releases
        SET finished_at = now(), leased_until = NULL, failure_code = NULL, updated_at = now()
        WHERE phone_number_id = $1 AND finished_at IS NULL";
    client.query_typed(sql, &[(&id.0, Type::UUID)]).await?;
    Ok(())
}

/// The carrier was asked in vain: the same again later. Gives the lease back. What is due soon counts as queued, because
/// the worker sends that message itself; the rest is left to the sweep.
pub async fn postpone(
    client: &impl GenericClient,
    id: PhoneNumberId,
    due_at: DateTime<Utc>,
    failure_code: &str,
) -> Result<(), DbError> {
    let sql = "-- carrier_releases::postpone
        UPDATE carrier_releases
        SET due_at = $2, failure_code = $3, leased_until = NULL, updated_at = now(),
            queued_at = CASE WHEN $2 <= now() + interval '15 minutes' THEN $2 END
        WHERE phone_number_id = $1 AND finished_at IS NULL";
    client.query_typed(sql, &[(&id.0, Type::UUID), (&due_at, Type::TIMESTAMPTZ), (&failure_code, Type::TEXT)]).await?;
    Ok(())
}

/// Releases that are due and that no queue message is on its way for; notes that one is sent now. A message that gets
/// lost is made up for after a quarter of an hour.
pub async fn claim_due(
    client: &impl GenericClient,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<PhoneNumberId>, DbError> {
    let sql = "-- carrier_releases::claim_due
        UPDATE carrier_releases SET queued_at = $1, updated_at = now()
        WHERE phone_number_id IN (
            SELECT phone_number_id FROM carrier_releases
            WHERE finished_at IS NULL AND due_at <= $1 AND (leased_until IS NULL OR leased_until <= now())
                AND (queued_at IS NULL OR queued_at < $1 - interval '15 minutes')
            ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED)
        RETURNING phone_number_id";
    let rows = client.query_typed(sql, &[(&now, Type::TIMESTAMPTZ), (&limit, Type::INT8)]).await?;
    rows.iter().map(|row| Ok(PhoneNumberId(column(row, "phone_number_id")?))).collect()
}
