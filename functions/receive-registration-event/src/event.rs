//! What the carrier tells about the registry.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer};
use shared::{
    actions::registration::BrandNews,
    db::{messaging_campaigns::Approval, registrations::NumberKey},
    domain::storable_text,
};

/// A change in the registry (SignalWire REST, 10DLC status callback). Every field may be missing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RegistrationEvent {
    #[serde(deserialize_with = "storable")]
    event_type: Option<String>,
    event_at: Option<String>,
    /// The carrier's id of the number.
    #[serde(deserialize_with = "storable")]
    pub phone_number_id: Option<String>,
    /// The number.
    #[serde(deserialize_with = "storable")]
    pub phone_number: Option<String>,
    /// The company.
    #[serde(deserialize_with = "storable")]
    pub brand_id: Option<String>,
    /// The campaign.
    #[serde(deserialize_with = "storable")]
    pub campaign_id: Option<String>,
    /// The order to assign numbers to it.
    pub number_assignment_order_id: Option<String>,
}

/// What an event means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// The number can text.
    Activated,
    /// It cannot.
    Failed,
    /// It was refused, and may become able yet.
    TriedAgain,
    /// The company is verified, or could not be.
    Brand(BrandNews),
    /// The campaign may be used, or may not.
    Campaign(Approval),
    /// Nothing: orders, and kinds that do not exist yet.
    Other,
}

impl RegistrationEvent {
    /// The carrier's word for it.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.event_type.as_deref().unwrap_or("unknown")
    }

    /// What it means.
    #[must_use]
    pub fn meaning(&self) -> Meaning {
        match self.kind() {
            "number_assignment_activated" => Meaning::Activated,
            "number_assignment_failed" => Meaning::Failed,
            "number_assignment_pending" => Meaning::TriedAgain,
            "brand_activated" => Meaning::Brand(BrandNews::Verified),
            "brand_unverified" => Meaning::Brand(BrandNews::Unverified),
            "campaign_activated" => Meaning::Campaign(Approval::Given),
            "campaign_deactivated" => Meaning::Campaign(Approval::Withdrawn),
            _ => Meaning::Other,
        }
    }

    /// When it happened, if it says so.
    #[must_use]
    pub fn happened_at(&self) -> Option<DateTime<Utc>> {
        DateTime::parse_from_rfc3339(self.event_at.as_deref()?).ok().map(|at| at.to_utc())
    }

    /// The number that it is about.
    #[must_use]
    pub fn number(&self) -> NumberKey<'_> {
        NumberKey { phone_number_sid: self.phone_number_id.as_deref(), phone_number: self.phone_number.as_deref() }
    }
}

/// A text that Postgres stores: what it refuses the carrier would send again.
fn storable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.as_deref().map(storable_text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_has_what_postgres_cannot_store() {
        let event: RegistrationEvent = serde_json::from_str(
            r#"{"event_type":"a\u0000","phone_number_id":"\u0000","phone_number":"\u0000","event_at":null}"#,
        )
        .unwrap();
        assert_eq!(event.kind(), "a\u{FFFD}");
        assert_eq!(
            (event.phone_number_id.as_deref(), event.phone_number.as_deref()),
            (Some("\u{FFFD}"), Some("\u{FFFD}"))
        );
    }

    #[test]
    fn an_event_is_read_whatever_it_leaves_out() {
        let event: RegistrationEvent = serde_json::from_str("{}").unwrap();
        assert_eq!((event.kind(), event.meaning()), ("unknown", Meaning::Other));
        let event: RegistrationEvent = serde_json::from_str(
            r#"{"event_type":"number_assignment_failed","event_at":"2026-01-15T18:30:00Z","state":"failed","new":1}"#,
        )
        .unwrap();
        assert_eq!(event.meaning(), Meaning::Failed);
        assert!(event.happened_at().is_some());
        for kind in ["number_assignment_order_processed", "brand_deleted", ""] {
            let event = RegistrationEvent { event_type: Some(kind.to_owned()), ..RegistrationEvent::default() };
            assert_eq!(event.meaning(), Meaning::Other, "{kind}");
        }
    }
}
