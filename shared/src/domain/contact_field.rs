//! What may be written about a contact.

/// A field of a contact that is free text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactField {
    /// Given name.
    FirstName,
    /// Family name.
    LastName,
    /// Where the person works.
    Company,
    /// Mail address.
    Email,
    /// Anything else, on several lines.
    Notes,
}

/// Why a text cannot stand in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ContactFieldError {
    /// Nothing but space.
    #[error("must not be blank; null says that there is none")]
    Blank,
    /// Beyond the field's limit.
    #[error("must have at most {0} characters")]
    TooLong(usize),
    /// Line breaks where one line is meant, or control characters.
    #[error("must have no line breaks or other control characters")]
    Control,
    /// No mail address.
    #[error("must be an e-mail address, such as name@example.com")]
    NotAnAddress,
}

impl ContactField {
    /// Its name in requests and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FirstName => "firstName",
            Self::LastName => "lastName",
            Self::Company => "company",
            Self::Email => "email",
            Self::Notes => "notes",
        }
    }

    const fn max_characters(self) -> usize {
        match self {
            Self::FirstName | Self::LastName => 100,
            Self::Company => 200,
            Self::Email => 254,
            Self::Notes => 5000,
        }
    }

    /// The text as it is stored: without space around it.
    ///
    /// # Errors
    /// [`ContactFieldError`] says which rule was broken.
    pub fn accept(self, text: &str) -> Result<String, ContactFieldError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(ContactFieldError::Blank);
        }
        if text.chars().count() > self.max_characters() {
            return Err(ContactFieldError::TooLong(self.max_characters()));
        }
        let is_layout = |c: char| self == Self::Notes && matches!(c, '\n' | '\r' | '\t');
        if text.chars().any(|c| c.is_control() && !is_layout(c)) {
            return Err(ContactFieldError::Control);
        }
        if self == Self::Email && !is_address(text) {
            return Err(ContactFieldError::NotAnAddress);
        }
        Ok(text.to_owned())
    }
}

/// Whether mail arrives only the mail server knows; this finds what was typed into the wrong field.
fn is_address(text: &str) -> bool {
    let Some((name, domain)) = text.rsplit_once('@') else { return false };
    !name.is_empty() && !name.contains('@') && !text.contains(char::is_whitespace) && is_domain(domain)
}

fn is_domain(text: &str) -> bool {
    text.contains('.') && text.split('.').all(|label| !label.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_taken_without_space_around_them() {
        assert_eq!(ContactField::FirstName.accept(" Zoë ").unwrap(), "Zoë");
        assert_eq!(ContactField::Notes.accept("one\n\ttwo\r\n").unwrap(), "one\n\ttwo");
        assert_eq!(ContactField::Email.accept("zoe+x@mail.example").unwrap(), "zoe+x@mail.example");
    }

    #[test]
    fn each_limit_is_told() {
        use ContactFieldError::{Blank, Control, NotAnAddress, TooLong};
        for (field, text, error) in [
            (ContactField::FirstName, " \n ".to_owned(), Blank),
            (ContactField::LastName, "é".repeat(101), TooLong(100)),
            (ContactField::Company, "a\nb".to_owned(), Control),
            (ContactField::Notes, "a\0b".to_owned(), Control),
            (ContactField::Notes, "a".repeat(5001), TooLong(5000)),
            (ContactField::Email, "zoe".to_owned(), NotAnAddress),
            (ContactField::Email, "zoe@localhost".to_owned(), NotAnAddress),
            (ContactField::Email, "zoe @mail.example".to_owned(), NotAnAddress),
            (ContactField::Email, "@mail.example".to_owned(), NotAnAddress),
            (ContactField::Email, "a@b@mail.example".to_owned(), NotAnAddress),
        ] {
            assert_eq!(field.accept(&text), Err(error), "{field:?} {text:?}");
        }
    }
}
