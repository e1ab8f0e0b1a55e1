//! `.env`: settings of this checkout, which the environment wins over.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// The variables of the environment and of the file, if there is one. Empty values count as not set.
pub fn load(file: &Path) -> Result<BTreeMap<String, String>> {
    let mut variables = match std::fs::read_to_string(file) {
        Ok(text) => parse(&text).with_context(|| format!("in {}", file.display()))?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", file.display())),
    };
    variables.extend(std::env::vars());
    variables.retain(|_, value| !value.is_empty());
    Ok(variables)
}

/// `NAME=value` lines; quotes around a value are taken off, and `\n` inside double quotes is a line break.
fn parse(text: &str) -> Result<BTreeMap<String, String>> {
    let mut variables = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((name, value)) = line.strip_prefix("export ").unwrap_or(line).split_once('=') else {
            bail!("line {} is not NAME=value", index + 1);
        };
        variables.insert(name.trim().to_owned(), unquoted(value.trim()));
    }
    Ok(variables)
}

fn unquoted(value: &str) -> String {
    let inside = |quote: char| value.strip_prefix(quote).and_then(|value| value.strip_suffix(quote));
    match (inside('"'), inside('\'')) {
        (Some(text), _) => text.replace("\\n", "\n"),
        (None, Some(text)) => text.to_owned(),
        // A comment after an unquoted value.
        (None, None) => value.split(" #").next().unwrap_or_default().trim_end().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_usual_spellings() {
        let text = "# comment\n\nA=1\nexport B = two words # note\nC=\"x\\ny#z\"\nD='raw\\n'\nE=\n";
        let variables = parse(text).unwrap();
        let pairs: Vec<_> = variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(pairs, [("A", "1"), ("B", "two words"), ("C", "x\ny#z"), ("D", "raw\\n"), ("E", "")]);
    }

    #[test]
    fn a_line_that_is_no_setting_is_named() {
        assert!(format!("{:#}", parse("A=1\nnonsense").unwrap_err()).contains("line 2"));
    }
}
