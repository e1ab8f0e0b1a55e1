//! What happens to a call to a number: who hears what, and whose phone rings when. Read once, from JSON, into types that can
//! only hold what can be carried out; a mistake is told with the path of its field.

mod forward;
mod hours;
mod menu;
mod prompt;
mod voicemail;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use forward::{Forward, ForwardStrategy, ForwardTarget, ForwardTargetError};
pub use hours::BusinessHours;
pub use menu::{Menu, MenuOption};
pub use prompt::{Prompt, SpokenText};
pub use voicemail::Voicemail;

/// The call flow of a number.
///
/// Outside of the business hours the caller hears the closed greeting and may leave a voicemail. Within them, or without
/// any, he hears the greeting; a menu leads to a department's flow; who chooses nothing, or is not offered a choice, is
/// forwarded; and when nobody answers he may leave a voicemail.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CallFlow {
    /// What a caller hears first.
    pub greeting: Option<Prompt>,
    /// When somebody is there; null: always.
    pub business_hours: Option<BusinessHours>,
    /// What a caller hears outside of the business hours instead of the greeting.
    pub closed: Option<Closed>,
    /// Whose phones ring.
    pub forward: Option<Forward>,
    /// Departments to choose from.
    pub menu: Option<Menu>,
    /// What happens when nobody answers.
    pub voicemail: Voicemail,
    /// Whether talks are recorded. Many places require that both sides know.
    pub record_calls: bool,
}

/// Outside of the business hours.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Closed {
    /// What a caller hears.
    pub greeting: Option<Prompt>,
}

impl CallFlow {
    /// Whether somebody is there at this time.
    #[must_use]
    pub fn is_open(&self, at: DateTime<Utc>) -> bool {
        self.business_hours.as_ref().is_none_or(|hours| hours.is_open(at))
    }

    /// Everybody that a call may be forwarded to, with the path of each in the JSON.
    pub fn forward_targets(&self) -> impl Iterator<Item = (String, &ForwardTarget)> {
        let targets = self.forward.iter().flat_map(Forward::numbers);
        targets.enumerate().map(|(index, target)| (format!("forward.numbers[{index}].phoneNumber"), target))
    }
}

#[cfg(test)]
mod tests;
