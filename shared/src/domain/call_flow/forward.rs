use serde::{Deserialize, Serialize};

use super::SpokenText;
use crate::domain::{PhoneNumber, text_enum};

/// As many as ring at once (SignalWire, cXML, Dial).
const MAX_TARGETS: usize = 10;
/// The carrier rings for 5 seconds at least; longer than two minutes nobody holds the line.
const SECONDS: std::ops::RangeInclusive<u16> = 5..=120;
const MAX_NAME: usize = 64;

text_enum! {
    /// In which order phones ring.
    pub enum ForwardStrategy {
        /// All at once; whoever answers first has the call.
        Simultaneous => "simultaneous",
        /// One after the other.
        Sequential => "sequential",
    }
}

/// Whose phones ring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", try_from = "Written")]
pub struct Forward {
    /// The phones, 1 to 10.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 10))]
    numbers: Vec<ForwardTarget>,
    /// At once or one after the other.
    strategy: ForwardStrategy,
    /// How long each rings, 5 to 120 seconds.
    #[cfg_attr(feature = "openapi", schema(minimum = 5, maximum = 120))]
    timeout_seconds: u16,
    /// What whoever answers hears before both are connected.
    whisper: Option<SpokenText>,
}

/// A phone that rings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ForwardTarget {
    /// Its number.
    pub phone_number: PhoneNumber,
    /// Whose it is, for people.
    #[serde(default)]
    pub name: Option<String>,
}

/// Why a call may not be forwarded to a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ForwardTargetError {
    /// A country that is not called.
    #[error("calls to this country are not allowed")]
    Country,
    /// The call would come back to where it came from.
    #[error("must not be one of the workspace's own numbers: the call would come back")]
    OwnNumber,
}

/// Why a call cannot be forwarded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum ForwardError {
    #[error("1 to {MAX_TARGETS} numbers are needed")]
    Count,
    #[error("the number {0} is there twice")]
    Twice(PhoneNumber),
    #[error("a name has at most {MAX_NAME} characters")]
    Name,
    #[error("timeoutSeconds must be {} to {}", SECONDS.start(), SECONDS.end())]
    Timeout,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Written {
    numbers: Vec<ForwardTarget>,
    #[serde(default = "simultaneous")]
    strategy: ForwardStrategy,
    #[serde(default = "twenty")]
    timeout_seconds: u16,
    #[serde(default)]
    whisper: Option<SpokenText>,
}

fn simultaneous() -> ForwardStrategy {
    ForwardStrategy::Simultaneous
}

fn twenty() -> u16 {
    20
}

impl Forward {
    /// Everybody.
    #[must_use]
    pub fn numbers(&self) -> &[ForwardTarget] {
        &self.numbers
    }

    /// Those that ring together, the given number of tries after the beginning; empty when there is nobody left.
    #[must_use]
    pub fn round(&self, tries: u8) -> &[ForwardTarget] {
        let tries = usize::from(tries);
        match self.strategy {
            ForwardStrategy::Simultaneous if tries == 0 => &self.numbers,
            ForwardStrategy::Simultaneous => &[],
            ForwardStrategy::Sequential => self.numbers.get(tries..=tries).unwrap_or_default(),
        }
    }

    /// How long each rings.
    #[must_use]
    pub const fn timeout_seconds(&self) -> u16 {
        self.timeout_seconds
    }

    /// What whoever answers hears first.
    #[must_use]
    pub fn whisper(&self) -> Option<&SpokenText> {
        self.whisper.as_ref()
    }
}

impl ForwardTarget {
    /// Whether a call of these numbers may be forwarded here.
    ///
    /// # Errors
    /// [`ForwardTargetError`].
    pub fn check(&self, destination_countries: &[String], own: &[PhoneNumber]) -> Result<(), ForwardTargetError> {
        let country = self.phone_number.country();
        if country.is_none_or(|country| !destination_countries.contains(&country)) {
            return Err(ForwardTargetError::Country);
        }
        if own.contains(&self.phone_number) {
            return Err(ForwardTargetError::OwnNumber);
        }
        Ok(())
    }
}

impl TryFrom<Written> for Forward {
    type Error = ForwardError;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let Written { numbers, strategy, timeout_seconds, whisper } = written;
        if numbers.is_empty() || numbers.len() > MAX_TARGETS {
            return Err(ForwardError::Count);
        }
        for (index, target) in numbers.iter().enumerate() {
            if numbers[..index].iter().any(|earlier| earlier.phone_number == target.phone_number) {
                return Err(ForwardError::Twice(target.phone_number.clone()));
            }
            if target.name.as_ref().is_some_and(|name| name.chars().count() > MAX_NAME || name.contains('\0')) {
                return Err(ForwardError::Name);
            }
        }
        if !SECONDS.contains(&timeout_seconds) {
            return Err(ForwardError::Timeout);
        }
        Ok(Self { numbers, strategy, timeout_seconds, whisper })
    }
}
