//! `bench choices`: the same job with what one gets without choosing, one choice at a time. Builds `bench/choices` itself.

use std::{collections::BTreeMap, fs, io::Write, path::Path, time::Duration};

use anyhow::{Result, ensure};
use clap::Args;
use flate2::{Compression, write::DeflateEncoder};
use serde::Serialize;

use crate::{
    figures::{Spread, of},
    jobs::{Job, Requests},
    report, say,
    world::{Instance, World},
};

#[derive(Args)]
pub struct Arguments {
    /// How often each is started, and called.
    #[arg(long, default_value_t = 40)]
    pub starts: usize,
    #[arg(long, default_value_t = 500)]
    pub calls: usize,
}

/// The features of `bench/choices`, and what they say.
const CHOICES: [(&str, &str); 7] = [
    ("", "as the product: ring, compiled-in roots, one thread, no SDK, one statement, connected at start"),
    ("aws-lc", "aws-lc instead of ring"),
    ("native-roots", "the system's root certificates"),
    ("multi-thread", "a runtime with a thread for each core"),
    ("sdk-at-start", "a client of the AWS SDK at start"),
    ("one-after-the-other", "one query after the other"),
    ("every-default", "all of these"),
];

/// Times in milliseconds.
#[derive(Serialize)]
struct Figures {
    choice: &'static str,
    first_answer: Spread,
    first_processor: Spread,
    call: Spread,
    processor: f64,
    memory: f64,
    zipped_bytes: usize,
}

pub async fn run(root: &Path, arguments: &Arguments) -> Result<()> {
    let programs = root.join("target/choices");
    fs::create_dir_all(&programs)?;
    for (feature, _) in CHOICES {
        build(root, feature, &programs)?;
    }
    let world = World::start(root).await?;
    let mut requests = Requests::prepare(&world, 20_000).await?;
    let settings = world.settings(world.away(Duration::from_millis(1), false)?, None)?;
    let mut figures = Vec::new();
    let mut started: BTreeMap<&str, (Vec<f64>, Vec<f64>)> = BTreeMap::new();
    for _ in 0..arguments.starts {
        for (feature, _) in CHOICES {
            let event = requests.event(Job::ReceiveMessage, true).await?;
            let command = [programs.join(name(feature)).display().to_string()];
            let (instance, start) = Instance::start(&command, &settings, (event, &[200])).await?;
            let (answers, processor) = started.entry(feature).or_default();
            answers.push(start.answered.as_secs_f64() * 1e3);
            processor.push(instance.used()?.processor.as_secs_f64() * 1e3);
            instance.stop().await?;
        }
    }
    for (feature, choice) in CHOICES {
        say(choice);
        let program = programs.join(name(feature));
        let command = [program.display().to_string()];
        let event = requests.event(Job::ReceiveMessage, true).await?;
        let (mut instance, _) = Instance::start(&command, &settings, (event, &[200])).await?;
        let before = instance.used()?.processor;
        let mut calls = Vec::new();
        for _ in 0..arguments.calls {
            let event = requests.event(Job::ReceiveMessage, true).await?;
            calls.push(instance.call(event).await?.as_secs_f64() * 1e3);
        }
        let used = instance.used()?;
        instance.stop().await?;
        let mut zip = DeflateEncoder::new(Vec::new(), Compression::best());
        zip.write_all(&fs::read(&program)?)?;
        let (answers, processor) = &started[feature];
        figures.push(Figures {
            choice,
            first_answer: of(answers),
            first_processor: of(processor),
            call: of(&calls),
            processor: used.processor.saturating_sub(before).as_secs_f64() * 1e3
                / f64::from(u32::try_from(calls.len())?),
            memory: f64::from(u32::try_from(used.peak_memory / 1024)?) / 1024.0,
            zipped_bytes: zip.finish()?.len(),
        });
    }
    requests.check().await?;
    world.stop().await?;
    report::keep(root, "choices", &figures, &table(&figures))
}

fn name(feature: &str) -> &str {
    if feature.is_empty() { "as-the-product" } else { feature }
}

fn build(root: &Path, feature: &str, programs: &Path) -> Result<()> {
    say(&format!("building {}", name(feature)));
    let target = programs.join("target");
    let mut cargo = std::process::Command::new("cargo");
    cargo.args(["build", "--release", "--locked", "--quiet", "--features", feature]);
    cargo.arg("--target-dir").arg(&target).current_dir(root.join("bench/choices"));
    ensure!(cargo.status()?.success(), "bench/choices cannot be built with {feature:?}");
    fs::copy(target.join("release/choices"), programs.join(name(feature)))?;
    Ok(())
}

fn table(figures: &[Figures]) -> String {
    let mut lines = vec![
        "| choice | first answer (middle half) | processor until then | warm p50, + 1 ms | processor a call | peak memory | zipped |"
            .to_owned(),
        "| --- | --- | --- | --- | --- | --- | --- |".to_owned(),
    ];
    for it in figures {
        lines.push(format!(
            "| {} | {:.1} ms ({:.1} to {:.1}) | {:.1} ms | {:.2} ms | {:.2} ms | {:.1} MB | {:.2} MB |",
            it.choice,
            it.first_answer.median,
            it.first_answer.low,
            it.first_answer.high,
            it.first_processor.median,
            it.call.median,
            it.processor,
            it.memory,
            f64::from(u32::try_from(it.zipped_bytes).unwrap_or(u32::MAX)) / 1e6,
        ));
    }
    lines.join("\n")
}
