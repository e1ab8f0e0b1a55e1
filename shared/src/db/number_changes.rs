//! What staff changes about `workspace_phone_numbers`. Callers hold the workspace's lock, which makes "at most one active
//! primary" and "not the last one" more than a hope.

use tokio_postgres::{GenericClient, types::Type};

use super::{
    DbError,
    numbers::{COLUMNS, Number, from_row},
};
use crate::domain::{CallFlow, Edit, FriendlyName, NumberType, PhoneNumber, PhoneNumberId, WorkspaceId};

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

/// Which of these numbers belong to the platform: to this workspace or to any other. A call that is forwarded to one of
/// them may come back for ever.
pub async fn find_owned(client: &impl GenericClient, numbers: &[PhoneNumber]) -> Result<Vec<PhoneNumber>, DbError> {
    let sql = "-- number_changes::find_owned
        SELECT phone_number FROM find_owned_numbers($1) AS phone_number";
    let texts: Vec<&str> = numbers.iter().map(PhoneNumber::as_str).collect();
    let rows = client.query_typed(sql, &[(&texts, Type::TEXT_ARRAY)]).await?;
    rows.iter().map(|row| super::numbers::stored_number(row, "phone_number")).collect()
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

/// What to change about a number.
#[derive(Debug, Default)]
pub struct NumberChange {
    /// `None` keeps the name.
    pub friendly_name: Option<FriendlyName>,
    /// `None` keeps the department.
    pub number_type: Option<NumberType>,
    /// What happens to calls; cleared is the default flow.
    pub voice: Edit<CallFlow>,
}

/// Changes a number that is not released.
pub async fn update(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    id: PhoneNumberId,
    change: &NumberChange,
) -> Result<Option<Number>, DbError> {
    let sql = format!(
        "-- number_changes::update
        UPDATE workspace_phone_numbers
        SET friendly_name = coalesce($3, friendly_name), number_type = coalesce($4, number_type),
            voice = CASE WHEN $5 THEN $6 ELSE voice END, updated_at = now()
        WHERE workspace_id = $1 AND id = $2 AND status <> 'released' RETURNING {COLUMNS}"
    );
    let voice = match &change.voice {
        Edit::Set(flow) => Some(serde_json::json!(flow)),
        Edit::Clear | Edit::Keep => None,
    };
    let params: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 6] = [
        (&workspace_id.0, Type::UUID),
        (&id.0, Type::UUID),
        (&change.friendly_name.as_ref().map(FriendlyName::as_str), Type::TEXT),
        (&change.number_type.map(NumberType::as_str), Type::TEXT),
        (&!change.voice.is_keep(), Type::BOOL),
        (&voice, Type::JSONB),
    ];
    client.query_typed_opt(&sql, &params).await?.as_ref().map(from_row).transpose()
}

/// Ends the workspace's ownership, and with it the number's emergency address. `None` when it had ended before.
pub async fn mark_released(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    id: PhoneNumberId,
) -> Result<Option<Number>, DbError> {
    let sql = format!(
        "-- number_changes::mark_released
        UPDATE workspace_phone_numbers SET status = 'released', released_at = now(), updated_at = now(),
            emergency_address_failure = NULL,
            emergency_address_status = CASE WHEN emergency_address IS NOT NULL THEN 'removing' END
        WHERE workspace_id = $1 AND id = $2 AND status <> 'released' RETURNING {COLUMNS}"
    );
    let row = client.query_typed_opt(&sql, &[(&workspace_id.0, Type::UUID), (&id.0, Type::UUID)]).await?;
    row.as_ref().map(from_row).transpose()
}

/// Has the conversations of a number go on with another, which is new: same threads, same opt-outs. What was sent and
/// received keeps the number of its time.
pub async fn continue_conversations(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    from: PhoneNumberId,
    to: PhoneNumberId,
) -> Result<i32, DbError> {
    let sql = "-- number_changes::continue_conversations
        SELECT continue_conversations($1, $2, $3) AS conversations";
    let params = [(&workspace_id.0 as _, Type::UUID), (&from.0 as _, Type::UUID), (&to.0 as _, Type::UUID)];
    super::column(&client.query_typed_one(sql, &params).await?, "conversations")
}
