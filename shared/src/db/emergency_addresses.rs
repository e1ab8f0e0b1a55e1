//! The emergency addresses of `workspace_phone_numbers`: what a workspace wants, and how far the carrier is.

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio_postgres::{
    GenericClient, Row,
    types::{ToSql, Type},
};

use super::{DbError, column, parsed};
use crate::domain::{EmergencyAddress, EmergencyAddressStatus, PhoneNumberId, WorkspaceId};

/// Sets the address of a number; the carrier is told by the worker. The same address again changes nothing.
pub async fn set(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    id: PhoneNumberId,
    address: &EmergencyAddress,
) -> Result<(), DbError> {
    let sql = "-- emergency_addresses::set
        UPDATE workspace_phone_numbers SET emergency_address = $3, emergency_address_status = 'pending',
            emergency_address_id = NULL, emergency_address_failure = NULL, updated_at = now()
        WHERE workspace_id = $1 AND id = $2 AND status <> 'released'
            AND (emergency_address IS DISTINCT FROM $3 OR emergency_address_status IN ('failed', 'removing'))";
    let address = serde_json::json!(address);
    let params: [(&(dyn ToSql + Sync), Type); 3] =
        [(&workspace_id.0, Type::UUID), (&id.0, Type::UUID), (&address, Type::JSONB)];
    client.query_typed(sql, &params).await?;
    Ok(())
}

/// Has the address of a number taken away.
pub async fn remove(client: &impl GenericClient, workspace_id: WorkspaceId, id: PhoneNumberId) -> Result<(), DbError> {
    let sql = "-- emergency_addresses::remove
        UPDATE workspace_phone_numbers SET emergency_address_status = 'removing', emergency_address_failure = NULL,
            updated_at = now()
        WHERE workspace_id = $1 AND id = $2 AND emergency_address IS NOT NULL AND emergency_address_status <> 'removing'";
    client.query_typed(sql, &[(&workspace_id.0, Type::UUID), (&id.0, Type::UUID)]).await?;
    Ok(())
}

/// What is to be done at the carrier.
#[derive(Debug)]
pub struct Open {
    /// The number.
    pub id: PhoneNumberId,
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// The carrier's id of the number.
    pub phone_number_sid: String,
    /// Whether it is to be set or taken away.
    pub status: EmergencyAddressStatus,
    /// The address, as it is stored: who settles it says which one it was.
    pub stored: Value,
    /// The carrier's id of the address that it was asked to give the number.
    pub assigned_id: Option<String>,
    /// The beginning of the labels of this number's addresses at the carrier.
    pub label_prefix: String,
    /// The label of this one.
    pub label: String,
}

/// What a worker finds.
#[derive(Debug)]
pub enum Claim {
    /// It is the worker's until the lease ends.
    Claimed(Box<Open>),
    /// Another worker has it.
    Leased,
    /// There is nothing to do.
    Nothing,
}

/// Longer than the time-out of who claims: whoever holds the lease is the only one at work. It begins when somebody looks,
/// so `emergency_address_looked_at` is both.
pub const LEASE_SECONDS: i32 = 60;

/// Takes the lease of a number about whose address something is to be done.
pub async fn claim(client: &impl GenericClient, id: PhoneNumberId) -> Result<Claim, DbError> {
    let sql = "-- emergency_addresses::claim
        UPDATE workspace_phone_numbers SET emergency_address_looked_at = now()
        WHERE id = $1 AND emergency_address_status IN ('pending', 'removing')
            AND (emergency_address_looked_at IS NULL OR emergency_address_looked_at <= now() - make_interval(secs => $2))
        RETURNING id, workspace_id, phone_number_sid, emergency_address_status, emergency_address, emergency_address_id,
            'sb-' || id || '-' AS label_prefix, 'sb-' || id || '-' || left(md5(emergency_address::text), 12) AS label";
    let params: [(&(dyn ToSql + Sync), Type); 2] = [(&id.0, Type::UUID), (&f64::from(LEASE_SECONDS), Type::FLOAT8)];
    if let Some(row) = client.query_typed_opt(sql, &params).await? {
        return Ok(Claim::Claimed(Box::new(open_from_row(&row)?)));
    }
    let sql = "-- emergency_addresses::is_open
        SELECT FROM workspace_phone_numbers WHERE id = $1 AND emergency_address_status IN ('pending', 'removing')";
    let open = client.query_typed_opt(sql, &[(&id.0, Type::UUID)]).await?;
    Ok(if open.is_some() { Claim::Leased } else { Claim::Nothing })
}

