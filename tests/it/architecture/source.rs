//! Just enough of Rust's syntax: comments and strings are told from code, and `use` trees are flattened.

use std::{collections::BTreeSet, path::Path};

use crate::contract::checkout::{files, read};

/// One file, without its tests and its comments.
#[derive(Clone)]
pub struct Source {
    /// From the checkout on.
    pub path: String,
    /// Up to the module of its tests.
    pub code: String,
    /// The code without comments and with empty strings.
    bare: String,
    strings: Vec<String>,
}

/// The files below a folder that are not tests.
pub fn sources(path: &str) -> Vec<Source> {
    let is_test = |path: &&std::path::PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy();
        name == "tests" || name.ends_with("_tests") || path.iter().any(|part| part.to_string_lossy().ends_with("tests"))
    };
    files(path, "rs").iter().filter(|path| !is_test(path)).map(|path| Source::read(path)).collect()
}

impl Source {
    fn read(path: &Path) -> Self {
        let text = read(path);
        let code = text.split("\n#[cfg(test)]\n").next().unwrap_or_default().to_owned();
        let (bare, strings) = split_strings(&code);
        Self { path: path.to_string_lossy().into_owned(), code, bare, strings }
    }

    /// The module of the crate that this file is part of: `db` for `shared/src/db/numbers.rs`.
    pub fn module(&self) -> String {
        let inner = self.path.strip_prefix("shared/src/").expect("a file of shared");
        inner.split('/').next().unwrap().trim_end_matches(".rs").to_owned()
    }

    /// The modules of its own crate that it names, in `use` and elsewhere.
    pub fn used_modules(&self) -> BTreeSet<String> {
        let mut used = BTreeSet::new();
        // In a file at the top, `super` is the crate itself.
        let roots = if self.path.matches('/').count() == 2 { &["crate::", "super::"][..] } else { &["crate::"] };
        for start in roots {
            for (at, _) in self.bare.match_indices(start) {
                used.extend(first_names(&self.bare[at + start.len()..]));
            }
        }
        used
    }

    /// What its `use` lines start with, and every path that starts with a crate's name in lower case.
    pub fn used_crates(&self) -> BTreeSet<String> {
        let lines = self.bare.lines().map(str::trim_start);
        let uses = lines.filter_map(|line| line.strip_prefix("pub use ").or_else(|| line.strip_prefix("use ")));
        let own = files("shared/src/domain", "rs");
        let folders = own.iter().filter_map(|path| path.parent()?.file_name()?.to_str());
        let names = own.iter().filter_map(|path| path.file_stem()?.to_str());
        let own: BTreeSet<_> = names.chain(folders).map(str::to_owned).collect();
        uses.flat_map(first_names).filter(|name| name != "crate" && !own.contains(name)).collect()
    }

    /// The text of each string literal.
    pub fn strings(&self) -> &[String] {
        &self.strings
    }
}

/// The first names of a path or of a tree of paths: `db` and `domain` of `{db::Pool, domain::{A, B}}`.
fn first_names(tree: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let Some(inner) = tree.strip_prefix('{') else {
        names.extend(name(tree));
        return names;
    };
    let (mut depth, mut start) = (0, 0);
    for (at, character) in inner.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                names.extend(name(inner[start..at].trim_start()));
                start = at + 1;
                if character == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names
}

fn name(path: &str) -> Option<String> {
    let name: String = path.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!name.is_empty()).then_some(name)
}

/// Code without comments and with empty strings, and the strings. A raw string ends at its first quotation mark with as
/// many `#`; characters such as `'"'` are understood, lifetimes are left alone.
fn split_strings(code: &str) -> (String, Vec<String>) {
    let (mut bare, mut strings) = (String::new(), Vec::new());
    let mut rest = code;
    while let Some(character) = rest.chars().next() {
        if rest.starts_with("//") {
            rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
        } else if let Some((text, length)) = string_at(rest) {
            bare.push_str("\"\"");
            strings.push(text);
            rest = &rest[length..];
        } else if let Some(after) =
            ["'\"'", "'\\''", "'\\\"'", "b'\"'"].iter().find_map(|literal| rest.strip_prefix(literal))
        {
            rest = after;
        } else {
            bare.push(character);
            rest = &rest[character.len_utf8()..];
        }
    }
    (bare, strings)
}

/// A string literal at the start of the text: what it says, and how long it is with its quotation marks.
fn string_at(text: &str) -> Option<(String, usize)> {
    if let Some(inner) = text.strip_prefix('"') {
        let mut escaped = false;
        let end = inner.find(|character| {
            let ends = character == '"' && !escaped;
            escaped = character == '\\' && !escaped;
            ends
        })?;
        return Some((inner[..end].to_owned(), end + 2));
    }
    let hashes = text.strip_prefix('r')?.chars().take_while(|character| *character == '#').count();
    let inner = text[1 + hashes..].strip_prefix('"')?;
    let closing = format!("\"{}", "#".repeat(hashes));
    let end = inner.find(&closing)?;
    Some((inner[..end].to_owned(), 1 + hashes + 1 + end + closing.len()))
}

#[test]
fn strings_comments_and_code_are_told_apart() {
    let code = "let a = \"x // \\\" y\"; // \"no\"\nlet b = r#\"q\"uote\"#; let c = '\"'; let d: &'static str = \"z\";";
    let (bare, strings) = split_strings(code);
    assert_eq!(strings, ["x // \\\" y", "q\"uote", "z"]);
    assert_eq!(bare, "let a = \"\"; \nlet b = \"\"; let c = ; let d: &'static str = \"\";");
}

#[test]
fn trees_of_paths_are_flattened() {
    let names = |tree| first_names(tree).into_iter().collect::<Vec<_>>();
    assert_eq!(names("db::Pool;"), ["db"]);
    assert_eq!(names("{\n    auth::{A, b::C},\n    db,\n    domain::{self, D},\n};\nuse x;"), ["auth", "db", "domain"]);
}
