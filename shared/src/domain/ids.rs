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
    /// A call (`calls.id`).
    CallId,
    /// A voicemail or a recorded talk (`call_recordings.id`).
    RecordingId,
    /// A person outside, known by a phone number.
    ContactId,
    /// What a customer has said about texts from one number.
    OptOutId,
    /// An answer that a customer's keyword asks for.
    AutomaticReplyId,
    /// An address that webhooks are sent to.
    WebhookEndpointId,
    /// Something that webhooks tell of: the receivers' `webhook-id`.
    WebhookEventId,
    /// One event on its way to one endpoint.
    WebhookDeliveryId,
    /// An order to bring numbers along.
    PortOrderId,
    /// One number of such an order (`port_order_numbers.id`).
    PortNumberId,
    /// A document of such an order.
    PortDocumentId,
    /// A workspace's 10DLC registration (`messaging_brands.id`).
    RegistrationId,
    /// A campaign of such a registration (`messaging_campaigns.id`).
    CampaignId,
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

/// A user as Clerk names one, `user_…`: what session tokens, assignments and `sentBy` say.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct UserId(String);

/// Not the id of a Clerk user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be the id of a Clerk user, such as user_2abCDEfghIJKLmnopQRStuvYZ")]
pub struct UserIdError;

impl UserId {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for UserId {
    type Err = UserIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_id = text.starts_with("user_") && text.len() <= 64;
        if !is_id || !text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return Err(UserIdError);
        }
        Ok(Self(text.to_owned()))
    }
}

impl std::fmt::Display for UserId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
