//! `contact_phone_numbers`: each number, in all its spellings, belongs to one contact of a workspace.

use tokio_postgres::{GenericClient, types::Type};
use uuid::Uuid;

use super::{DbError, column};
use crate::domain::{ContactId, MatchKey, WorkspaceId};

/// A number of a contact.
#[derive(Debug, Clone)]
pub struct ContactPhoneNumber {
    /// Its row.
    pub id: Uuid,
    /// As it was given.
    pub phone_number: String,
    /// The same for all spellings.
    pub match_key: String,
}

/// The numbers of a contact.
pub async fn list(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    contact_id: ContactId,
) -> Result<Vec<ContactPhoneNumber>, DbError> {
    let sql = "-- contact_phone_numbers::list
        SELECT id, phone_number, match_key FROM contact_phone_numbers
        WHERE workspace_id = $1 AND contact_id = $2 AND removed_at IS NULL ORDER BY created_at, id";
    let rows = client.query_typed(sql, &[(&workspace_id.0, Type::UUID), (&contact_id.0, Type::UUID)]).await?;
    let from_row = |row: &tokio_postgres::Row| {
        Ok(ContactPhoneNumber {
            id: column(row, "id")?,
            phone_number: column(row, "phone_number")?,
            match_key: column(row, "match_key")?,
        })
    };
    rows.iter().map(from_row).collect()
}

/// Gives a number to a contact, unless somebody has it: then says who.
pub async fn add(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    contact_id: ContactId,
    phone_number: &str,
    match_key: &MatchKey,
) -> Result<Option<ContactId>, DbError> {
    let sql = "-- contact_phone_numbers::add
        INSERT INTO contact_phone_numbers (workspace_id, contact_id, phone_number, match_key) VALUES ($1, $2, $3, $4)
        ON CONFLICT (workspace_id, match_key) WHERE removed_at IS NULL DO NOTHING
        RETURNING id";
    let added = client
        .query_typed_opt(
            sql,
            &[
                (&workspace_id.0, Type::UUID),
                (&contact_id.0, Type::UUID),
                (&phone_number, Type::TEXT),
                (&match_key.as_str(), Type::TEXT),
            ],
        )
        .await?;
    if added.is_some() {
        return Ok(None);
    }
    let sql = "-- contact_phone_numbers::find_owner
        SELECT contact_id FROM contact_phone_numbers
        WHERE workspace_id = $1 AND match_key = $2 AND removed_at IS NULL";
    let row = client.query_typed_one(sql, &[(&workspace_id.0, Type::UUID), (&match_key.as_str(), Type::TEXT)]).await?;
    Ok(Some(ContactId(column(&row, "contact_id")?)))
}

/// Writes a number in another of its spellings.
pub async fn respell(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    id: Uuid,
    phone_number: &str,
) -> Result<(), DbError> {
    let sql = "-- contact_phone_numbers::respell
        UPDATE contact_phone_numbers SET phone_number = $3, updated_at = now() WHERE workspace_id = $1 AND id = $2";
    client.query_typed(sql, &[(&workspace_id.0, Type::UUID), (&id, Type::UUID), (&phone_number, Type::TEXT)]).await?;
    Ok(())
}

/// Takes a number from its contact.
pub async fn remove(client: &impl GenericClient, workspace_id: WorkspaceId, id: Uuid) -> Result<(), DbError> {
    let sql = "-- contact_phone_numbers::remove
        UPDATE contact_phone_numbers SET removed_at = now(), updated_at = now() WHERE workspace_id = $1 AND id = $2";
    client.query_typed(sql, &[(&workspace_id.0, Type::UUID), (&id, Type::UUID)]).await?;
    Ok(())
}

/// Gives a number, also one that was just removed, to another contact.
pub async fn give(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    id: Uuid,
    to: ContactId,
) -> Result<(), DbError> {
    let sql = "-- contact_phone_numbers::give
        UPDATE contact_phone_numbers SET contact_id = $3, removed_at = NULL, updated_at = now()
        WHERE workspace_id = $1 AND id = $2";
    client.query_typed(sql, &[(&workspace_id.0, Type::UUID), (&id, Type::UUID), (&to.0, Type::UUID)]).await?;
    Ok(())
}

/// Gives all numbers of a contact to another one, those that it had once too.
pub async fn give_all(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    from: ContactId,
    to: ContactId,
) -> Result<(), DbError> {
    let sql = "-- contact_phone_numbers::give_all
        UPDATE contact_phone_numbers SET contact_id = $3, updated_at = now() WHERE workspace_id = $1 AND contact_id = $2";
    client.query_typed(sql, &[(&workspace_id.0, Type::UUID), (&from.0, Type::UUID), (&to.0, Type::UUID)]).await?;
    Ok(())
}
