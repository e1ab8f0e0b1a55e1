//! Which module of `shared` may use which, and house rules that no lint knows.

mod source;

use std::collections::{BTreeMap, BTreeSet};

use crate::contract::checkout::{files, read};
use source::{Source, sources};

/// A module may use those of the lines below its own, never one of its own line or above it.
const LAYERS: &[&[&str]] = &[
    // Everything; nothing uses it.
    &["testing"],
    // The Lambda edges.
    &["lambda"],
    // Who may do what, and what is answered.
    &["auth", "api"],
    // What two or more functions do with several outside parties.
    &["actions"],
    // One per outside party; they do not know each other.
    &["db", "queue", "signalwire", "clerk", "storage", "mail", "webhooks"],
    // Logs and metrics.
    &["telemetry"],
    // What a process is given at its start.
    &["config", "http_client"],
    // Leaves: the rules of the subject, the time, and how AWS and TLS are reached.
    &["domain", "clock", "aws", "tls"],
];

/// The only crates that the rules of the subject may use: nothing that waits, reads or sends.
const CRATES_OF_DOMAIN: &[&str] =
    &["chrono", "chrono_tz", "idna", "rlibphonenumber", "serde", "std", "super", "thiserror", "url", "uuid"];

/// Longest file without its tests.
const MAX_LINES: usize = 400;

#[test]
fn each_module_of_shared_has_a_place_in_the_layers() {
    let placed: BTreeSet<&str> = LAYERS.iter().flat_map(|layer| layer.iter().copied()).collect();
    let library = read("shared/src/lib.rs");
    let declared = library.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    assert_eq!(declared.collect::<BTreeSet<_>>(), placed, "left: shared/src/lib.rs, right: LAYERS");
}

#[test]
fn no_module_of_shared_reaches_sideways_or_up() {
    let layer_of: BTreeMap<&str, usize> =
        LAYERS.iter().enumerate().flat_map(|(at, layer)| layer.iter().map(move |module| (*module, at))).collect();
    let mut problems = Vec::new();
    for source in sources("shared/src").iter().filter(|source| source.module() != "lib") {
        let module = source.module();
        for used in source.used_modules().into_iter().filter(|used| *used != module) {
            let Some(layer) = layer_of.get(used.as_str()) else {
                problems.push(format!("{} names crate::{used}, which is no module", source.path));
                continue;
            };
            if *layer <= layer_of[module.as_str()] {
                problems.push(format!("{}: {module} may not use {used}", source.path));
            }
        }
    }
    assert_eq!(problems, Vec::<String>::new());
}

#[test]
fn the_domain_uses_no_crate_that_waits_reads_or_sends() {
    let mut problems = Vec::new();
    for source in sources("shared/src/domain") {
        let foreign = source.used_crates().into_iter().filter(|name| !CRATES_OF_DOMAIN.contains(&name.as_str()));
        problems.extend(foreign.map(|name| format!("{} uses {name}", source.path)));
    }
    assert_eq!(problems, Vec::<String>::new());
}

#[test]
fn no_deployed_function_is_built_with_the_help_for_tests() {
    for path in files("functions", "toml") {
        let manifest = read(&path);
        assert!(!manifest.contains("\"testing\""), "{} switches on the feature testing", path.display());
    }
}

#[test]
fn no_file_is_too_long_without_its_tests() {
    let all = [sources("shared/src"), sources("functions")].concat();
    let lines = |source: &Source| source.code.lines().count();
    let long = all.iter().filter(|source| lines(source) > MAX_LINES);
    let long: Vec<String> = long.map(|source| format!("{}: {} lines", source.path, lines(source))).collect();
    assert_eq!(long, Vec::<String>::new());
}

#[test]
fn each_statement_in_db_starts_with_its_name() {
    let mut problems = Vec::new();
    for source in sources("shared/src/db") {
        let file = source.path.rsplit('/').next().unwrap().trim_end_matches(".rs");
        let mut seen = BTreeSet::new();
        for text in source.strings().iter().filter(|text| is_sql(text)) {
            let first = text.lines().next().unwrap_or_default();
            let name = first.strip_prefix("-- ").and_then(|name| name.strip_prefix(file)?.strip_prefix("::"));
            let named = name.is_some_and(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
            if !named {
                problems.push(format!("{}: {first:?} is not \"-- {file}::<what it does>\"", source.path));
            } else if !seen.insert(first) {
                problems.push(format!("{}: two statements are named {first:?}", source.path));
            }
        }
    }
    assert_eq!(problems, Vec::<String>::new());
}

fn is_sql(text: &str) -> bool {
    ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM "].iter().any(|verb| text.contains(verb))
}

/// The proof that a customer may be texted comes from looking, and from nowhere else.
#[test]
fn consent_is_built_by_those_who_have_looked() {
    let builders: Vec<String> = sources("shared/src")
        .into_iter()
        .filter(|source| source.code.contains("Consent::looked_up("))
        .map(|source| source.path)
        .collect();
    assert_eq!(builders, ["shared/src/db/automatic_replies.rs", "shared/src/db/opt_outs.rs"]);
}
