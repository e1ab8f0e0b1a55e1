//! Every alarm can be acted on: it has an entry in docs/operations.md with a query for something that functions really log,
//! and what it watches is really emitted.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::contract::{
    checkout::{files, folders, read},
    template::Template,
};

/// Metric names of an alarm in our namespace.
fn own_metrics(alarm: &Value) -> Vec<String> {
    let single = [alarm];
    let stats = alarm["Metrics"].as_array().into_iter().flatten().map(|metric| &metric["MetricStat"]["Metric"]);
    let all = single.into_iter().chain(stats);
    all.filter(|metric| metric["Namespace"].to_string().contains("Switchboard/"))
        .filter_map(|metric| metric["MetricName"].as_str().map(str::to_owned))
        .collect()
}

fn alarms() -> BTreeMap<String, Value> {
    Template::read().resources("AWS::CloudWatch::Alarm")
}

/// The source of everything that is deployed, without the list of metrics itself.
fn sources() -> String {
    let mut all = String::new();
    for folder in folders("functions") {
        for path in files(format!("functions/{folder}/src"), "rs") {
            all.push_str(&read(path));
        }
    }
    for path in files("shared/src", "rs") {
        if !path.ends_with("telemetry/metrics.rs") {
            all.push_str(&read(path));
        }
    }
    all
}

#[test]
fn every_metric_of_an_alarm_is_emitted_by_a_function() {
    let sources = sources();
    let alarms = alarms();
    assert!(alarms.len() >= 10, "the alarms are found");
    let watched: Vec<String> = alarms.values().flat_map(own_metrics).collect();
    assert!(watched.len() >= 8, "the metrics are found: {watched:?}");
    let silent: Vec<&String> = watched.iter().filter(|name| !sources.contains(&format!("Metric::{name},"))).collect();
    assert!(silent.is_empty(), "nothing emits {silent:?}");
}

#[test]
fn every_metric_that_is_emitted_is_watched() {
    let source = read("shared/src/telemetry/metrics.rs");
    let names = source.split("=> (\"").skip(1).filter_map(|rest| rest.split('"').next());
    let watched: Vec<String> = alarms().values().flat_map(own_metrics).collect();
    let unwatched: Vec<&str> = names.filter(|name| !watched.iter().any(|watched| watched == name)).collect();
    assert!(unwatched.is_empty(), "no alarm watches {unwatched:?}");
}

#[test]
fn every_alarm_has_an_entry_in_the_runbook() {
    let runbook = read("docs/operations.md");
    let sections: BTreeMap<&str, &str> =
        runbook.split("\n## ").skip(1).map(|section| section.split_once('\n').expect("a heading and a text")).collect();
    let sources = sources();
    for name in alarms().keys() {
        let text = sections.get(name.as_str()).unwrap_or_else(|| panic!("docs/operations.md has no entry {name}"));
        let query = text.split("```").nth(1).unwrap_or_else(|| panic!("{name} has no query"));
        assert!(query.contains("| filter ") && query.contains("@timestamp"), "{name}: {query}");
        for line in query.lines().filter(|line| line.starts_with("| filter message")) {
            for sentence in line.split('"').skip(1).step_by(2) {
                assert!(sources.contains(&format!("\"{sentence}\"")), "{name}: no function logs {sentence:?}");
            }
        }
    }
    let entries = sections.keys().filter(|name| name.ends_with("Alarm"));
    let lost: Vec<&&str> = entries.filter(|name| !alarms().contains_key(**name)).collect();
    assert!(lost.is_empty(), "entries without an alarm: {lost:?}");
}
