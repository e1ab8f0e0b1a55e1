//! Mails: addresses, which of ours sends, and the checks before one leaves.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{NumberType, Refusal, SenderReason};

/// Longest address (RFC 5321).
const MAX_ADDRESS: usize = 254;
/// Longest part before the `@`.
const MAX_LOCAL: usize = 64;
/// Longest subject: one line of a mail (RFC 5322).
pub const MAX_SUBJECT: usize = 998;
/// Longest text of a mail.
pub const MAX_MAIL: usize = 100_000;

/// The address of a mail box, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

/// The text is not an address of the usual form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a mail address such as name@example.com")]
pub struct EmailAddressError;

impl EmailAddress {
    /// Reads an address: the usual form, without display name, quotes and comments.
    pub fn parse(text: &str) -> Result<Self, EmailAddressError> {
        let text = text.trim();
        let (local, domain) = text.split_once('@').ok_or(EmailAddressError)?;
        let atom = |part: &str| {
            let known = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b);
            !part.is_empty() && part.bytes().all(known)
        };
        let label = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && !part.starts_with('-')
                && !part.ends_with('-')
        };
        let fits = text.len() <= MAX_ADDRESS && local.len() <= MAX_LOCAL;
        if fits && local.split('.').all(atom) && domain.contains('.') && domain.split('.').all(label) {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(EmailAddressError)
        }
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for EmailAddress {
    type Err = EmailAddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = EmailAddressError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The addresses of the departments. Without a primary one, mail is sent for those departments only that have one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct EmailSenders {
    /// Sends when nothing else is asked for.
    pub primary: Option<EmailAddress>,
    /// Sales department.
    pub sales: Option<EmailAddress>,
    /// Support department.
    pub support: Option<EmailAddress>,
    /// Anything else.
    pub custom: Option<EmailAddress>,
}

/// The address that sends and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailSender {
    /// The address.
    pub address: EmailAddress,
    /// Its department.
    pub number_type: NumberType,
    /// The rule that chose it.
    pub reason: SenderReason,
}

impl EmailSenders {
    fn of(&self, number_type: NumberType) -> Option<&EmailAddress> {
        match number_type {
            NumberType::Primary => self.primary.as_ref(),
            NumberType::Sales => self.sales.as_ref(),
            NumberType::Support => self.support.as_ref(),
            NumberType::Custom => self.custom.as_ref(),
        }
    }

    /// Chooses as for texts: the conversation's own address → the department's → the primary one.
    #[must_use]
    pub fn choose(&self, conversation_address: Option<&str>, wanted: Option<NumberType>) -> Option<EmailSender> {
        let sender = |number_type, reason| {
            let address = self.of(number_type)?.clone();
            Some(EmailSender { address, number_type, reason })
        };
        let own = conversation_address.and_then(|address| {
            let is_it = |t: &&NumberType| self.of(**t).is_some_and(|own| own.as_str() == address);
            sender(*NumberType::ALL.iter().find(is_it)?, SenderReason::Conversation)
        });
        own.or_else(|| sender(wanted?, SenderReason::NumberType))
            .or_else(|| sender(NumberType::Primary, SenderReason::Primary))
    }
}

/// A mail that passed every check. Only [`ApprovedEmail::approve`] builds one, and nothing else is sent.
#[derive(Debug, Clone)]
pub struct ApprovedEmail {
    sender: EmailSender,
    to: EmailAddress,
    subject: String,
    body: String,
}

impl ApprovedEmail {
    /// Makes every check that a mail must pass.
    ///
    /// # Errors
    /// The first [`Refusal`] that applies.
    pub fn approve(sender: EmailSender, to: EmailAddress, subject: &str, body: String) -> Result<Self, Refusal> {
        let subject = subject.trim();
        if !(1..=MAX_SUBJECT).contains(&subject.chars().count()) || subject.chars().any(char::is_control) {
            return Err(Refusal::BadSubject);
        }
        if body.trim().is_empty() {
            return Err(Refusal::Empty);
        }
        if body.chars().count() > MAX_MAIL {
            return Err(Refusal::MailTooLong);
        }
        if to == sender.address {
            return Err(Refusal::OwnNumber);
        }
        Ok(Self { sender, to, subject: subject.to_owned(), body })
    }

