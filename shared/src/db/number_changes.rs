//! What staff changes about `workspace_phone_numbers`. Callers hold the workspace's lock, which makes "at most one active
//! primary" and "not the last one" more than a hope.

use tokio_postgres::{GenericClient, types::Type};

use super::{
    DbError,
    numbers::{COLUMNS, Number, from_row},
};
use crate::domain::{NumberType, PhoneNumberId, WorkspaceId};

/// One number of a workspace, released ones too.
pub async fn find(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    id: PhoneNumberId,
) -> Result<Option<Number>, DbError> {
    let sql = format!(
        "-- number_changes::find
        SELECT {COLUMNS} FROM workspace_phone_numbers WHERE workspace_id = $1 AND id = $2"
    );
    let row = client.query_typed_opt(&sql, &[(&workspace_id.0, Type::UUID), (&id.0, Type::UUID)]).await?;
    row.as_ref().map(from_row).transpose()
}

/// The ids of the workspace's active numbers.
pub async fn list_active(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
) -> Result<Vec<PhoneNumberId>, DbError> {
    let sql = "-- number_changes::list_active
        SELECT id FROM workspace_phone_numbers WHERE workspace_id = $1 AND status = 'active'";
    let rows = client.query_typed(sql, &[(&workspace_id.0, Type::UUID)]).await?;
    rows.iter().map(|row| Ok(PhoneNumberId(super::column(row, "id")?))).collect()
}

/// The active primary number.
pub async fn find_primary(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
) -> Result<Option<PhoneNumberId>, DbError> {
    let sql = "-- number_changes::find_primary
        SELECT id FROM workspace_phone_numbers
        WHERE workspace_id = $1 AND status = 'active' AND number_type = 'primary'";
    let row = client.query_typed_opt(sql, &[(&workspace_id.0, Type::UUID)]).await?;
    row.map(|row| Ok(PhoneNumberId(super::column(&row, "id")?))).transpose()
}

/// Makes the active primary number, if it is another one than this, a number of no department.
pub async fn demote_other_primary(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    keep: PhoneNumberId,
) -> Result<Option<PhoneNumberId>, DbError> {
    let sql = "-- number_changes::demote_other_primary
        UPDATE workspace_phone_numbers SET number_type = 'custom', updated_at = now()
        WHERE workspace_id = $1 AND id <> $2 AND number_type = 'primary' AND status = 'active' RETURNING id";
    let row = client.query_typed_opt(sql, &[(&workspace_id.0, Type::UUID), (&keep.0, Type::UUID)]).await?;
    row.map(|row| Ok(PhoneNumberId(super::column(&row, "id")?))).transpose()
}

/// New name or department of a number that is not released; `None` keeps what is there.
pub async fn update(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    id: PhoneNumberId,
    friendly_name: Option<&str>,
    number_type: Option<NumberType>,
) -> Result<Option<Number>, DbError> {
    let sql = format!(
        "-- number_changes::update
        UPDATE workspace_phone_numbers
        SET friendly_name = coalesce($3, friendly_name), number_type = coalesce($4, number_type), updated_at = now()
        WHERE workspace_id = $1 AND id = $2 AND status <> 'released' RETURNING {COLUMNS}"
    );
    let params: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 4] = [
        (&workspace_id.0, Type::UUID),
        (&id.0, Type::UUID),
        (&friendly_name, Type::TEXT),
        (&number_type.map(NumberType::as_str), Type::TEXT),
    ];
    client.query_typed_opt(&sql, &params).await?.as_ref().map(from_row).transpose()
}

/// Ends the workspace's ownership. `None` when it had ended before.
pub async fn mark_released(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    id: PhoneNumberId,
) -> Result<Option<Number>, DbError> {
    let sql = format!(
        "-- number_changes::mark_released
        UPDATE workspace_phone_numbers SET status = 'released', released_at = now(), updated_at = now()
        WHERE workspace_id = $1 AND id = $2 AND status <> 'released' RETURNING {COLUMNS}"
    );
    let row = client.query_typed_opt(&sql, &[(&workspace_id.0, Type::UUID), (&id.0, Type::UUID)]).await?;
    row.as_ref().map(from_row).transpose()
}
