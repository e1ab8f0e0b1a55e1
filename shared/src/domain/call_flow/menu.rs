use serde::{Deserialize, Serialize};

use super::Prompt;
use crate::domain::NumberType;

/// Departments to choose from, by a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", try_from = "Written")]
pub struct Menu {
    /// What is offered.
    prompt: Prompt,
    /// One for each key, 1 to 10.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 10))]
    options: Vec<MenuOption>,
}

/// What a key leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MenuOption {
    /// The key, 0 to 9.
    pub digit: Digit,
    /// The department whose flow goes on. When it has no active number, the caller may leave a voicemail.
    pub number_type: NumberType,
}

/// A key of a telephone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^[0-9]$"))]
#[serde(try_from = "String", into = "String")]
pub struct Digit(char);

/// Why a menu cannot be offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MenuError {
    /// Not one of the ten keys.
    #[error("must be a key from 0 to 9")]
    Digit,
    /// Nothing to choose from, or more than there are keys.
    #[error("a menu needs 1 to 10 options")]
    Options,
    /// A key leads to two departments.
    #[error("two options have the digit {0}")]
    Twice(char),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Written {
    prompt: Prompt,
    options: Vec<MenuOption>,
}

impl Menu {
    /// What is offered.
    #[must_use]
    pub fn prompt(&self) -> &Prompt {
        &self.prompt
    }

    /// The department that a key leads to.
    #[must_use]
    pub fn choice(&self, pressed: &str) -> Option<NumberType> {
        let chosen = self.options.iter().find(|option| pressed.chars().eq([option.digit.0]))?;
        Some(chosen.number_type)
    }
}

impl TryFrom<Written> for Menu {
    type Error = MenuError;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let Written { prompt, options } = written;
        if options.is_empty() || options.len() > 10 {
            return Err(MenuError::Options);
        }
        for (index, option) in options.iter().enumerate() {
            if options[..index].iter().any(|earlier| earlier.digit == option.digit) {
                return Err(MenuError::Twice(option.digit.0));
            }
        }
        Ok(Self { prompt, options })
    }
}

impl TryFrom<String> for Digit {
    type Error = MenuError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (Some(digit), None) if digit.is_ascii_digit() => Ok(Self(digit)),
            _ => Err(MenuError::Digit),
        }
    }
}

impl From<Digit> for String {
    fn from(digit: Digit) -> Self {
        digit.0.into()
    }
}