    /// The address that sends, and why.
    #[must_use]
    pub fn sender(&self) -> &EmailSender {
        &self.sender
    }

    /// The customer.
    #[must_use]
    pub fn to(&self) -> &EmailAddress {
        &self.to
    }

    /// Its subject.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Plain text.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> EmailAddress {
        EmailAddress::parse(text).unwrap()
    }

    #[test]
    fn usual_addresses_are_read_and_others_are_not() {
        assert_eq!(address(" Ann.O'Neil+shop@Mail.Example.COM ").as_str(), "ann.o'neil+shop@mail.example.com");
        for bad in [
            "",
            "ann",
            "ann@",
            "@b.com",
            "ann@b",
            "a b@c.com",
            "a@b@c.com",
            "a..b@c.com",
            "a@-b.com",
            "a@b..com",
            "Ann <ann@b.com>",
            "a@b.com\r\nBcc: c@d.com",
            "ä@b.com",
        ] {
            assert!(EmailAddress::parse(bad).is_err(), "{bad}");
        }
        assert!(EmailAddress::parse(&format!("{}@b.com", "a".repeat(65))).is_err());
    }

    #[test]
    fn a_department_without_an_address_falls_back_to_the_primary_one() {
        let senders = EmailSenders {
            primary: Some(address("hello@shop.example.com")),
            sales: Some(address("sales@shop.example.com")),
            ..EmailSenders::default()
        };
        let chosen = |conversation, wanted| {
            senders.choose(conversation, wanted).map(|s| (s.address.as_str().to_owned(), s.number_type, s.reason))
        };
        let sales = "sales@shop.example.com".to_owned();
        let hello = "hello@shop.example.com".to_owned();
        let (wants_sales, wants_support) = (Some(NumberType::Sales), Some(NumberType::Support));
        assert_eq!(chosen(None, wants_sales), Some((sales.clone(), NumberType::Sales, SenderReason::NumberType)));
        assert_eq!(chosen(None, wants_support), Some((hello.clone(), NumberType::Primary, SenderReason::Primary)));
        assert_eq!(chosen(Some(&sales), None), Some((sales.clone(), NumberType::Sales, SenderReason::Conversation)));
        assert_eq!(chosen(Some("gone@x.com"), None), Some((hello, NumberType::Primary, SenderReason::Primary)));
        assert_eq!(EmailSenders::default().choose(None, wants_sales), None);
    }

    #[test]
    fn each_limit_refuses() {
        let check = |to: &str, subject: &str, body: &str| {
            let senders = EmailSenders { primary: Some(address("hello@shop.example.com")), ..EmailSenders::default() };
            let sender = senders.choose(None, None).unwrap();
            ApprovedEmail::approve(sender, address(to), subject, body.to_owned()).map(|mail| mail.subject).err()
        };
        let to = "ann@example.com";
        assert_eq!(check(to, &"x".repeat(998), "Hi"), None);
        assert_eq!(check(to, " ", "Hi"), Some(Refusal::BadSubject));
        assert_eq!(check(to, &"x".repeat(999), "Hi"), Some(Refusal::BadSubject));
        assert_eq!(check(to, "Hi\r\nBcc: b@example.com", "Hi"), Some(Refusal::BadSubject));
        assert_eq!(check(to, "Hi", " "), Some(Refusal::Empty));
        assert_eq!(check(to, "Hi", &"x".repeat(100_001)), Some(Refusal::MailTooLong));
        assert_eq!(check("hello@shop.example.com", "Hi", "Hi"), Some(Refusal::OwnNumber));
    }
}
