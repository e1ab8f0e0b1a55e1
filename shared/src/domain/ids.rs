//! One type per entity, so that a contact's id cannot be passed where a message's is expected.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )+};
}

id!(
    /// A tenant.
    WorkspaceId,
    /// A number that a workspace owns or owned (`workspace_phone_numbers.id`).
    PhoneNumberId,
    /// One attempt to get one number.
    ProvisioningId,
    /// A thread of workspace, channel, our number and their number.
    ConversationId,
    /// One text, call or mail in a conversation.
    MessageId,
    /// A picture or file of an inbound message (`message_media.id`).
    MediaId,
    /// A person outside, known by a phone number.
    ContactId,
    /// What a customer has said about texts from one number.
    OptOutId,
    /// An answer that a customer's keyword asks for.
    AutomaticReplyId,
);

impl ProvisioningId {
    /// The FriendlyName that the purchase carries at the carrier, by which a purchase with a lost answer is found again.
    #[must_use]
    pub fn friendly_name(self) -> String {
        format!("sb-{}", self.0)
    }

    /// The provisioning that a FriendlyName at the carrier names, if it is one of ours.
    #[must_use]
    pub fn from_friendly_name(name: &str) -> Option<Self> {
        name.strip_prefix("sb-")?.parse().ok()
    }
}
