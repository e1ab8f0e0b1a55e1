//! `contacts`: people outside. Their numbers are in `contact_phone_numbers`.

use chrono::{DateTime, Utc};
use tokio_postgres::{GenericClient, Row, types::Type};
use uuid::Uuid;

use super::{DbError, Position, column};
use crate::domain::{ContactId, SearchText, WorkspaceId};

/// What staff knows about somebody.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Details {
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Where the person works.
    pub company: Option<String>,
    /// Mail address.
    pub email: Option<String>,
    /// Anything else.
    pub notes: Option<String>,
}

/// One contact.
#[derive(Debug, Clone)]
pub struct Contact {
    /// Its row.
    pub id: ContactId,
    /// What staff knows.
    pub details: Details,
    /// Its numbers, in the order in which they were given.
    pub phone_numbers: Vec<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed.
    pub updated_at: DateTime<Utc>,
}

/// What a change of a contact starts from.
#[derive(Debug, Clone)]
pub struct Locked {
    /// Its row.
    pub id: ContactId,
    /// What staff knows.
    pub details: Details,
    /// The contact that this one was merged into.
    pub merged_into: Option<ContactId>,
}

const DETAILS: &str = "t.id, t.first_name, t.last_name, t.company, t.email, t.notes";

fn details_from_row(row: &Row) -> Result<Details, DbError> {
    Ok(Details {
        first_name: column(row, "first_name")?,
        last_name: column(row, "last_name")?,
        company: column(row, "company")?,
        email: column(row, "email")?,
        notes: column(row, "notes")?,
    })
}

fn from_row(row: &Row) -> Result<Contact, DbError> {
    Ok(Contact {
        id: ContactId(column(row, "id")?),
        details: details_from_row(row)?,
        phone_numbers: column(row, "phone_numbers")?,
        created_at: column(row, "created_at")?,
        updated_at: column(row, "updated_at")?,
    })
}

/// A page of contacts, the newest first.
pub async fn list(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    search: Option<&SearchText>,
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<Contact>, DbError> {
    let found = if search.is_some() { "JOIN search_contacts($5, $6) AS s (id) ON s.id = t.id" } else { "" };
    let sql = format!(
        "-- contacts::list
        SELECT {DETAILS}, t.created_at, t.updated_at,
            ARRAY(SELECT n.phone_number FROM contact_phone_numbers n
                WHERE n.contact_id = t.id AND n.removed_at IS NULL ORDER BY n.created_at, n.id) AS phone_numbers
        FROM contacts t {found}
        WHERE t.workspace_id = $1 AND t.merged_into IS NULL AND t.erased_at IS NULL
            AND ($2::timestamptz IS NULL OR (t.created_at, t.id) < ($2, $3))
        ORDER BY t.created_at DESC, t.id DESC
        LIMIT $4"
    );
    let rows = client
        .query_typed(
            &sql,
            &[
                (&workspace_id.0, Type::UUID),
                (&after.map(|p| p.at), Type::TIMESTAMPTZ),
                (&after.map(|p| p.id), Type::UUID),
                (&limit, Type::INT8),
                (&search.map(SearchText::text), Type::TEXT),
                (&search.map(SearchText::number_parts), Type::TEXT_ARRAY),
            ],
        )
        .await?;
    rows.iter().map(from_row).collect()
}

/// A contact that is listed: neither merged nor erased.
pub async fn find(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    id: ContactId,
) -> Result<Option<Contact>, DbError> {
    let sql = "-- contacts::find
        SELECT id FROM contacts WHERE workspace_id = $1 AND id = $2 AND merged_into IS NULL AND erased_at IS NULL";
    match client.query_typed_opt(sql, &[(&workspace_id.0, Type::UUID), (&id.0, Type::UUID)]).await? {
        Some(_) => get(client, workspace_id, id).await.map(Some),
        None => Ok(None),
    }
}

/// A contact, which must exist.
pub async fn get(client: &impl GenericClient, workspace_id: WorkspaceId, id: ContactId) -> Result<Contact, DbError> {
    let sql = format!(
        "-- contacts::get
        SELECT {DETAILS}, t.created_at, t.updated_at,
            ARRAY(SELECT n.phone_number FROM contact_phone_numbers n
                WHERE n.contact_id = t.id AND n.removed_at IS NULL ORDER BY n.created_at, n.id) AS phone_numbers
        FROM contacts t
        WHERE t.workspace_id = $1 AND t.id = $2"
    );
    from_row(&client.query_typed_one(&sql, &[(&workspace_id.0, Type::UUID), (&id.0, Type::UUID)]).await?)
}

/// Finds contacts and locks them until the transaction ends, in one order for everybody. A merged one is found too.
pub async fn lock(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    ids: &[ContactId],
) -> Result<Vec<Locked>, DbError> {
    let sql = format!(
        "-- contacts::lock
        SELECT {DETAILS}, t.merged_into FROM contacts t
        WHERE t.workspace_id = $1 AND t.id = ANY ($2) AND t.erased_at IS NULL
        ORDER BY t.id FOR NO KEY UPDATE OF t"
    );
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = client.query_typed(&sql, &[(&workspace_id.0, Type::UUID), (&ids, Type::UUID_ARRAY)]).await?;
    let from_row = |row: &Row| {
        Ok(Locked {
            id: ContactId(column(row, "id")?),
            details: details_from_row(row)?,
            merged_into: column::<Option<Uuid>>(row, "merged_into")?.map(ContactId),
        })
    };
    rows.iter().map(from_row).collect()
}

/// Makes a contact without numbers.
pub async fn insert(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    details: &Details,
) -> Result<ContactId, DbError> {
    let sql = "-- contacts::insert
        INSERT INTO contacts (workspace_id, first_name, last_name, company, email, notes)
        VALUES ($1, $2, $3, $4, $5, $6) RETURNING id";
    let row = client
        .query_typed_one(
            sql,
            &[
                (&workspace_id.0, Type::UUID),
                (&details.first_name, Type::TEXT),
                (&details.last_name, Type::TEXT),
                (&details.company, Type::TEXT),
                (&details.email, Type::TEXT),
                (&details.notes, Type::TEXT),
            ],
        )
        .await?;
    Ok(ContactId(column(&row, "id")?))
}

/// Writes what is known now. Callers hold the row's lock.
pub async fn update(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    id: ContactId,
    details: &Details,
) -> Result<(), DbError> {
    let sql = "-- contacts::update
        UPDATE contacts SET first_name = $3, last_name = $4, company = $5, email = $6, notes = $7, updated_at = now()
        WHERE workspace_id = $1 AND id = $2";
    client
        .query_typed(
            sql,
            &[
                (&workspace_id.0, Type::UUID),
                (&id.0, Type::UUID),
                (&details.first_name, Type::TEXT),
                (&details.last_name, Type::TEXT),
                (&details.company, Type::TEXT),
                (&details.email, Type::TEXT),
                (&details.notes, Type::TEXT),
            ],
        )
        .await?;
    Ok(())
}

/// Says that a contact is another one. Its row stays with what was known.
pub async fn mark_merged(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    id: ContactId,
    into: ContactId,
) -> Result<(), DbError> {
    let sql = "-- contacts::mark_merged
        UPDATE contacts SET merged_into = $3, merged_at = now(), updated_at = now()
        WHERE workspace_id = $1 AND id = $2 AND merged_into IS NULL";
    client.query_typed(sql, &[(&workspace_id.0, Type::UUID), (&id.0, Type::UUID), (&into.0, Type::UUID)]).await?;
    Ok(())
}
