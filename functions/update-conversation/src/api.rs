//! Bodies of the route.

use serde::{Deserialize, Serialize};
#[cfg(feature = "openapi")]
use shared::domain;
use shared::{api::Conversation, domain::Edit};

/// The request: at least one of `status`, `read` and `assignedTo`.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateConversationRequest {
    /// Where to put it. The next text opens it again, unless it is spam.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<domain::ConversationStatus>))]
    pub status: Option<String>,
    /// `true`: nothing is unread any more. `false`: it is to be looked at again.
    pub read: Option<bool>,
    /// With `read: true`: the newest message that was on the screen. What came after it stays unread.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<domain::MessageId>))]
    pub up_to_message_id: Option<String>,
    /// The Clerk user who looks after it, a member of the organisation; null: nobody.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<domain::UserId>))]
    pub assigned_to: Edit<String>,
}

/// The answer.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpdateConversationAnswer {
    /// The conversation as it is now.
    pub conversation: Conversation,
}
