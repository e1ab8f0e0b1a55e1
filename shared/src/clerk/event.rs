//! The envelope of Clerk's events, and which of them we act on (Clerk webhooks, specification of 2025-04-15).

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::billing::{PaymentAttempt, Subscription, SubscriptionItemEvent};
use super::identity::{Membership, Organization, User};
use super::wire;
use crate::domain::storable_text;

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The wire's `type`, for instance `subscriptionItem.active`.
    pub kind: String,
    /// The Clerk instance. Another one than ours means that a secret was copied by mistake.
    pub instance_id: Option<String>,
    /// When it happened, which is what orders events; deliveries come in any order.
    pub occurred_at: Option<DateTime<Utc>>,
    /// What happened.
    pub data: ClerkEvent,
}

/// What happened, as far as we act on it. Created and updated are the same: either may come first, or alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClerkEvent {
    /// `user.created`, `user.updated`
    UserUpserted(User),
    /// `user.deleted`
    UserDeleted {
        /// `user_…`
        user_id: String,
    },
    /// `organization.created`, `organization.updated`
    OrganizationUpserted(Organization),
    /// `organization.deleted`
    OrganizationDeleted {
        /// `org_…`
        organization_id: String,
    },
    /// `organizationMembership.created`, `organizationMembership.updated`
    MembershipUpserted(Membership),
    /// `organizationMembership.deleted`
    MembershipDeleted(Membership),
    /// `subscription.*`: all items of a payer.
    Subscription(Subscription),
    /// `subscriptionItem.*`: one item. The status is in the item, the type only says what triggered the event.
    SubscriptionItem(SubscriptionItemEvent),
    /// `paymentAttempt.*`
    PaymentAttempt(PaymentAttempt),
    /// Any other type: answered like the rest, so that Clerk does not send it again.
    Ignored,
}

/// An event that cannot be read. The parser's own error is not kept, because it quotes values of the payload.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the event cannot be read at \"{path}\"")]
pub struct EventError {
    path: String,
}

#[derive(Deserialize)]
struct Envelope {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default, deserialize_with = "wire::text")]
    instance_id: Option<String>,
    #[serde(default, deserialize_with = "wire::time")]
    timestamp: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "wire::storable")]
    data: Value,
}

#[derive(Deserialize)]
struct Deleted {
    #[serde(deserialize_with = "wire::id")]
    id: String,
}

impl Event {
    /// Reads the body of a webhook. Dispatches on `type` only: `data.object` differs between specification and wire.
    ///
    /// # Errors
    /// [`EventError`] names the field that cannot be read.
    pub fn parse(body: &[u8]) -> Result<Self, EventError> {
        let mut deserializer = serde_json::Deserializer::from_slice(body);
        let envelope: Envelope = serde_path_to_error::deserialize(&mut deserializer)
            .map_err(|error| EventError::at(error.path().to_string()))?;
        let kind = storable_text(&envelope.kind);
        let data = ClerkEvent::read(&kind, envelope.data)?;
        Ok(Self { kind, instance_id: envelope.instance_id, occurred_at: envelope.timestamp, data })
    }
}

impl ClerkEvent {
    fn read(kind: &str, data: Value) -> Result<Self, EventError> {
        let event = match kind {
            "user.created" | "user.updated" => Self::UserUpserted(read(data)?),
            "user.deleted" => Self::UserDeleted { user_id: read::<Deleted>(data)?.id },
            "organization.created" | "organization.updated" => Self::OrganizationUpserted(read(data)?),
            "organization.deleted" => Self::OrganizationDeleted { organization_id: read::<Deleted>(data)?.id },
            "organizationMembership.created" | "organizationMembership.updated" => {
                Self::MembershipUpserted(read(data)?)
            }
            "organizationMembership.deleted" => Self::MembershipDeleted(read(data)?),
            _ => match kind.split_once('.') {
                Some(("subscription", _)) => Self::Subscription(read(data)?),
                Some(("subscriptionItem", _)) => Self::SubscriptionItem(read(data)?),
                Some(("paymentAttempt", _)) => Self::PaymentAttempt(read(data)?),
                Some(_) | None => Self::Ignored,
            },
        };
        Ok(event)
    }
}

impl EventError {
    pub(super) fn at(path: String) -> Self {
        Self { path }
    }

    /// The field at fault, for instance `data.items[0].id`; `.` when the body is not JSON at all.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

fn read<T: DeserializeOwned>(data: Value) -> Result<T, EventError> {
    serde_path_to_error::deserialize(data).map_err(|error| match error.path().to_string().as_str() {
        "." => EventError::at("data".to_owned()),
        path => EventError::at(format!("data.{path}")),
    })
}

#[cfg(test)]
mod tests;
