//! Whether a customer wants our texts: the words that say so, and the proof that nobody has said otherwise.

use super::{PhoneNumber, Sender, text_enum::text_enum};

text_enum! {
    /// What a whole text may mean (CTIA, Messaging Principles, opt-in and opt-out).
    pub enum Keyword {
        /// No more texts.
        Stop => "stop",
        /// Texts again.
        Start => "start",
        /// Texts again, from somebody who has opted out; an everyday word otherwise.
        Yes => "yes",
        /// Who is this, and how does it end.
        Help => "help",
    }
}

impl Keyword {
    /// The meaning of a text, if it is nothing but a keyword. Case, spaces, punctuation and emoji do not count.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let letters = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase);
        // One letter more than the longest keyword is enough to know that it is none.
        let folded: String = letters.take(12).collect();
        match folded.as_str() {
            "STOP" | "STOPALL" | "UNSUBSCRIBE" | "CANCEL" | "END" | "QUIT" | "REVOKE" | "OPTOUT" => Some(Self::Stop),
            "START" | "UNSTOP" => Some(Self::Start),
            "YES" => Some(Self::Yes),
            "HELP" | "INFO" => Some(Self::Help),
            _ => None,
        }
    }
}

text_enum! {
    /// Who said that a customer has opted out.
    pub enum OptOutSource {
        /// The customer, by a keyword.
        Keyword => "keyword",
        /// The carrier, by refusing a text (21610).
        Carrier => "carrier",
        /// An admin of the workspace.
        Admin => "admin",
    }
}

text_enum! {
    /// What a keyword is answered with.
    pub enum ReplyKind {
        /// There will be no more texts.
        OptOutConfirmation => "opt_out_confirmation",
        /// There will be texts again.
        OptInConfirmation => "opt_in_confirmation",
        /// Who this is, and how it ends.
        Help => "help",
    }
}

/// Proof that this customer may be texted from this number. Only `db::opt_outs` builds one, by looking, and
/// `db::automatic_replies`, for the answer that a customer has just asked for; without one nothing can be approved.
#[derive(Debug, Clone)]
pub struct Consent {
    sender: Sender,
    to: PhoneNumber,
}

impl Consent {
    /// For the two that have looked; `tests/it/architecture.rs` knows them.
    pub(crate) fn looked_up(sender: Sender, to: PhoneNumber) -> Self {
        Self { sender, to }
    }

    /// The number that sends.
    #[must_use]
    pub fn sender(&self) -> &Sender {
        &self.sender
    }

    /// The customer.
    #[must_use]
    pub fn to(&self) -> &PhoneNumber {
        &self.to
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_whole_texts_in_any_spelling() {
        let cases: &[(Keyword, &[&str])] = &[
            (
                Keyword::Stop,
                &[
                    "STOP",
                    "stop",
                    " Stop. ",
                    "S.T.O.P.",
                    "stop!!!",
                    "\"STOP\"",
                    "STOP 🛑",
                    "stop all",
                    "StopAll",
                    "UNSUBSCRIBE",
                    "cancel",
                    "End.",
                    "quit\n",
                    "Revoke",
                    "OPTOUT",
                    "OPT OUT",
                    "opt-out",
                    "Opt  out!",
                ],
            ),
            (Keyword::Start, &["START", "unstop", "Start!"]),
            (Keyword::Yes, &["YES", "Yes."]),
            (Keyword::Help, &["HELP", "info?", "Help!"]),
        ];
        for (keyword, texts) in cases {
            for text in *texts {
                assert_eq!(Keyword::of(text), Some(*keyword), "{text:?}");
            }
        }
    }

    #[test]
    fn a_keyword_among_other_words_is_none() {
        for text in [
            "",
            " ",
            "!",
            "🛑",
            "please stop",
            "stop it",
            "The end",
            "yes please",
            "unsubscribed",
            "unsubscribe me",
            "stops",
            "opt in",
            "helpful",
            "стоп",
            "don't stop",
            "STOP STOP",
        ] {
            assert_eq!(Keyword::of(text), None, "{text:?}");
        }
    }
}
