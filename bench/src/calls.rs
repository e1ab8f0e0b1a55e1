//! `bench calls`: what a call costs, by our function and by the same job on Node, and what a function costs that does nothing. All
//! in one run and in turn, so that whatever else the machine does falls on each of them.

use std::{collections::BTreeMap, path::Path, time::Duration};

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde::Serialize;

use crate::{
    figures::{Spread, of},
    jobs::{Job, Requests},
    report, say,
    world::{Instance, Start, World},
};

#[derive(Args)]
pub struct Arguments {
    /// How often each function is started.
    #[arg(long, default_value_t = 40)]
    pub starts: usize,
    /// How many calls each function gets, one after the other, at each distance.
    #[arg(long, default_value_t = 1000)]
    pub calls: usize,
    /// Round trips to Postgres, in milliseconds, that are added.
    #[arg(long = "round-trip", default_values = ["0", "1", "5"])]
    pub round_trips: Vec<u64>,
}

/// Calls that an instance gets before it is measured, and at a time.
const AT_ONCE: usize = 50;

/// One of those that are compared.
#[derive(Default)]
struct Contestant {
    name: &'static str,
    command: Vec<String>,
    /// The role of the database that it comes as, unless it is the functions' own.
    user: Option<&'static str>,
    /// Whether there is a pooler before Postgres.
    pooled: bool,
}

/// What was measured of a function at one distance. Times in milliseconds.
#[derive(Serialize)]
pub struct Figures {
    pub job: &'static str,
    pub function: &'static str,
    pub round_trip: u64,
    /// From the start of the process until it asks for its first event.
    pub ready: Spread,
    /// From the start of the process to its first answer.
    pub first_answer: Spread,
    /// Processor time until then.
    pub first_processor: Spread,
    pub call: Spread,
    /// Processor time of a call.
    pub processor: f64,
    /// Peak of resident memory, in megabytes.
    pub memory: f64,
}

pub async fn run(root: &Path, arguments: &Arguments) -> Result<Vec<Figures>> {
    let world = World::start(root).await?;
    let mut requests = Requests::prepare(&world, 20_000).await?;
    let mut figures = Vec::new();
    for &round_trip in &arguments.round_trips {
        for job in Job::ALL {
            say(&format!("{} with a round trip to Postgres of + {round_trip} ms", job.name()));
            let mut compared = Vec::new();
            for contestant in contestants(root, job)? {
                let port = world.away(Duration::from_millis(round_trip), contestant.pooled)?;
                let settings = world.settings(port, contestant.user)?;
                compared.push(Compared { contestant, settings, ..Compared::default() });
            }
            cold(&mut compared, &mut requests, job, arguments.starts).await?;
            warm(&mut compared, &mut requests, job, arguments.calls).await?;
            figures.extend(compared.into_iter().map(|it| it.figures(job, round_trip)));
        }
    }
    requests.check().await?;
    world.stop().await?;
    report::keep(root, "calls", &figures, &table(&figures))?;
    Ok(figures)
}

#[derive(Default)]
struct Compared {
    contestant: Contestant,
    settings: BTreeMap<&'static str, String>,
    ready: Vec<f64>,
    first_answer: Vec<f64>,
    first_processor: Vec<f64>,
    calls: Vec<f64>,
    processor: f64,
    memory: f64,
}

impl Compared {
    async fn start(&self, requests: &mut Requests, job: Job) -> Result<(Instance, Start)> {
        let event = (requests.event(job, self.contestant.counts()).await?, job.expected());
        let started = Instance::start(&self.contestant.command, &self.settings, event).await;
        started.with_context(|| format!("{} of {}", job.name(), self.contestant.name))
    }

    fn figures(self, job: Job, round_trip: u64) -> Figures {
        Figures {
            job: job.name(),
            function: self.contestant.name,
            round_trip,
            ready: of(&self.ready),
            first_answer: of(&self.first_answer),
            first_processor: of(&self.first_processor),
            call: of(&self.calls),
            processor: self.processor,
            memory: self.memory,
        }
    }
}

impl Contestant {
    /// Whether it does the job.
    fn counts(&self) -> bool {
        self.name != NOTHING
    }
}

const OURS: &str = "Switchboard";
const NOTHING: &str = "does nothing";

/// New instances, one of each function after the other.
async fn cold(compared: &mut [Compared], requests: &mut Requests, job: Job, starts: usize) -> Result<()> {
    for _ in 0..starts {
        for it in &mut *compared {
            let (instance, start) = it.start(requests, job).await?;
            it.ready.push(start.ready.as_secs_f64() * 1e3);
            it.first_answer.push(start.answered.as_secs_f64() * 1e3);
            it.first_processor.push(instance.used()?.processor.as_secs_f64() * 1e3);
            instance.stop().await?;
        }
    }
    Ok(())
}

