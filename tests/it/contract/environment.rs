//! Which settings a function reads, found in its source, against those that the template gives it.

use std::collections::BTreeSet;

use super::{
    checkout::{files, read},
    template::Template,
};

/// A function of `shared` that reads the environment, by the name that callers use.
struct Reader {
    name: String,
    settings: BTreeSet<String>,
}

#[test]
fn a_function_is_given_exactly_the_settings_that_it_reads() {
    let readers = readers();
    assert!(readers.iter().any(|reader| reader.name == "DatabaseConfig::from_env"), "shared::config is not understood");

    let mut problems = Vec::new();
    for (name, function) in Template::read().functions {
        let read = settings_of(&name, &readers);
        let given: BTreeSet<String> = function.variables.into_keys().collect();
        problems.extend(
            read.difference(&given).map(|setting| format!("{name} reads {setting}: the template does not give it")),
        );
        problems.extend(
            given.difference(&read).map(|setting| format!("{name} is given {setting}: its code does not read it")),
        );
    }
    assert_eq!(problems, Vec::<String>::new());
}

#[test]
fn the_example_environment_names_every_setting_of_the_template() {
    let text = read(".env.example");
    let named: BTreeSet<&str> = text.lines().filter_map(|line| line.split_once('=')).map(|(name, _)| name).collect();
    let functions = Template::read().functions;
    let missing: BTreeSet<&String> = functions
        .values()
        .flat_map(|function| function.variables.keys())
        .filter(|name| !named.contains(name.as_str()))
        .collect();
    assert!(missing.is_empty(), ".env.example does not name {missing:?}");
}

/// Every setting that the sources of a function name, directly or through `shared::config` and `shared::telemetry`.
fn settings_of(function: &str, readers: &[Reader]) -> BTreeSet<String> {
    let mut settings = BTreeSet::new();
    for file in files(format!("functions/{function}/src"), "rs") {
        let source = read(file);
        for line in source.lines().filter(|line| line.contains("env.")) {
            settings.extend(setting_names(line));
        }
        let called = readers.iter().filter(|reader| source.contains(&format!("{}(", reader.name)));
        settings.extend(called.flat_map(|reader| reader.settings.clone()));
    }
    settings
}

/// `DatabaseConfig::from_env`, `config::platform_number`, `telemetry::init` and the settings that each reads.
fn readers() -> Vec<Reader> {
    let mut readers = vec![Reader {
        name: "telemetry::init".to_owned(),
        settings: ["METRICS_NAMESPACE", "RUST_LOG"].map(str::to_owned).into(),
    }];
    let telemetry = read("shared/src/telemetry.rs");
    assert!(telemetry.contains("log_filter()"), "telemetry reads RUST_LOG");
    assert!(telemetry.contains("metrics_namespace()"), "telemetry reads METRICS_NAMESPACE");
    for file in files("shared/src/config", "rs") {
        let source = read(file);
        let mut of_type = None;
        for (at, line) in source.lines().enumerate() {
            if let Some(name) = line.strip_prefix("impl ").and_then(|rest| rest.strip_suffix(" {")) {
                of_type = Some(name.to_owned());
            } else if line == "}" {
                of_type = None;
            }
            let Some(rest) =
                line.trim_start().strip_prefix("pub fn ").filter(|rest| rest.contains("(env: &Environment)"))
            else {
                continue;
            };
            let function = rest.split('(').next().unwrap();
            let name = format!("{}::{function}", of_type.as_deref().unwrap_or("config"));
            readers.push(Reader { name, settings: setting_names(&body(&source, at)) });
        }
    }
    readers
}

/// The lines of a function up to the brace that closes it, as rustfmt indents it.
fn body(source: &str, at: usize) -> String {
    let lines: Vec<&str> = source.lines().collect();
    let indent = lines[at].len() - lines[at].trim_start().len();
    let end = format!("{}}}", " ".repeat(indent));
    lines[at..].iter().take_while(|line| **line != end).copied().collect::<Vec<_>>().join("\n")
}

/// The string literals that look like names of environment variables.
fn setting_names(source: &str) -> BTreeSet<String> {
    let is_name = |text: &&str| {
        text.contains('_')
            && text.starts_with(|c: char| c.is_ascii_uppercase())
            && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    };
    source.split('"').skip(1).step_by(2).filter(is_name).map(str::to_owned).collect()
}
