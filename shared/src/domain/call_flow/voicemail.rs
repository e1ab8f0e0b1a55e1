use serde::{Deserialize, Serialize};

use super::Prompt;

const SECONDS: std::ops::RangeInclusive<u16> = 10..=600;

/// What happens when nobody answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Voicemail {
    /// Whether a caller can leave one.
    pub enabled: bool,
    /// What is said before the tone; null: a text of the platform.
    pub greeting: Option<Prompt>,
    /// How long one may be, in seconds.
    pub max_length_seconds: VoicemailLength,
    /// Whether it is written down; the carrier charges for that.
    pub transcribe: bool,
}

impl Default for Voicemail {
    fn default() -> Self {
        Self { enabled: true, greeting: None, max_length_seconds: VoicemailLength(120), transcribe: true }
    }
}

/// 10 to 600 seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = u16, minimum = 10, maximum = 600))]
#[serde(try_from = "u16", into = "u16")]
pub struct VoicemailLength(u16);

/// A voicemail that would be too short or too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be {} to {} seconds", SECONDS.start(), SECONDS.end())]
pub struct VoicemailLengthError;

impl VoicemailLength {
    /// Seconds.
    #[must_use]
    pub const fn seconds(self) -> u16 {
        self.0
    }
}

impl TryFrom<u16> for VoicemailLength {
    type Error = VoicemailLengthError;

    fn try_from(seconds: u16) -> Result<Self, Self::Error> {
        if SECONDS.contains(&seconds) { Ok(Self(seconds)) } else { Err(VoicemailLengthError) }
    }
}

impl From<VoicemailLength> for u16 {
    fn from(length: VoicemailLength) -> Self {
        length.0
    }
}