/// One instance of each function, some calls each in turn.
async fn warm(compared: &mut [Compared], requests: &mut Requests, job: Job, count: usize) -> Result<()> {
    let mut instances = Vec::new();
    for it in &*compared {
        requests.clear_limits().await?;
        let (mut instance, _) = it.start(requests, job).await?;
        for _ in 0..AT_ONCE {
            instance.call(requests.event(job, it.contestant.counts()).await?).await?;
        }
        let before = instance.used()?.processor;
        instances.push((instance, before));
    }
    for _ in 0..count.div_ceil(AT_ONCE) {
        for (it, (instance, _)) in compared.iter_mut().zip(&mut instances) {
            requests.clear_limits().await?;
            for _ in 0..AT_ONCE {
                let event = requests.event(job, it.contestant.counts()).await?;
                let time = instance.call(event).await.with_context(|| it.contestant.name)?;
                it.calls.push(time.as_secs_f64() * 1e3);
            }
        }
    }
    for (it, (instance, before)) in compared.iter_mut().zip(instances) {
        let used = instance.used()?;
        it.processor = (used.processor.saturating_sub(before) / u32::try_from(it.calls.len())?).as_secs_f64() * 1e3;
        it.memory = f64::from(u32::try_from(used.peak_memory / 1024)?) / 1024.0;
        instance.stop().await?;
    }
    Ok(())
}

/// Ours, Node's, and for the first job ours behind a pooler and the function that does nothing.
fn contestants(root: &Path, job: Job) -> Result<Vec<Contestant>> {
    let program = |name: &str| -> Result<Vec<String>> {
        let path = root.join("target/release").join(name);
        ensure!(path.exists(), "{} is not there: cargo build --release -p {name}", path.display());
        Ok(vec![path.display().to_string()])
    };
    let bundle = root.join("bench/baseline-node/dist").join(format!("{}.cjs", job.name()));
    ensure!(bundle.exists(), "{} is not there: npm ci && npm run build in bench/baseline-node", bundle.display());
    let mut all = vec![
        Contestant { name: OURS, command: program(job.name())?, user: None, pooled: false },
        Contestant {
            name: "Node",
            command: vec!["node".to_owned(), bundle.display().to_string()],
            user: Some("bench_node"),
            pooled: false,
        },
    ];
    if job == Job::ReceiveMessage {
        let ours = program(job.name())?;
        all.push(Contestant { name: "Switchboard, pooled", command: ours, user: None, pooled: true });
        all.push(Contestant { name: NOTHING, command: program("nothing")?, user: None, pooled: false });
    }
    Ok(all)
}

fn table(figures: &[Figures]) -> String {
    let mut lines = vec![
        "| job | round trip | function | asks for work | first answer (middle half) | processor until then | warm p50 | p99 | \
         processor a call | peak memory |"
            .to_owned(),
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |".to_owned(),
    ];
    for it in figures {
        lines.push(format!(
            "| {} | + {} ms | {} | {:.1} ms | {:.1} ms ({:.1} to {:.1}) | {:.1} ms | {:.2} ms | {:.2} ms | {:.2} ms | {:.1} MB |",
            it.job,
            it.round_trip,
            it.function,
            it.ready.median,
            it.first_answer.median,
            it.first_answer.low,
            it.first_answer.high,
            it.first_processor.median,
            it.call.median,
            it.call.p99,
            it.processor,
            it.memory,
        ));
    }
    lines.push(String::new());
    lines.push("As parts of Node's, in the same run:".to_owned());
    lines.push(String::new());
    lines.push("| job | round trip | first answer | warm p50 | processor a call | peak memory |".to_owned());
    lines.push("| --- | --- | --- | --- | --- | --- |".to_owned());
    for ours in figures.iter().filter(|it| it.function == OURS) {
        let same = |it: &&Figures| it.job == ours.job && it.round_trip == ours.round_trip && it.function == "Node";
        let Some(node) = figures.iter().find(same) else { continue };
        lines.push(format!(
            "| {} | + {} ms | {:.2} | {:.2} | {:.3} | {:.2} |",
            ours.job,
            ours.round_trip,
            ours.first_answer.median / node.first_answer.median,
            ours.call.median / node.call.median,
            ours.processor / node.processor,
            ours.memory / node.memory,
        ));
    }
    lines.join("\n")
}
