//! What staff changes about `conversations`. Messages arrive at the same time: whoever changes counters holds the row's lock.

use tokio_postgres::{
    GenericClient,
    types::{ToSql, Type},
};
use uuid::Uuid;

use super::DbError;
use crate::domain::{ContactId, ConversationId, ConversationStatus, Edit, MessageId, WorkspaceId};

/// What to change.
#[derive(Debug, Default, Clone, Copy)]
pub struct Change {
    /// Where to put it; `None` leaves it there.
    pub status: Option<ConversationStatus>,
    /// Who looks after it, by the row of the user.
    pub assigned_to: Edit<Uuid>,
}

/// Locks a conversation until the transaction ends, for everybody who changes it and for nobody who adds a message.
/// `false`: the workspace has none of this id.
pub async fn lock(client: &impl GenericClient, workspace_id: WorkspaceId, id: ConversationId) -> Result<bool, DbError> {
    let sql = "-- conversation_changes::lock
        SELECT id FROM conversations WHERE workspace_id = $1 AND id = $2 FOR NO KEY UPDATE";
    let row = client.query_typed_opt(sql, &[(&workspace_id.0, Type::UUID), (&id.0, Type::UUID)]).await?;
    Ok(row.is_some())
}

/// Status and assignment.
pub async fn apply(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    id: ConversationId,
    change: &Change,
) -> Result<(), DbError> {
    let sql = "-- conversation_changes::apply
        UPDATE conversations SET
            status = coalesce($3, status),
            assigned_to = CASE WHEN $4 THEN $5 ELSE assigned_to END,
            updated_at = now()
        WHERE workspace_id = $1 AND id = $2";
    client
        .query_typed(
            sql,
            &[
                (&workspace_id.0, Type::UUID),
                (&id.0, Type::UUID),
                (&change.status.map(ConversationStatus::as_str), Type::TEXT),
                (&!change.assigned_to.is_keep(), Type::BOOL),
                (&change.assigned_to.value(), Type::UUID),
            ],
        )
        .await?;
    Ok(())
}

/// Whether a message is one of the conversation's.
pub async fn has_message(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    id: ConversationId,
    message: MessageId,
) -> Result<bool, DbError> {
    let sql = "-- conversation_changes::has_message
        SELECT id FROM conversation_messages WHERE workspace_id = $1 AND conversation_id = $2 AND id = $3";
    let params: &[(&(dyn ToSql + Sync), Type)] =
        &[(&workspace_id.0, Type::UUID), (&id.0, Type::UUID), (&message.0, Type::UUID)];
    Ok(client.query_typed_opt(sql, params).await?.is_some())
}

/// Marks everything as read, or everything up to a message that was seen. Under [`lock`], after which no text is stored
/// and not counted yet: what came after the seen message stays counted. The message is one of the conversation's.
pub async fn mark_read(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    id: ConversationId,
    up_to: Option<MessageId>,
) -> Result<(), DbError> {
    let sql = "-- conversation_changes::mark_read
        UPDATE conversations c SET
            unread_count = CASE WHEN $3::uuid IS NULL THEN 0 ELSE least(c.unread_count, (
                SELECT count(*) FROM conversation_messages m
                    JOIN conversation_messages seen ON seen.id = $3 AND seen.conversation_id = m.conversation_id
                WHERE m.workspace_id = $1 AND m.conversation_id = $2 AND m.direction = 'inbound'
                    AND m.status IN ('received', 'missed', 'voicemail')
                    AND (m.created_at, m.id) > (seen.created_at, seen.id)
            )) END,
            read_at = clock_timestamp(), updated_at = now()
        WHERE c.workspace_id = $1 AND c.id = $2";
    let params: &[(&(dyn ToSql + Sync), Type)] =
        &[(&workspace_id.0, Type::UUID), (&id.0, Type::UUID), (&up_to.map(|id| id.0), Type::UUID)];
    client.query_typed(sql, params).await?;
    Ok(())
}

/// Marks a conversation as unread, so that somebody looks at it again.
pub async fn mark_unread(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    id: ConversationId,
) -> Result<(), DbError> {
    let sql = "-- conversation_changes::mark_unread
        UPDATE conversations SET unread_count = greatest(unread_count, 1), updated_at = now()
        WHERE workspace_id = $1 AND id = $2";
    client.query_typed(sql, &[(&workspace_id.0, Type::UUID), (&id.0, Type::UUID)]).await?;
    Ok(())
}

/// The conversations of a contact and the other side's number in each, as the carrier writes it.
pub async fn list_of_contact(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    contact_id: ContactId,
) -> Result<Vec<(ConversationId, String)>, DbError> {
    let sql = "-- conversation_changes::list_of_contact
        SELECT id, counterpart FROM conversations WHERE workspace_id = $1 AND contact_id = $2";
    let rows = client.query_typed(sql, &[(&workspace_id.0, Type::UUID), (&contact_id.0, Type::UUID)]).await?;
    rows.iter().map(|row| Ok((ConversationId(super::column(row, "id")?), super::column(row, "counterpart")?))).collect()
}

/// Hands conversations of one contact over to another one, who takes part in them instead; `None` means all.
pub async fn hand_over(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    from: ContactId,
    to: ContactId,
    only: Option<&[ConversationId]>,
) -> Result<u64, DbError> {
    let sql = "-- conversation_changes::hand_over
        WITH moved AS (
            UPDATE conversations SET contact_id = $3, updated_at = now()
            WHERE workspace_id = $1 AND contact_id = $2 AND ($4::uuid[] IS NULL OR id = ANY ($4))
            RETURNING id
        ), participants AS (
            UPDATE conversation_participants p SET contact_id = $3 FROM moved
            WHERE p.workspace_id = $1 AND p.conversation_id = moved.id AND p.contact_id = $2
        )
        SELECT count(*) AS moved FROM moved";
    let only: Option<Vec<Uuid>> = only.map(|ids| ids.iter().map(|id| id.0).collect());
    let row = client
        .query_typed_one(
            sql,
            &[(&workspace_id.0, Type::UUID), (&from.0, Type::UUID), (&to.0, Type::UUID), (&only, Type::UUID_ARRAY)],
        )
        .await?;
    Ok(super::column::<i64>(&row, "moved")?.unsigned_abs())
}
