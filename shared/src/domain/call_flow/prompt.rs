use serde::{Deserialize, Serialize};

use crate::domain::PublicUrl;

/// A spoken text is read aloud by the carrier: four thousand characters at most (SignalWire, cXML, Say), and nobody listens
/// to a quarter of that.
const MAX_CHARACTERS: usize = 1000;

/// What a caller hears.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Prompt {
    /// A text, read aloud.
    Say(SpokenText),
    /// A sound file.
    Play(PublicUrl),
}

impl Prompt {
    /// A text that this program says.
    ///
    /// # Errors
    /// It is empty or too long.
    pub fn say(text: &str) -> Result<Self, SpokenTextError> {
        SpokenText::try_from(text.to_owned()).map(Self::Say)
    }
}

/// 1 to 1000 characters that say something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, min_length = 1, max_length = 1000))]
#[serde(try_from = "String", into = "String")]
pub struct SpokenText(String);

/// A text that cannot be read aloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must have 1 to {MAX_CHARACTERS} characters that can be read aloud")]
pub struct SpokenTextError;

impl SpokenText {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for SpokenText {
    type Error = SpokenTextError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        // Postgres stores no NUL, and nobody hears one.
        let text = text.replace('\0', "");
        let text = text.trim();
        if !text.chars().any(char::is_alphanumeric) || text.chars().count() > MAX_CHARACTERS {
            return Err(SpokenTextError);
        }
        Ok(Self(text.to_owned()))
    }
}

impl From<SpokenText> for String {
    fn from(text: SpokenText) -> Self {
        text.0
    }
}
