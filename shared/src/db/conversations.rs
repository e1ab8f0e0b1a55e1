//! Threads of (workspace, channel, our number, their number).

use chrono::{DateTime, Utc};
use tokio_postgres::{GenericClient, Row, types::Type};
use uuid::Uuid;

use super::{DbError, Position, column, numbers::NumberBadge, numbers::badge_from_row, parsed, parsed_opt};
use crate::domain::{
    Channel, ContactId, ConversationId, ConversationStatus, EmailAddress, MatchKey, NumberType, PhoneNumber,
    PhoneNumberId, SearchText, Sender, UserId, WorkspaceId,
};

/// Which conversations are wanted; `None` means all.
#[derive(Debug, Default, Clone)]
pub struct Filter {
    /// Of this department, as the number is now.
    pub number_type: Option<NumberType>,
    /// On this number.
    pub phone_number_id: Option<PhoneNumberId>,
    /// On this channel.
    pub channel: Option<Channel>,
    /// Where staff has put them.
    pub status: Option<ConversationStatus>,
    /// With or without unread messages.
    pub unread: Option<bool>,
    /// Given to whom.
    pub assigned_to: Option<Assigned>,
    /// In a message, in the contact's name, company or address, or in one of its numbers.
    pub search: Option<SearchText>,
}

/// To whom conversations are given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assigned {
    /// To nobody.
    Nobody,
    /// To this user.
    To(UserId),
}

/// One row of the inbox.
#[derive(Debug, Clone)]
pub struct Conversation {
    /// Its row.
    pub id: ConversationId,
    /// How it travels.
    pub channel: Channel,
    /// Our side.
    pub number: NumberBadge,
    /// The other side as the carrier writes it.
    pub counterpart: String,
    /// Who that is; `None` when the carrier did not say who sent.
    pub contact: Option<ContactBadge>,
    /// Where staff has put it.
    pub status: ConversationStatus,
    /// Who looks after it.
    pub assignee: Option<Assignee>,
    /// Whether the other side wants no more texts from our number.
    pub opted_out: bool,
    /// Begin of the last message.
    pub snippet: String,
    /// Inbound messages that nobody has read.
    pub unread_count: i32,
    /// All messages.
    pub message_count: i32,
    /// Time of the last message.
    pub last_message_at: DateTime<Utc>,
    /// Time of the first message.
    pub created_at: DateTime<Utc>,
}

/// A contact as the inbox shows it.
#[derive(Debug, Clone)]
pub struct ContactBadge {
    /// Its row.
    pub id: ContactId,
    /// Name, when staff has given one; else the company.
    pub name: Option<String>,
}

/// A user as the inbox shows who looks after a conversation.
#[derive(Debug, Clone)]
pub struct Assignee {
    /// `user_…`.
    pub id: UserId,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Picture.
    pub image_url: Option<String>,
}

const COLUMNS: &str = "c.id, c.channel, c.phone_number_id, c.our_number, n.number_type, n.friendly_name, c.counterpart,
    c.contact_id, coalesce(nullif(concat_ws(' ', t.first_name, t.last_name), ''), t.company) AS contact_name, c.status,
    u.clerk_user_id AS assignee_id, u.first_name AS assignee_first_name, u.last_name AS assignee_last_name,
    u.image_url AS assignee_image_url, c.snippet, c.unread_count, c.message_count, c.last_message_at, c.created_at,
    o.id IS NOT NULL AS opted_out";

const JOINED: &str = "conversations c
    LEFT JOIN workspace_phone_numbers n ON n.id = c.phone_number_id
    LEFT JOIN contacts t ON t.id = c.contact_id
    LEFT JOIN users u ON u.id = c.assigned_to
    LEFT JOIN opt_outs o ON o.workspace_id = c.workspace_id AND o.counterpart = c.counterpart
        AND o.phone_number_id IS NOT DISTINCT FROM c.phone_number_id AND o.state = 'opted_out'";

