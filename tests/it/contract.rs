//! `template.yaml`, `functions/`, `events/`, `docs/openapi.json` and the settings agree.

mod answers;
mod checker;
pub mod checkout;
mod environment;
mod events;
mod fuzzing;
mod permissions;
pub mod template;

use std::collections::BTreeSet;

use serde_json::Value;

use checkout::{folders, read};
use template::Template;

/// As AWS advises (Amazon SQS, "Creating and configuring an Amazon SQS event source mapping").
const VISIBILITY_PER_TIMEOUT: u64 = 6;

#[test]
fn each_folder_of_functions_is_a_crate_of_its_name_and_a_binary_of_the_template() {
    let template: BTreeSet<String> = Template::read().functions.into_keys().collect();
    assert_eq!(folders("functions"), template, "left: folders of functions/, right: binaries of template.yaml");
    for name in &template {
        let manifest = read(format!("functions/{name}/Cargo.toml"));
        assert!(manifest.contains(&format!("name = \"{name}\"\n")), "functions/{name} is a package of that name");
        assert!(!manifest.contains("[[bin]]"), "functions/{name} has one binary, src/main.rs");
        read(format!("functions/{name}/src/main.rs"));
    }
}

#[test]
fn each_function_says_what_triggers_it_and_why_it_may_run_twice() {
    for name in folders("functions") {
        let library = read(format!("functions/{name}/src/lib.rs"));
        assert!(library.starts_with(&format!("//! `{name}`: ")), "functions/{name}/src/lib.rs starts with its name");
        for point in ["//! - **Trigger**:", "//! - **Twice"] {
            assert!(library.contains(point), "functions/{name}/src/lib.rs has a line \"{point}\"");
        }
    }
}

#[test]
fn no_function_depends_on_another() {
    let functions = folders("functions");
    for name in &functions {
        let manifest = read(format!("functions/{name}/Cargo.toml"));
        let needed = |other: &&String| manifest.lines().any(|line| line.starts_with(other.as_str()));
        let other: Vec<&String> = functions.iter().filter(|other| *other != name).filter(needed).collect();
        assert!(other.is_empty(), "functions/{name} depends on {other:?}; functions talk through rows and queues");
    }
}

#[test]
fn each_function_is_listed_in_the_readme_of_functions() {
    let readme = read("functions/README.md");
    for (name, function) in Template::read().functions {
        assert!(readme.contains(&format!("| [`{name}`]({name}/src/lib.rs) |")), "functions/README.md lists {name}");
        for (method, path) in function.routes {
            assert!(
                readme.contains(&format!("`{method} {path}`")),
                "functions/README.md has the route {method} {path}"
            );
        }
    }
}

#[test]
fn the_routes_are_those_of_the_documented_api() {
    let document: Value = serde_json::from_str(&read("docs/openapi.json")).expect("docs/openapi.json is JSON");
    let paths = document["paths"].as_object().expect("the document has paths");
    let documented: BTreeSet<(String, String)> = paths
        .iter()
        .flat_map(|(path, item)| item.as_object().unwrap().keys().map(|method| (method.to_uppercase(), path.clone())))
        .collect();
    let functions = Template::read().functions;
    let routes: BTreeSet<(String, String)> =
        functions.values().flat_map(|function| function.routes.iter().cloned()).collect();
    assert_eq!(documented, routes, "left: docs/openapi.json, right: template.yaml");
}

#[test]
fn a_queue_hides_a_message_six_times_as_long_as_its_function_may_take() {
    let template = Template::read();
    let queues = template.queues();
    for (name, function) in &template.functions {
        for event in &function.queue_events {
            let id = event["Queue"]["Fn::GetAtt"].as_str().and_then(|text| text.strip_suffix(".Arn"));
            let queue =
                id.and_then(|id| queues.get(id)).unwrap_or_else(|| panic!("{name} reads a queue of the template"));
            let hidden = queue["VisibilityTimeout"].as_u64().unwrap_or(30);
            let least = VISIBILITY_PER_TIMEOUT * function.timeout;
            assert!(hidden >= least, "{name}: {id:?} hides a message for {hidden} s, at least {least} s are needed");
            assert_eq!(event["FunctionResponseTypes"][0], "ReportBatchItemFailures", "{name} answers record by record");
            let dead = queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"].as_str().unwrap_or_default();
            assert!(queues.contains_key(dead.trim_end_matches(".Arn")), "{name}: {id:?} has a dead-letter queue");
        }
    }
}

#[test]
fn each_function_of_the_template_is_named_after_its_binary() {
    for (name, function) in Template::read().functions {
        let camel: String = name.split('-').map(capitalized).collect();
        assert_eq!(function.logical_id, camel, "the key of {name} in template.yaml");
    }
}

fn capitalized(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_uppercase() + rest
}
