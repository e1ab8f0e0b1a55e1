//! Bodies of the route.

use serde::{Deserialize, Serialize};
use shared::api::Message;

/// The request.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SendMessageRequest {
    /// How it shall travel; `sms` so far.
    pub channel: Option<String>,
    /// The customer, in E.164. May be left out when `conversationId` is given.
    pub to: Option<String>,
    /// Text, at most 1600 characters.
    pub body: Option<String>,
    /// Public http(s) addresses of at most eight pictures or files.
    #[serde(default)]
    pub media_urls: Vec<String>,
    /// The department that shall send.
    pub number_type: Option<String>,
    /// The number that shall send.
    pub phone_number_id: Option<String>,
    /// The conversation that this is a reply in.
    pub conversation_id: Option<String>,
    /// Subject of a mail; not used by texts.
    pub subject: Option<String>,
}

/// The answer.
#[derive(Debug, Serialize)]
pub struct SendMessageAnswer {
    /// The message as it stands now; delivery follows.
    pub message: Message,
}