fn from_row(row: &Row) -> Result<Conversation, DbError> {
    let contact_id: Option<Uuid> = column(row, "contact_id")?;
    let contact = match contact_id {
        Some(id) => Some(ContactBadge { id: ContactId(id), name: column(row, "contact_name")? }),
        None => None,
    };
    let assignee = match parsed_opt(row, "assignee_id")? {
        Some(id) => Some(Assignee {
            id,
            first_name: column(row, "assignee_first_name")?,
            last_name: column(row, "assignee_last_name")?,
            image_url: column(row, "assignee_image_url")?,
        }),
        None => None,
    };
    Ok(Conversation {
        id: ConversationId(column(row, "id")?),
        channel: parsed(row, "channel")?,
        number: badge_from_row(row)?,
        counterpart: column(row, "counterpart")?,
        contact,
        status: parsed(row, "status")?,
        assignee,
        opted_out: column(row, "opted_out")?,
        snippet: column(row, "snippet")?,
        unread_count: column(row, "unread_count")?,
        message_count: column(row, "message_count")?,
        last_message_at: column(row, "last_message_at")?,
        created_at: column(row, "created_at")?,
    })
}

/// A page of conversations, the most recent first.
pub async fn list(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    filter: &Filter,
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<Conversation>, DbError> {
    // Joined only when there is something to search for: the planner starts with the few that are found.
    let found =
        if filter.search.is_some() { "JOIN search_conversations($12, $13) AS s (id) ON s.id = c.id" } else { "" };
    let sql = format!(
        "-- conversations::list
        SELECT {COLUMNS} FROM {JOINED} {found}
        WHERE c.workspace_id = $1
            AND ($2::text IS NULL OR n.number_type = $2)
            AND ($3::uuid IS NULL OR c.phone_number_id = $3)
            AND ($4::text IS NULL OR c.channel = $4)
            AND ($5::text IS NULL OR c.status = $5)
            AND ($6::bool IS NULL OR (c.unread_count > 0) = $6)
            AND ($7::timestamptz IS NULL OR (c.last_message_at, c.id) < ($7, $8))
            AND ($10::bool IS NULL OR (c.assigned_to IS NULL) = $10)
            AND ($11::text IS NULL OR u.clerk_user_id = $11)
        ORDER BY c.last_message_at DESC, c.id DESC
        LIMIT $9"
    );
    let (unassigned, assignee) = match &filter.assigned_to {
        None => (None, None),
        Some(Assigned::Nobody) => (Some(true), None),
        Some(Assigned::To(user)) => (Some(false), Some(user.as_str())),
    };
    let rows = client
        .query_typed(
            &sql,
            &[
                (&workspace_id.0, Type::UUID),
                (&filter.number_type.map(NumberType::as_str), Type::TEXT),
                (&filter.phone_number_id.map(|id| id.0), Type::UUID),
                (&filter.channel.map(Channel::as_str), Type::TEXT),
                (&filter.status.map(ConversationStatus::as_str), Type::TEXT),
                (&filter.unread, Type::BOOL),
                (&after.map(|p| p.at), Type::TIMESTAMPTZ),
                (&after.map(|p| p.id), Type::UUID),
                (&limit, Type::INT8),
                (&unassigned, Type::BOOL),
                (&assignee, Type::TEXT),
                (&filter.search.as_ref().map(SearchText::text), Type::TEXT),
                (&filter.search.as_ref().map(SearchText::number_parts), Type::TEXT_ARRAY),
            ],
        )
        .await?;
    rows.iter().map(from_row).collect()
}

/// One conversation as the inbox shows it, which must exist.
pub async fn get(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    id: ConversationId,
) -> Result<Conversation, DbError> {
    let sql = format!(
        "-- conversations::get
        SELECT {COLUMNS} FROM {JOINED} WHERE c.workspace_id = $1 AND c.id = $2"
    );
    from_row(&client.query_typed_one(&sql, &[(&workspace_id.0, Type::UUID), (&id.0, Type::UUID)]).await?)
}

/// One conversation as the inbox shows it.
pub async fn find_shown(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    id: ConversationId,
) -> Result<Option<Conversation>, DbError> {
    let sql = format!(
        "-- conversations::find_shown
        SELECT {COLUMNS} FROM {JOINED} WHERE c.workspace_id = $1 AND c.id = $2"
    );
    let row = client.query_typed_opt(&sql, &[(&workspace_id.0, Type::UUID), (&id.0, Type::UUID)]).await?;
    row.as_ref().map(from_row).transpose()
}

/// What a send needs to know of a conversation.
#[derive(Debug, Clone)]
pub struct Thread {
    /// How it travels.
    pub channel: Channel,
    /// Our side; `None` is the platform number.
    pub phone_number_id: Option<PhoneNumberId>,
    /// Our side as written.
    pub our_number: String,
    /// The other side as the carrier writes it.
    pub counterpart: String,
}

/// A workspace's conversation.
pub async fn find(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    id: ConversationId,
) -> Result<Option<Thread>, DbError> {
    let sql = "-- conversations::find
        SELECT channel, phone_number_id, our_number, counterpart FROM conversations
        WHERE workspace_id = $1 AND id = $2";
    let row = client.query_typed_opt(sql, &[(&workspace_id.0, Type::UUID), (&id.0, Type::UUID)]).await?;
    row.map(|row| {
        Ok(Thread {
            channel: parsed(&row, "channel")?,
            phone_number_id: column::<Option<Uuid>>(&row, "phone_number_id")?.map(PhoneNumberId),
            our_number: column(&row, "our_number")?,
            counterpart: column(&row, "counterpart")?,
        })
    })
    .transpose()
}

/// The numbers that a customer has conversations with, the most recent first.
pub async fn list_recent_numbers(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    channel: Channel,
    counterpart: &PhoneNumber,
) -> Result<Vec<PhoneNumberId>, DbError> {
    let sql = "-- conversations::list_recent_numbers
        SELECT phone_number_id FROM conversations
        WHERE workspace_id = $1 AND counterpart = $2 AND channel = $3 AND phone_number_id IS NOT NULL
        ORDER BY last_message_at DESC";
    let rows = client
        .query_typed(
            sql,
            &[(&workspace_id.0, Type::UUID), (&counterpart.as_str(), Type::TEXT), (&channel.as_str(), Type::TEXT)],
        )
        .await?;
    rows.iter().map(|row| Ok(PhoneNumberId(column(row, "phone_number_id")?))).collect()
}

/// When a customer wrote last to each of our numbers, the most recent first; `None` is the platform number.
pub async fn list_last_inbound(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    channel: Channel,
    counterpart: &PhoneNumber,
) -> Result<Vec<(Option<PhoneNumberId>, DateTime<Utc>)>, DbError> {
    let sql = "-- conversations::list_last_inbound
        SELECT c.phone_number_id, last.at FROM conversations c
            CROSS JOIN LATERAL (
                SELECT max(m.created_at) AS at FROM conversation_messages m
                WHERE m.conversation_id = c.id AND m.direction = 'inbound'
            ) last
        WHERE c.workspace_id = $1 AND c.counterpart = $2 AND c.channel = $3 AND last.at IS NOT NULL
        ORDER BY last.at DESC";
    let rows = client
        .query_typed(
            sql,
            &[(&workspace_id.0, Type::UUID), (&counterpart.as_str(), Type::TEXT), (&channel.as_str(), Type::TEXT)],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let number = column::<Option<Uuid>>(row, "phone_number_id")?.map(PhoneNumberId);
            Ok((number, column(row, "at")?))
        })
        .collect()
}

