//! `bench cost`: what a million texts that come in and a month without any cost at AWS, from the measured times and the prices
//! in `bench/prices.json`. The database is the same for all and left out.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::{calls::Figures, report};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Prices {
    source: String,
    lambda: Lambda,
    always_on: AlwaysOn,
    assumed: Assumed,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Lambda {
    per_million_requests: f64,
    per_gigabyte_second_arm: f64,
    smallest_megabytes: f64,
    /// The share of a processor grows with the memory; so much memory is one (AWS Lambda, "Configure function memory").
    megabytes_of_one_processor: f64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AlwaysOn {
    name: String,
    processor_hour: f64,
    processors: f64,
    gigabyte_hour: f64,
    gigabytes: f64,
    load_balancer_hour: f64,
    hours_of_month: f64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Assumed {
    round_trip_milliseconds: u64,
    cold_starts_per_million_texts: f64,
    memory_megabytes: BTreeMap<String, f64>,
    scheduled_invocations_per_month: f64,
    scheduled_milliseconds: f64,
}

/// US dollars.
#[derive(Serialize)]
struct Cost {
    way: String,
    /// Of a call, as it is billed.
    milliseconds: Option<f64>,
    per_million_texts: f64,
    per_idle_month: f64,
}

pub fn run(root: &Path, calls: &[Figures]) -> Result<()> {
    let text = fs::read_to_string(root.join("bench/prices.json")).context("bench/prices.json")?;
    let prices: Prices = serde_json::from_str(&text).context("bench/prices.json")?;
    let mut costs = Vec::new();
    for (function, megabytes) in &prices.assumed.memory_megabytes {
        let of = |it: &&Figures| {
            it.job == "receive-message"
                && it.function == function
                && it.round_trip == prices.assumed.round_trip_milliseconds
        };
        let Some(figures) = calls.iter().find(of) else { continue };
        costs.push(prices.of_function(figures, *megabytes));
    }
    costs.push(prices.of_server());
    report::keep(root, "cost", &costs, &table(&costs, &prices))
}

impl Prices {
    /// A call waits for Postgres as long as here, and works as much longer as its share of a processor is smaller.
    fn of_function(&self, figures: &Figures, megabytes: f64) -> Cost {
        let (lambda, assumed) = (&self.lambda, &self.assumed);
        let megabytes = megabytes.max(lambda.smallest_megabytes);
        let slower = (lambda.megabytes_of_one_processor / megabytes).max(1.0);
        let billed = |took: f64, processor: f64| ((took - processor).max(0.0) + processor * slower).ceil();
        let call = billed(figures.call.median, figures.processor);
        // While it starts, an instance has whole processors.
        let cold = figures.first_answer.median.ceil();
        let dollars = |milliseconds: f64| milliseconds / 1e3 * megabytes / 1024.0 * lambda.per_gigabyte_second_arm;
        let request = lambda.per_million_requests / 1e6;
        Cost {
            way: format!("{} on Lambda, {megabytes} MB", figures.function),
            milliseconds: Some(call),
            per_million_texts: 1e6 * (request + dollars(call)) + assumed.cold_starts_per_million_texts * dollars(cold),
            per_idle_month: assumed.scheduled_invocations_per_month
                * (request + dollars(assumed.scheduled_milliseconds)),
        }
    }

    fn of_server(&self) -> Cost {
        let it = &self.always_on;
        let hour = it.processor_hour * it.processors + it.gigabyte_hour * it.gigabytes + it.load_balancer_hour;
        let month = hour * it.hours_of_month;
        Cost { way: it.name.clone(), milliseconds: None, per_million_texts: 0.0, per_idle_month: month }
    }
}

fn table(costs: &[Cost], prices: &Prices) -> String {
    let mut lines = vec![
        "| | billed for a text | a million texts | a month without any |".to_owned(),
        "| --- | --- | --- | --- |".to_owned(),
    ];
    for it in costs {
        let billed = it.milliseconds.map_or_else(|| "–".to_owned(), |it| format!("{it:.0} ms"));
        lines.push(format!("| {} | {billed} | ${:.2} | ${:.2} |", it.way, it.per_million_texts, it.per_idle_month));
    }
    lines.push(String::new());
    lines.push(prices.source.clone());
    lines.join("\n")
}
