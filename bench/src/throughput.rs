//! `bench throughput`: how many texts come in a second when many instances share one Postgres, and what they cost of it.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use clap::Args;
use serde::Serialize;
use tokio::{sync::Mutex, task::JoinSet};
use tokio_postgres::Client;

use crate::{
    figures::{Spread, of},
    jobs::{Job, Requests},
    report, say,
    world::{Instance, World, used_by},
};

#[derive(Args)]
pub struct Arguments {
    /// How many instances call at the same time, for each step.
    #[arg(long = "instances", default_values = ["1", "2", "4", "8", "16", "32"])]
    pub instances: Vec<usize>,
    /// How long each step takes.
    #[arg(long, default_value_t = 8)]
    pub seconds: u64,
}

#[derive(Serialize)]
struct Step {
    instances: usize,
    per_second: f64,
    /// Milliseconds.
    call: Spread,
    /// Processor time of a call in the functions and in Postgres, in milliseconds.
    functions: f64,
    postgres: f64,
    /// Calls in a second of processor time, of both.
    per_core: f64,
}

pub async fn run(root: &Path, arguments: &Arguments) -> Result<()> {
    let world = World::start(root).await?;
    let requests = Arc::new(Mutex::new(Requests::prepare(&world, 20_000).await?));
    let owner = world.database.owner().await?;
    let mut steps = Vec::new();
    for &instances in &arguments.instances {
        say(&format!("{instances} instances"));
        steps.push(step(root, &world, &requests, (&owner, instances, Duration::from_secs(arguments.seconds))).await?);
    }
    requests.lock().await.check().await?;
    world.stop().await?;
    report::keep(root, "throughput", &steps, &table(&steps))
}

async fn step(
    root: &Path,
    world: &World,
    requests: &Arc<Mutex<Requests>>,
    (owner, count, duration): (&Client, usize, Duration),
) -> Result<Step> {
    let command = [root.join("target/release/receive-message").display().to_string()];
    let settings = world.settings(world.database.port()?, None)?;
    let mut instances = Vec::new();
    for _ in 0..count {
        let event = requests.lock().await.event(Job::ReceiveMessage, true).await?;
        let (mut instance, _) = Instance::start(&command, &settings, (event, Job::ReceiveMessage.expected())).await?;
        for _ in 0..10 {
            let event = requests.lock().await.event(Job::ReceiveMessage, true).await?;
            instance.call(event).await?;
        }
        instances.push(instance);
    }
    let functions_before = used_by_all(&instances)?;
    let postgres_before = postgres(owner).await?;
    let end = Instant::now() + duration;
    let mut running = JoinSet::new();
    for instance in instances {
        running.spawn(call_until(end, instance, Arc::clone(requests)));
    }
    let (mut calls, mut instances) = (Vec::new(), Vec::new());
    while let Some(done) = running.join_next().await {
        let (instance, times) = done??;
        instances.push(instance);
        calls.extend(times);
    }
    let functions = used_by_all(&instances)?.saturating_sub(functions_before);
    let of_postgres: Duration = postgres(owner)
        .await?
        .into_iter()
        .map(|(process, used)| used.saturating_sub(postgres_before.get(&process).copied().unwrap_or_default()))
        .sum();
    for instance in instances {
        instance.stop().await?;
    }
    let count_of_calls = f64::from(u32::try_from(calls.len())?);
    let each = |used: Duration| used.as_secs_f64() * 1e3 / count_of_calls;
    Ok(Step {
        instances: count,
        per_second: count_of_calls / duration.as_secs_f64(),
        call: of(&calls),
        functions: each(functions),
        postgres: each(of_postgres),
        per_core: 1e3 / (each(functions) + each(of_postgres)),
    })
}

async fn call_until(
    end: Instant,
    mut instance: Instance,
    requests: Arc<Mutex<Requests>>,
) -> Result<(Instance, Vec<f64>)> {
    let mut times = Vec::new();
    while Instant::now() < end {
        let event = requests.lock().await.event(Job::ReceiveMessage, true).await?;
        times.push(instance.call(event).await?.as_secs_f64() * 1e3);
    }
    Ok((instance, times))
}

fn used_by_all(instances: &[Instance]) -> Result<Duration> {
    instances.iter().map(|instance| Ok(instance.used()?.processor)).sum()
}

/// Processor time of each process of Postgres.
async fn postgres(owner: &Client) -> Result<BTreeMap<i32, Duration>> {
    let rows = owner.query("SELECT pid FROM pg_stat_activity", &[]).await?;
    let mut used = BTreeMap::new();
    for row in rows {
        let process: i32 = row.get(0);
        // One may have ended since.
        if let Ok(it) = used_by(u32::try_from(process).context("a process")?) {
            used.insert(process, it.processor);
        }
    }
    Ok(used)
}

fn table(steps: &[Step]) -> String {
    let mut lines = vec![
        "| instances | texts a second | p50 | p99 | processor a text: function | Postgres | texts a second of one core |"
            .to_owned(),
        "| --- | --- | --- | --- | --- | --- | --- |".to_owned(),
    ];
    for it in steps {
        lines.push(format!(
            "| {} | {:.0} | {:.2} ms | {:.2} ms | {:.2} ms | {:.2} ms | {:.0} |",
            it.instances, it.per_second, it.call.median, it.call.p99, it.functions, it.postgres, it.per_core,
        ));
    }
    lines.join("\n")
}
