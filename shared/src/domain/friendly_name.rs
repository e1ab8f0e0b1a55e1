//! What a workspace calls a number.

use std::{fmt, str::FromStr};

use serde::Serialize;

/// Longest name.
const MAX_CHARACTERS: usize = 64;

/// A name of 1 to 64 characters on one line, without space around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct FriendlyName(String);

/// Why a text is not such a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must have 1 to 64 characters and no line breaks or other control characters")]
pub struct FriendlyNameError;

impl FriendlyName {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for FriendlyName {
    type Err = FriendlyNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > MAX_CHARACTERS || text.chars().any(char::is_control) {
            return Err(FriendlyNameError);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for FriendlyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_to_sixty_four_characters_are_a_name() {
        assert_eq!(" Sales ☎ ".parse::<FriendlyName>().unwrap().as_str(), "Sales ☎");
        assert!("é".repeat(64).parse::<FriendlyName>().is_ok());
        for bad in ["", "  ", "a\nb", "a\0", &"é".repeat(65)] {
            assert_eq!(bad.parse::<FriendlyName>(), Err(FriendlyNameError), "{bad:?}");
        }
    }
}
