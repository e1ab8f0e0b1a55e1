//! Body of the request.

use serde::{Deserialize, Serialize};
#[cfg(feature = "openapi")]
use shared::domain;

/// The request.
#[derive(Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SendMessageRequest {
    /// How it shall travel: `sms`, `whatsapp`, `email`, or `voice`: the customer is called and hears the text.
    #[cfg_attr(feature = "openapi", schema(value_type = domain::Channel, required = true))]
    pub channel: Option<String>,
    /// The customer: in E.164, or the address for a mail. May be left out when `conversationId` is given.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub to: Option<String>,
    /// Text, at most 1600 characters, written or spoken; of a mail 100000.
    #[cfg_attr(feature = "openapi", schema(max_length = 100_000))]
    pub body: Option<String>,
    /// Public http(s) addresses of at most eight pictures or files.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 8))]
    pub media_urls: Vec<String>,
    /// The department that shall send.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<domain::NumberType>))]
    pub number_type: Option<String>,
    /// The number that shall send.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<domain::PhoneNumberId>))]
    pub phone_number_id: Option<String>,
    /// The conversation that this is a reply in.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<domain::ConversationId>))]
    pub conversation_id: Option<String>,
    /// Whether curly quotes, long dashes and the like become plain characters when that saves segments.
    pub smart_encoding: Option<bool>,
    /// Subject of a mail, one line; not used by texts.
    #[cfg_attr(feature = "openapi", schema(max_length = 998))]
    pub subject: Option<String>,
}
