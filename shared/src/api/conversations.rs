use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    db,
    domain::{Channel, ContactId, ConversationId, ConversationStatus, NumberType, PhoneNumberId},
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
    pub contact: Option<Contact>,
    /// Where staff has put it.
    pub status: ConversationStatus,
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
pub struct Contact {
    /// Its id.
    pub id: ContactId,
    /// Name, when staff has given one.
    pub name: Option<String>,
    /// As the carrier writes it.
    pub phone_number: String,
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
            counterpart: row.counterpart,
            contact: row.contact.map(|c| Contact { id: c.id, name: c.name, phone_number: c.phone_number }),
            status: row.status,
            snippet: row.snippet,
            unread_count: row.unread_count,
            message_count: row.message_count,
            last_message_at: row.last_message_at,
            created_at: row.created_at,
        }
    }
}
