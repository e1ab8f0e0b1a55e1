//! `carrier_releases`: numbers that are released on our side and still have to be given back at the carrier.

use tokio_postgres::{GenericClient, types::Type};

use super::DbError;
use crate::domain::{PhoneNumberId, WorkspaceId};

/// Asks for a number to be given back, in the transaction that releases it.
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