fn open_from_row(row: &Row) -> Result<Open, DbError> {
    Ok(Open {
        id: PhoneNumberId(column(row, "id")?),
        workspace_id: WorkspaceId(column(row, "workspace_id")?),
        phone_number_sid: column(row, "phone_number_sid")?,
        status: parsed(row, "emergency_address_status")?,
        stored: column(row, "emergency_address")?,
        assigned_id: column(row, "emergency_address_id")?,
        label_prefix: column(row, "label_prefix")?,
        label: column(row, "label")?,
    })
}

/// Ends the lease of a number that is not settled.
pub async fn give_back(client: &impl GenericClient, id: PhoneNumberId) -> Result<(), DbError> {
    let sql = "-- emergency_addresses::give_back
        UPDATE workspace_phone_numbers SET emergency_address_looked_at = now() - make_interval(secs => $2)
        WHERE id = $1 AND emergency_address_status IN ('pending', 'removing')";
    let seconds = f64::from(LEASE_SECONDS);
    client.query_typed(sql, &[(&id.0, Type::UUID), (&seconds, Type::FLOAT8)]).await?;
    Ok(())
}

/// The carrier was asked to give the number this address, and has not decided.
pub async fn note_assigned(client: &impl GenericClient, open: &Open, address_id: &str) -> Result<(), DbError> {
    let sql = "-- emergency_addresses::note_assigned
        UPDATE workspace_phone_numbers SET emergency_address_id = $3
        WHERE id = $1 AND emergency_address = $2 AND emergency_address_status = 'pending'";
    let params: [(&(dyn ToSql + Sync), Type); 3] =
        [(&open.id.0, Type::UUID), (&open.stored, Type::JSONB), (&address_id, Type::TEXT)];
    client.query_typed(sql, &params).await?;
    Ok(())
}

/// The carrier has decided about this address. `false`: another one is wanted by now.
pub async fn settle(
    client: &impl GenericClient,
    open: &Open,
    (status, failure): (EmergencyAddressStatus, Option<&str>),
    address_id: Option<&str>,
) -> Result<bool, DbError> {
    let sql = "-- emergency_addresses::settle
        UPDATE workspace_phone_numbers SET emergency_address_status = $3, emergency_address_failure = $4,
            emergency_address_id = $5, emergency_address_looked_at = NULL, updated_at = now()
        WHERE id = $1 AND emergency_address = $2 AND emergency_address_status = 'pending' RETURNING id";
    let params: [(&(dyn ToSql + Sync), Type); 5] = [
        (&open.id.0, Type::UUID),
        (&open.stored, Type::JSONB),
        (&status.as_str(), Type::TEXT),
        (&failure, Type::TEXT),
        (&address_id, Type::TEXT),
    ];
    Ok(client.query_typed_opt(sql, &params).await?.is_some())
}

/// The carrier has no address of this number any more. `false`: one is wanted again by now.
pub async fn forget(client: &impl GenericClient, id: PhoneNumberId) -> Result<bool, DbError> {
    let sql = "-- emergency_addresses::forget
        UPDATE workspace_phone_numbers SET emergency_address = NULL, emergency_address_id = NULL,
            emergency_address_status = NULL, emergency_address_failure = NULL, emergency_address_looked_at = NULL,
            updated_at = now()
        WHERE id = $1 AND emergency_address_status = 'removing' RETURNING id";
    Ok(client.query_typed_opt(sql, &[(&id.0, Type::UUID)]).await?.is_some())
}

/// Numbers whose address nobody has asked the carrier about for longer than the worker waits. They are not due again for a
/// while, and the worker finds no lease.
pub async fn claim_due(
    client: &impl GenericClient,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<PhoneNumberId>, DbError> {
    let sql = "-- emergency_addresses::claim_due
        UPDATE workspace_phone_numbers SET emergency_address_looked_at = $1 - make_interval(secs => $3)
        WHERE id IN (
            SELECT id FROM workspace_phone_numbers
            WHERE emergency_address_status IN ('pending', 'removing')
                AND coalesce(emergency_address_looked_at, updated_at) < $1 - interval '20 minutes'
            ORDER BY emergency_address_looked_at LIMIT $2 FOR UPDATE SKIP LOCKED)
        RETURNING id";
    let params: [(&(dyn ToSql + Sync), Type); 3] =
        [(&now, Type::TIMESTAMPTZ), (&limit, Type::INT8), (&f64::from(LEASE_SECONDS), Type::FLOAT8)];
    let rows = client.query_typed(sql, &params).await?;
    rows.iter().map(|row| Ok(PhoneNumberId(column(row, "id")?))).collect()
}
