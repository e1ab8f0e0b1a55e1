//! The figures in `docs/performance.json`, and their tables in `docs/performance.md`, whose words are written by hand.

use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::{Value, json};
use shared::clock;

/// Keeps the figures of a part, in the place of those of the run before, and shows the table.
pub fn keep(root: &Path, part: &str, figures: &impl Serialize, table: &str) -> Result<()> {
    crate::say(&format!("\n{table}\n"));
    let path = root.join("docs/performance.json");
    let mut all: Value = match std::fs::read_to_string(&path) {
        Ok(text) => serde_json::from_str(&text).context("docs/performance.json")?,
        Err(_) => json!({}),
    };
    let machine = machine();
    all[part] = json!({ "machine": machine, "figures": figures });
    std::fs::write(&path, serde_json::to_string_pretty(&all)? + "\n")?;

    let path = root.join("docs/performance.md");
    let text = std::fs::read_to_string(&path).context("docs/performance.md")?;
    let (begin, end) = (format!("<!-- {part}: written by `make bench` -->\n"), format!("<!-- end of {part} -->"));
    let (before, rest) =
        text.split_once(&begin).with_context(|| format!("docs/performance.md has no place for {part}"))?;
    let (_, after) = rest.split_once(&end).with_context(|| format!("docs/performance.md: {part} does not end"))?;
    let of = machine["summary"].as_str().unwrap_or_default();
    std::fs::write(&path, format!("{before}{begin}\n{table}\n\n{of}\n\n{end}{after}"))?;
    Ok(())
}

/// What it was measured on, and when.
fn machine() -> Value {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let after = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.split_once(':').map_or_else(String::new, |(_, value)| value.trim().to_owned())
    };
    let version = |program: &str, argument: &str| {
        let output = std::process::Command::new(program).arg(argument).output();
        output.map(|it| String::from_utf8_lossy(&it.stdout).trim().to_owned()).unwrap_or_default()
    };
    let processor = after(&read("/proc/cpuinfo"), "model name");
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let memory = after(&read("/proc/meminfo"), "MemTotal");
    let (rust, node) = (version("rustc", "--version"), version("node", "--version"));
    let date = clock::now().format("%F").to_string();
    let summary = format!("{date}, {cores} cores of {processor}, {rust}, Node {node}.");
    json!({
        "date": date, "processor": processor, "cores": cores, "memory": memory, "rust": rust, "node": node,
        "load": read("/proc/loadavg").trim(), "summary": summary,
    })
}