/// Finds or makes the conversation of a sender with a customer, and the contact.
pub async fn open(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    channel: Channel,
    sender: &Sender,
    counterpart: &PhoneNumber,
) -> Result<ConversationId, DbError> {
    let sql = "-- conversations::open
        SELECT open_conversation($1, $2, $3, $4, $5, $6) AS id";
    let row = client
        .query_typed_one(
            sql,
            &[
                (&workspace_id.0, Type::UUID),
                (&channel.as_str(), Type::TEXT),
                (&sender.phone_number_id.map(|id| id.0), Type::UUID),
                (&sender.phone_number.as_str(), Type::TEXT),
                (&counterpart.as_str(), Type::TEXT),
                (&MatchKey::of(counterpart.as_str()).as_str(), Type::TEXT),
            ],
        )
        .await?;
    Ok(ConversationId(column(&row, "id")?))
}

/// Finds or makes the conversation of an address of ours with a customer's. It has no contact: contacts have numbers.
pub async fn open_mail(
    client: &impl GenericClient,
    workspace_id: WorkspaceId,
    ours: &EmailAddress,
    counterpart: &EmailAddress,
) -> Result<ConversationId, DbError> {
    let sql = "-- conversations::open_mail
        INSERT INTO conversations (workspace_id, channel, our_number, counterpart) VALUES ($1, 'email', $2, $3)
        ON CONFLICT ON CONSTRAINT conversations_thread_key DO UPDATE SET updated_at = now()
        RETURNING id";
    let row = client
        .query_typed_one(
            sql,
            &[(&workspace_id.0, Type::UUID), (&ours.as_str(), Type::TEXT), (&counterpart.as_str(), Type::TEXT)],
        )
        .await?;
    Ok(ConversationId(column(&row, "id")?))
}
