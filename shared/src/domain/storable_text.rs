//! What Postgres stores in a text.

/// A text with U+FFFD for each NUL: Postgres stores none, and whoever sent it would send it again in vain.
#[must_use]
pub fn storable_text(text: &str) -> String {
    text.replace('\0', "\u{FFFD}")
}

#[cfg(test)]
mod tests {
    use super::storable_text;

    #[test]
    fn nul_becomes_visible_and_nothing_else_changes() {
        assert_eq!(storable_text("a\0\0b\u{1}\n"), "a\u{FFFD}\u{FFFD}b\u{1}\n");
    }
}
