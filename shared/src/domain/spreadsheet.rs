//! What makes a file safe to open in a spreadsheet.

/// A spreadsheet takes a cell that begins with one of these for a formula; an apostrophe before it makes it text. For what
/// people and carriers wrote: our own words, figures and E.164 numbers, of which no formula can be made, stay as they are.
#[must_use]
pub fn harmless_cell(text: &str) -> String {
    match text.trim_start().chars().next() {
        Some('=' | '+' | '-' | '@' | '|' | '%') => format!("'{text}"),
        _ if text.starts_with(['\t', '\r', '\n']) => format!("'{text}"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_somebody_typed_begins_like_a_formula() {
        for text in ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "\t=1", "  =1", "|x", "%0"] {
            assert!(harmless_cell(text).starts_with('\''), "{text:?}");
        }
        assert_eq!(harmless_cell("Main line"), "Main line");
        assert_eq!(harmless_cell("Sales = best"), "Sales = best");
    }
}
