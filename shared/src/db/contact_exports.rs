//! What is kept about a person, for an export: `contacts`, `conversations` and `conversation_messages`.

use chrono::{DateTime, Utc};
use tokio_postgres::{
    GenericClient,
    types::{ToSql, Type},
};

use super::{DbError, Position, column, contacts, messages, parsed};
use crate::domain::{Channel, ContactId, ConversationId, ConversationStatus, WorkspaceId};

/// A thread with the person.
#[derive(Debug, Clone)]
pub struct Conversation {
    /// Its row.
    pub id: ConversationId,
    /// How it travels.
    pub channel: Channel,
    /// Our side.
    pub our_number: String,
    /// Their side, as the carrier writes it.
    pub counterpart: String,
    /// Where it is.
    pub status: ConversationStatus,
    /// Entries.
    pub message_count: i32,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When something was last written or said.
    pub last_message_at: DateTime<Utc>,
}

/// The contacts that were merged into one, directly or by way of another.
pub async fn list_former(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    id: ContactId,
) -> Result<Vec<contacts::Contact>, DbError> {
    let sql = "-- contact_exports::list_former
        WITH RECURSIVE former AS (
            SELECT c.id FROM contacts c WHERE c.workspace_id = $1 AND c.merged_into = $2
            UNION SELECT c.id FROM contacts c JOIN former f ON c.merged_into = f.id
        )
        SELECT id FROM former ORDER BY id";
    let rows = client.query_typed(sql, &[(&workspace_id.0, Type::UUID), (&id.0, Type::UUID)]).await?;
    let mut former = Vec::with_capacity(rows.len());
    for row in rows {
        former.push(contacts::get(client, workspace_id, ContactId(column(&row, "id")?)).await?);
    }
    Ok(former)
}

/// Every thread with the person, the oldest first.
pub async fn list_conversations(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    id: ContactId,
) -> Result<Vec<Conversation>, DbError> {
    let sql = "-- contact_exports::list_conversations
        SELECT id, channel, our_number, counterpart, status, message_count, created_at, last_message_at
        FROM conversations WHERE workspace_id = $1 AND contact_id = $2 ORDER BY created_at, id";
    let rows = client.query_typed(sql, &[(&workspace_id.0, Type::UUID), (&id.0, Type::UUID)]).await?;
    rows.iter()
        .map(|row| {
            Ok(Conversation {
                id: ConversationId(column(row, "id")?),
                channel: parsed(row, "channel")?,
                our_number: column(row, "our_number")?,
                counterpart: column(row, "counterpart")?,
                status: parsed(row, "status")?,
                message_count: column(row, "message_count")?,
                created_at: column(row, "created_at")?,
                last_message_at: column(row, "last_message_at")?,
            })
        })
        .collect()
}

/// A page of everything that was written and said with the person, the oldest first.
pub async fn list_messages(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    id: ContactId,
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<messages::Message>, DbError> {
    let sql = format!(
        "-- contact_exports::list_messages
        SELECT {} FROM conversation_messages
        WHERE workspace_id = $1
            AND conversation_id IN (SELECT c.id FROM conversations c WHERE c.workspace_id = $1 AND c.contact_id = $2)
            AND ($3::timestamptz IS NULL OR (created_at, id) > ($3, $4))
        ORDER BY created_at, id LIMIT $5",
        messages::COLUMNS
    );
    let params: [(&(dyn ToSql + Sync), Type); 5] = [
        (&workspace_id.0, Type::UUID),
        (&id.0, Type::UUID),
        (&after.map(|p| p.at), Type::TIMESTAMPTZ),
        (&after.map(|p| p.id), Type::UUID),
        (&limit, Type::INT8),
    ];
    client.query_typed(&sql, &params).await?.iter().map(messages::from_row).collect()
}
