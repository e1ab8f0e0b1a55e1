//! `fuzz/` is a workspace of its own; what it shares with the other one is compared here.

use std::collections::BTreeSet;

use super::checkout::{files, folders, read};

/// What only the fuzz targets need.
const OF_LIBFUZZER: &[&str] = &["arbitrary", "jobserver", "libfuzzer-sys", "switchboard-fuzz"];

fn targets() -> BTreeSet<String> {
    let sources = files("fuzz/fuzz_targets", "rs");
    sources.iter().map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect()
}

/// Name and version of each package of a Cargo.lock.
fn locked(path: &str) -> BTreeSet<(String, String)> {
    let lock = read(path);
    let value = |line: &str| line.split('"').nth(1).unwrap().to_owned();
    let package = |text: &str| {
        let mut lines = text.lines().skip(1);
        (value(lines.next().unwrap()), value(lines.next().unwrap()))
    };
    lock.split("\n\n")
        .filter(|text| text.trim_start().starts_with("[[package]]"))
        .map(|text| package(text.trim_start()))
        .collect()
}

#[test]
fn each_fuzz_target_is_built_and_described() {
    let (manifest, page) = (read("fuzz/Cargo.toml"), read("fuzz/README.md"));
    let targets = targets();
    for target in &targets {
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{target}.rs\"\n")), "{target} is a [[bin]]");
        assert!(page.contains(&format!("\n| `{target}` | ")), "{target} is in the table of fuzz/README.md");
    }
    assert_eq!(manifest.matches("\n[[bin]]\n").count(), targets.len());
    let regressions = folders("fuzz/regressions");
    assert!(regressions.is_subset(&targets), "{regressions:?}");
}

/// What is fuzzed is what is deployed; and `make test` compiles no dependency twice.
#[test]
fn fuzz_targets_use_the_versions_of_the_workspace() {
    let ours = locked("Cargo.lock");
    let other: Vec<_> = locked("fuzz/Cargo.lock")
        .into_iter()
        .filter(|package| !ours.contains(package) && !OF_LIBFUZZER.contains(&package.0.as_str()))
        .collect();
    assert!(other.is_empty(), "in fuzz/: cargo update --precise for {other:?}");
}
