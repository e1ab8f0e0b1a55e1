//! Bodies of the route.

use chrono::{DateTime, Utc};
use serde::Serialize;
use shared::{
    api::{Contact, Message, OptOut},
    db::contact_exports,
    domain::{Channel, ConversationId, ConversationStatus},
};

/// Everything that is kept about a person. The messages come in pages; the rest is on each of them.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ContactExport {
    /// The person.
    pub contact: Contact,
    /// Contacts that turned out to be the same person, as they were.
    pub former_contacts: Vec<Contact>,
    /// Texts that the person does not want.
    pub opt_outs: Vec<OptOut>,
    /// Every thread with the person.
    pub conversations: Vec<ExportedConversation>,
    /// What was written and said in them, oldest first: calls too, and where files and recordings can be read for a quarter
    /// of an hour.
    pub messages: Vec<Message>,
    /// Gives the next page of messages; null on the last one.
    pub next_cursor: Option<String>,
}

/// A thread.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ExportedConversation {
    /// Its id.
    pub id: ConversationId,
    /// How it travels.
    pub channel: Channel,
    /// The workspace's side.
    pub our_number: String,
    /// The person's side, as the carrier writes it.
    pub counterpart: String,
    /// Where it is.
    pub status: ConversationStatus,
    /// How many entries it has.
    pub message_count: i32,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When something was last written or said.
    pub last_message_at: DateTime<Utc>,
}

impl From<contact_exports::Conversation> for ExportedConversation {
    fn from(row: contact_exports::Conversation) -> Self {
        Self {
            id: row.id,
            channel: row.channel,
            our_number: row.our_number,
            counterpart: row.counterpart,
            status: row.status,
            message_count: row.message_count,
            created_at: row.created_at,
            last_message_at: row.last_message_at,
        }
    }
}
