//! What is handed to SQS. Payloads are versioned and carry ids, not copies: the row is the truth, the message only says
//! "look at it". Only what could not become a row is carried whole. Every message may come twice, late or out of order.

mod inbox;
mod media;
mod sender;
mod webhooks;

use serde::{Deserialize, Serialize};

pub use inbox::{InboxSender, InboxWork};
pub use media::{MediaSender, MediaWork};
pub use sender::{QueueError, Sender};
pub use webhooks::{WebhookSender, WebhookWork};

use crate::domain::{PhoneNumberId, ProvisioningId, RegistrationId};

/// Work for `work-provisioning`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum ProvisioningWork {
    /// Bring a provisioning forward.
    SettleProvisioning {
        /// Format of this payload.
        version: Version1,
        /// The row.
        provisioning_id: ProvisioningId,
    },
    /// See whether a pending number may text by now.
    FollowAssignment {
        /// Format of this payload.
        version: Version1,
        /// The row.
        phone_number_id: PhoneNumberId,
        /// How often it was looked at, which decides how long to wait.
        looks: u32,
    },
    /// See how far a workspace's registration is at the carrier, and bring it forward.
    FollowRegistration {
        /// Format of this payload.
        version: Version1,
        /// The row.
        registration_id: RegistrationId,
        /// How often it was looked at, which decides how long to wait.
        looks: u32,
    },
    /// Tell the carrier the emergency address of a number, or that there is none.
    SettleEmergencyAddress {
        /// Format of this payload.
        version: Version1,
        /// The row.
        phone_number_id: PhoneNumberId,
        /// How often it was looked at, which decides how long to wait.
        looks: u32,
    },
    /// Give a number back to the carrier that is released on our side.
    ReleaseAtCarrier {
        /// Format of this payload.
        version: Version1,
        /// The row.
        phone_number_id: PhoneNumberId,
    },
}

impl ProvisioningWork {
    /// Bring this provisioning forward.
    #[must_use]
    pub const fn settle(provisioning_id: ProvisioningId) -> Self {
        Self::SettleProvisioning { version: Version1, provisioning_id }
    }

    /// Give this number back to the carrier.
    #[must_use]
    pub const fn release(phone_number_id: PhoneNumberId) -> Self {
        Self::ReleaseAtCarrier { version: Version1, phone_number_id }
    }

    /// Look at this registration.
    #[must_use]
    pub const fn follow_registration(registration_id: RegistrationId, looks: u32) -> Self {
        Self::FollowRegistration { version: Version1, registration_id, looks }
    }

    /// Settle the emergency address of this number.
    #[must_use]
    pub const fn settle_emergency(phone_number_id: PhoneNumberId, looks: u32) -> Self {
        Self::SettleEmergencyAddress { version: Version1, phone_number_id, looks }
    }

    /// Look at this pending number.
    #[must_use]
    pub const fn follow(phone_number_id: PhoneNumberId, looks: u32) -> Self {
        Self::FollowAssignment { version: Version1, phone_number_id, looks }
    }
}

/// The number 1. A message of another version is refused, and so reaches the dead-letter queue instead of being misread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Version1;

impl From<Version1> for u8 {
    fn from(_: Version1) -> Self {
        1
    }
}

impl TryFrom<u8> for Version1 {
    type Error = String;

    fn try_from(version: u8) -> Result<Self, Self::Error> {
        if version == 1 { Ok(Self) } else { Err(format!("version {version} is not known, this is version 1")) }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_payload_reads_back_and_another_version_is_refused() {
        let work = ProvisioningWork::settle(ProvisioningId(Uuid::nil()));
        let text = serde_json::to_string(&work).unwrap();
        assert_eq!(
            text,
            r#"{"kind":"settle_provisioning","version":1,"provisioningId":"00000000-0000-0000-0000-000000000000"}"#
        );
        assert_eq!(serde_json::from_str::<ProvisioningWork>(&text).unwrap(), work);
        assert!(serde_json::from_str::<ProvisioningWork>(&text.replace(":1,", ":2,")).is_err());
    }
}
