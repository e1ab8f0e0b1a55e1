//! One macro for the closed sets of words that are stored as text, sent as JSON and matched in Rust.

/// Makes an enum whose variants have one spelling each, used in Postgres, in JSON and in logs.
///
/// Generates `ALL`, `as_str`, `Display`, `FromStr` (error: [`UnknownWord`]), `Serialize` and `Deserialize`.
///
/// The text is a `tt`, not a `literal`: utoipa does not see a rename that is wrapped as a fragment.
macro_rules! text_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident => $text:tt,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name { $($(#[$variant_meta])* #[serde(rename = $text)] $variant,)+ }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word that is stored and sent.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err($crate::domain::UnknownWord::new(stringify!($name), text, &[$($text,)+])),
                }
            }
        }
    };
}
pub(crate) use text_enum;

/// A word outside of a closed set. The message lists what is allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{word}\" is not one of {}", allowed.join(", "))]
pub struct UnknownWord {
    /// Name of the set, for instance `NumberType`.
    pub set: &'static str,
    word: String,
    allowed: &'static [&'static str],
}

impl UnknownWord {
    pub(crate) fn new(set: &'static str, word: &str, allowed: &'static [&'static str]) -> Self {
        Self { set, word: word.chars().take(40).collect(), allowed }
    }
}
