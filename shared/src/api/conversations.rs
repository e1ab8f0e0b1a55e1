use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    db,
    domain::{Channel, ContactId, ConversationId, ConversationStatus, NumberType, PhoneNumberId, UserId},
};

/// One row of the inbox.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// How it travels.
    pub channel: Channel,
    /// Our side.
    pub phone_number: ConversationNumber,
    /// The other side as the carrier writes it; empty when the carrier did not say.
    pub counterpart: String,
    /// Who that is.
    pub contact: Option<ContactBadge>,
    /// Where staff has put it.
    pub status: ConversationStatus,
    /// Who looks after it.
    pub assigned_to: Option<Assignee>,
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

/// Our side of a conversation.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ConversationNumber {
    /// The workspace's number; null is the platform number.
    pub id: Option<PhoneNumberId>,
    /// E.164.
    pub phone_number: String,
    /// Its department now; null is the platform number.
    pub number_type: Option<NumberType>,
    /// What the workspace calls it.
    pub friendly_name: Option<String>,
}

/// Who is on the other side.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ContactBadge {
    /// Its id.
    pub id: ContactId,
    /// First and last name, else the company; null when staff has given none.
    pub name: Option<String>,
    /// The contact's number in this conversation, as the carrier writes it.
    pub phone_number: String,
}

/// A member who looks after a conversation.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Assignee {
    /// The Clerk user.
    pub user_id: UserId,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Picture.
    pub image_url: Option<String>,
}

impl From<db::conversations::Conversation> for Conversation {
    fn from(row: db::conversations::Conversation) -> Self {
        Self {
            id: row.id,
            channel: row.channel,
            phone_number: ConversationNumber {
                id: row.number.id,
                phone_number: row.number.phone_number,
                number_type: row.number.number_type,
                friendly_name: row.number.friendly_name,
            },
            contact: row.contact.map(|c| ContactBadge {
                id: c.id,
                name: c.name,
                phone_number: row.counterpart.clone(),
            }),
            counterpart: row.counterpart,
            status: row.status,
            assigned_to: row.assignee.map(|a| Assignee {
                user_id: a.id,
                first_name: a.first_name,
                last_name: a.last_name,
                image_url: a.image_url,
            }),
            opted_out: row.opted_out,
            snippet: row.snippet,
            unread_count: row.unread_count,
            message_count: row.message_count,
            last_message_at: row.last_message_at,
            created_at: row.created_at,
        }
    }
}
