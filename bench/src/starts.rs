//! `bench starts`: how long each function takes to start, and how large it is.

use std::{fs, io::Write, path::Path};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use flate2::{Compression, write::DeflateEncoder};
use serde::Serialize;
use serde_json::Value;

use crate::{
    data,
    figures::{Spread, of},
    report, say,
    world::{Instance, World},
};

#[derive(Args)]
pub struct Arguments {
    /// How often each function is started.
    #[arg(long = "each", default_value_t = 15)]
    pub starts: usize,
    /// Only this one, or these; all of them by default.
    #[arg(long = "function")]
    pub functions: Vec<String>,
}

/// Times in milliseconds.
#[derive(Serialize)]
struct Figures {
    function: String,
    ready: Spread,
    /// Until it has answered one of its `events/`, which may be a refusal.
    first_answer: Spread,
    /// Peak of resident memory, in megabytes.
    memory: f64,
    bytes: usize,
    /// As it is uploaded.
    zipped_bytes: usize,
}

pub async fn run(root: &Path, arguments: &Arguments) -> Result<()> {
    let world = World::start(root).await?;
    data::prepare(&world.database.owner().await?).await?;
    let mut figures = Vec::new();
    for function in wanted(functions(root)?, &arguments.functions)? {
        say(&format!("{function} starts"));
        figures.push(measure(root, &world, &function, arguments.starts).await?);
    }
    world.stop().await?;
    report::keep(root, "starts", &figures, &table(&figures))
}

async fn measure(root: &Path, world: &World, function: &str, starts: usize) -> Result<Figures> {
    let program = root.join("target/release").join(function);
    ensure!(program.exists(), "{} is not there: cargo build --release", program.display());
    let command = [program.display().to_string()];
    let settings = world.settings(world.database.port()?, None)?;
    let event = first_event(&root.join("events").join(function))?;
    let (mut ready, mut first_answer, mut memory) = (Vec::new(), Vec::new(), 0.0_f64);
    for _ in 0..starts {
        let (instance, start) = Instance::start(&command, &settings, (event.clone(), &[])).await?;
        ready.push(start.ready.as_secs_f64() * 1e3);
        first_answer.push(start.answered.as_secs_f64() * 1e3);
        memory = memory.max(f64::from(u32::try_from(instance.used()?.peak_memory / 1024)?) / 1024.0);
        instance.stop().await?;
    }
    let binary = fs::read(&program)?;
    let mut zip = DeflateEncoder::new(Vec::new(), Compression::best());
    zip.write_all(&binary)?;
    Ok(Figures {
        function: function.to_owned(),
        ready: of(&ready),
        first_answer: of(&first_answer),
        memory,
        bytes: binary.len(),
        zipped_bytes: zip.finish()?.len(),
    })
}

fn wanted(all: Vec<String>, some: &[String]) -> Result<Vec<String>> {
    if let Some(unknown) = some.iter().find(|name| !all.contains(name)) {
        bail!("{unknown} is no function that can be measured");
    }
    Ok(if some.is_empty() { all } else { some.to_vec() })
}

fn functions(root: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(root.join("functions"))? {
        let entry = entry?;
        // The migration runs at a deployment, as the owner, and starts for nobody who waits.
        if entry.path().join("Cargo.toml").exists() && entry.file_name() != "migrate" {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

fn first_event(directory: &Path) -> Result<String> {
    let mut paths: Vec<_> = fs::read_dir(directory)
        .with_context(|| directory.display().to_string())?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    paths.sort();
    let text = fs::read_to_string(paths.first().context("an event")?)?;
    Ok(serde_json::from_str::<Value>(&text)?.to_string())
}

fn table(figures: &[Figures]) -> String {
    let mut lines = vec![
        "| function | asks for work | first answer (middle half) | peak memory | program | zipped |".to_owned(),
        "| --- | --- | --- | --- | --- | --- |".to_owned(),
    ];
    let megabytes = |bytes: usize| format!("{:.2} MB", f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / 1e6);
    for it in figures {
        lines.push(format!(
            "| {} | {:.1} ms | {:.1} ms ({:.1} to {:.1}) | {:.1} MB | {} | {} |",
            it.function,
            it.ready.median,
            it.first_answer.median,
            it.first_answer.low,
            it.first_answer.high,
            it.memory,
            megabytes(it.bytes),
            megabytes(it.zipped_bytes),
        ));
    }
    lines.join("\n")
}
