use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Call;
use crate::{
    db,
    domain::{
        Channel, ConversationId, Direction, MediaState, MessageId, MessageStatus, NumberType, PhoneNumberId,
        SenderReason, explain_carrier_code,
    },
};

/// A text, a mail or a call in a conversation.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Its thread.
    pub conversation_id: ConversationId,
    /// Seen from the workspace.
    pub direction: Direction,
    /// How it travelled.
    pub channel: Channel,
    /// Subject of a mail; null for everything else.
    pub subject: Option<String>,
    /// Text.
    pub body: String,
    /// Pictures and files.
    pub media: Vec<Media>,
    /// Sender as the carrier writes it.
    pub from: String,
    /// Receiver as the carrier writes it.
    pub to: String,
    /// Our number; null is the platform number.
    pub phone_number_id: Option<PhoneNumberId>,
    /// The department of our number at the time; null is the platform number.
    pub number_type: Option<NumberType>,
    /// Why this number sent it; null for inbound messages.
    pub sender_reason: Option<SenderReason>,
    /// How far it has come.
    pub status: MessageStatus,
    /// The carrier's error code.
    pub error_code: Option<String>,
    /// What the code means.
    pub error_message: Option<String>,
    /// What to do about it.
    pub advice: Option<String>,
    /// Billed parts.
    pub segments: i32,
    /// Our estimate at once, in millionths of a dollar.
    pub estimated_cost_micros: i64,
    /// The carrier's price, in millionths of a dollar, once it is known.
    pub cost_micros: Option<i64>,
    /// The Clerk user who sent it.
    pub sent_by: Option<String>,
    /// When it is to be sent, or was, if quiet hours made it wait; null for everything else.
    pub scheduled_for: Option<DateTime<Utc>>,
    /// When it was stored.
    pub created_at: DateTime<Utc>,
    /// When the delivery receipt came.
    pub delivered_at: Option<DateTime<Utc>>,
    /// What there is to say about a call; null for everything else.
    pub call: Option<Call>,
}

/// The answer of what sends or calls.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SendMessageAnswer {
    /// The message as it stands now; delivery follows.
    pub message: Message,
}

/// A picture or a file.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Media {
    /// Where it is. What lies in our bucket has an address that works for a quarter of an hour; what was deleted has none, and
    /// this is empty.
    pub url: String,
    /// Its kind, when known.
    #[serde(default)]
    pub content_type: Option<String>,
    /// Bytes, when known.
    #[serde(default)]
    pub byte_size: Option<i64>,
    /// Of an inbound message's: whether it is in our bucket already, still on its way, or lost. Of any: that it was deleted after
    /// its time.
    #[serde(default)]
    pub state: Option<MediaState>,
}

impl TryFrom<db::messages::Message> for Message {
    type Error = db::DbError;

    /// A call still has to be added ([`Message::call`]).
    ///
    /// # Errors
    /// The stored media are not a list of media.
    fn try_from(row: db::messages::Message) -> Result<Self, Self::Error> {
        let explained = row.error_code.as_deref().and_then(explain_carrier_code);
        Ok(Self {
            id: row.id,
            conversation_id: row.conversation_id,
            direction: row.direction,
            channel: row.channel,
            subject: row.subject,
            body: row.body,
            media: serde_json::from_value(row.media)
                .map_err(|e| db::DbError::Corrupt { column: "media", problem: e.to_string() })?,
            from: row.from,
            to: row.to,
            phone_number_id: row.phone_number_id,
            number_type: row.number_type,
            sender_reason: row.sender_reason,
            status: row.status,
            error_code: row.error_code,
            error_message: row.error_message.or_else(|| explained.map(|code| code.cause.to_owned())),
            advice: explained.map(|code| code.advice.to_owned()),
            segments: row.segments,
            estimated_cost_micros: row.estimated_cost_micros,
            cost_micros: row.cost_micros,
            sent_by: row.sent_by,
            scheduled_for: row.scheduled_for,
            created_at: row.created_at,
            delivered_at: row.delivered_at,
            call: None,
        })
    }
}
