//! Body of the request.

use serde::{Deserialize, Serialize};
#[cfg(feature = "openapi")]
use shared::domain;

/// The request.
#[derive(Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StartCallRequest {
    /// The member's own phone in E.164, which rings first.
    #[cfg_attr(feature = "openapi", schema(value_type = domain::PhoneNumber, required = true))]
    pub member_phone_number: Option<String>,
    /// The customer in E.164. May be left out when `conversationId` is given.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<domain::PhoneNumber>))]
    pub to: Option<String>,
    /// A conversation with the customer, of any channel that has phone numbers; its number calls when it can.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<domain::ConversationId>))]
    pub conversation_id: Option<String>,
    /// The department that shall call.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<domain::NumberType>))]
    pub number_type: Option<String>,
    /// The number that shall call.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<domain::PhoneNumberId>))]
    pub phone_number_id: Option<String>,
}
