//! `bench soak`: mixed traffic through the whole stack for some minutes, while Postgres is killed and brought back and functions
//! are killed; afterwards the books of the carrier and ours are compared. Wants `stack services` for the queues.

mod books;
mod traffic;

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use clap::Args;
use serde::Serialize;
use serde_json::json;
use stack::{Options, PrivatePostgres, Stack};
use tokio::task::JoinSet;
use tokio_postgres::NoTls;
use uuid::Uuid;

use crate::{
    figures::{Spread, of},
    report, say,
};
use books::{Books, Verdict};
use traffic::{Action, Office};

#[derive(Args)]
pub struct Arguments {
    #[arg(long, default_value_t = 10)]
    pub minutes: u64,
    /// How many do something at the same time, one thing after the other.
    #[arg(long, default_value_t = 8)]
    pub workers: usize,
    /// Seconds between two disturbances.
    #[arg(long, default_value_t = 30)]
    pub disturb: u64,
}

/// What was seen in one minute.
#[derive(Serialize)]
struct Minute {
    at: u64,
    /// By action, in milliseconds.
    took: BTreeMap<&'static str, Spread>,
    /// Answered with 5xx or not at all, and tried again by whoever asked.
    refused: usize,
    /// Resident memory of all functions at its end, in megabytes, and how many processes these are.
    memory: f64,
    processes: usize,
}

#[derive(Serialize)]
struct Figures {
    workers: usize,
    disturbances: usize,
    minutes: Vec<Minute>,
    verdict: Verdict,
}

/// What the workers have seen.
#[derive(Default)]
struct Seen {
    took: Mutex<Vec<(u64, Action, f64)>>,
    refused: Mutex<Vec<u64>>,
}

pub async fn run(root: &Path, arguments: &Arguments) -> Result<()> {
    let mut postgres = PrivatePostgres::start(root).await?;
    tidy_early(&postgres.owner_url).await?;
    let stack = Arc::new(start(root, &postgres).await?);
    let office = Arc::new(Office::open(&stack.urls, &postgres.owner_url).await?);
    let books = Arc::new(Books::default());
    let (seen, over) = (Arc::new(Seen::default()), Arc::new(AtomicBool::new(false)));
    let began = Instant::now();
    let mut workers = JoinSet::new();
    for worker in 0..arguments.workers {
        let (office, books, seen, over) =
            (Arc::clone(&office), Arc::clone(&books), Arc::clone(&seen), Arc::clone(&over));
        workers.spawn(async move { work(worker, &office, &books, (&seen, began), &over).await });
    }
    let mut minutes = Vec::new();
    let mut disturbances = 0;
    for minute in 0..arguments.minutes {
        let end = began + Duration::from_secs(60 * (minute + 1));
        let pause = Duration::from_secs(arguments.disturb);
        // Between the full minutes, on which schedules run: otherwise the same ones would meet every disturbance.
        let mut at = began + Duration::from_secs(60 * minute) + pause / 2;
        while at < end {
            tokio::time::sleep_until(at.into()).await;
            disturb(&stack, &mut postgres, disturbances).await?;
            disturbances += 1;
            at += pause;
        }
        tokio::time::sleep_until(end.into()).await;
        minutes.push(note(minute, &seen, &stack)?);
    }
    over.store(true, Ordering::Relaxed);
    while let Some(done) = workers.join_next().await {
        done?;
    }
    let verdict = books.compare(&stack, &postgres.owner_url).await?;
    let figures = Figures { workers: arguments.workers, disturbances, minutes, verdict };
    Arc::into_inner(stack).context("nobody else has the stack")?.stop().await?;
    postgres.stop().await?;
    report::keep(root, "soak", &figures, &table(&figures))?;
    figures.verdict.is_clean()
}

/// Postgres looks for what to tidy up a minute after its start, and forgets at a crash what there was: killed twice a minute, it
/// never would.
async fn tidy_early(owner_url: &str) -> Result<()> {
    let (client, connection) = tokio_postgres::connect(owner_url, NoTls).await?;
    tokio::spawn(connection);
    client.batch_execute("ALTER SYSTEM SET autovacuum_naptime = '5s'").await?;
    client.batch_execute("SELECT pg_reload_conf()").await?;
    Ok(())
}

/// The stack as it is deployed, optimised, with its schedules; no plan's limits end the run.
async fn start(root: &Path, postgres: &PrivatePostgres) -> Result<Stack> {
    #[expect(clippy::disallowed_methods, reason = "given by `stack services`")]
    let aws = std::env::var("TEST_AWS_ENDPOINT_URL").context("start it by `stack services`")?;
    let name = format!("bench-{}", Uuid::new_v4().simple());
    let mut options = Options::new(root.to_owned(), &postgres.owner_url, &postgres.app_url, &aws, &name)?;
    options.binaries = root.join("target/release");
    options.schedules = true;
    options.visibility_timeout = Some(5);
    let plan =
        json!({ "messagesPerMinute": 1_000_000, "messagesPerDay": 100_000_000, "spendingPerDayCents": 100_000_000 });
    let business = json!({ "plans": { "professional": plan }, "messageBackFillAfterSeconds": 30 });
    options.parameters.insert("BusinessConfig".to_owned(), business.to_string());
    options.parameters.insert("ApiRequestsPerMinute".to_owned(), "10000000".to_owned());
    Stack::start(options).await
}

async fn work(worker: usize, office: &Office, books: &Books, (seen, began): (&Seen, Instant), over: &AtomicBool) {
    static TURN: AtomicUsize = AtomicUsize::new(0);
    while !over.load(Ordering::Relaxed) {
        let turn = TURN.fetch_add(1, Ordering::Relaxed);
        let action = Action::of(turn);
        let started = Instant::now();
        // Whoever is refused asks again, as a browser and a carrier do; a customer's text is the carrier's from here on.
        while let Err(refusal) = office.act(action, (worker, turn), books).await {
            tracing::debug!(%refusal, "asked again");
            lock(&seen.refused).push(began.elapsed().as_secs() / 60);
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        let took = started.elapsed().as_secs_f64() * 1e3;
        lock(&seen.took).push((began.elapsed().as_secs() / 60, action, took));
    }
}

/// Postgres is killed and comes back; so is a process of one function after the other.
async fn disturb(stack: &Stack, postgres: &mut PrivatePostgres, count: usize) -> Result<()> {
    const FUNCTIONS: [&str; 6] =
        ["receive-message", "send-message", "receive-message-status", "work-inbox", "list-conversations", "sweep"];
    let function = FUNCTIONS[count % FUNCTIONS.len()];
    if let Some(process) = stack.processes(function).first() {
        say(&format!("kill -9 a process of {function}"));
        // It may have ended by itself.
        let _ended = tokio::process::Command::new("kill").args(["-9", &process.to_string()]).status().await?;
    }
    say("kill -9 Postgres");
    postgres.kill().await?;
    postgres.start_again().await
}

fn note(minute: u64, seen: &Seen, stack: &Stack) -> Result<Minute> {
    let mut by_action: BTreeMap<&'static str, Vec<f64>> = BTreeMap::new();
    for (_, action, took) in lock(&seen.took).iter().filter(|(at, ..)| *at == minute) {
        by_action.entry(action.name()).or_default().push(*took);
    }
    let refused = lock(&seen.refused).iter().filter(|at| **at == minute).count();
    let (mut memory, mut processes) = (0.0, 0);
    for function in ["receive-message", "send-message", "receive-message-status", "work-inbox", "list-conversations"] {
        for process in stack.processes(function) {
            let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
            let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0 kB");
            let kilobytes: u32 = line.trim().trim_end_matches(" kB").parse()?;
            memory += f64::from(kilobytes) / 1024.0;
            processes += 1;
        }
    }
    let took: BTreeMap<_, _> = by_action.iter().map(|(name, times)| (*name, of(times))).collect();
    say(&format!("minute {}: {took:?}, {refused} refused, {memory:.0} MB", minute + 1));
    Ok(Minute { at: minute + 1, took, refused, memory, processes })
}

fn table(figures: &Figures) -> String {
    let mut lines = vec![
        "| minute | texts in | p50 | p99 | texts out | p50 | p99 | lists | p50 | p99 | asked again | memory |"
            .to_owned(),
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |".to_owned(),
    ];
    for it in &figures.minutes {
        let cells = [Action::TextIn, Action::TextOut, Action::List].map(|action| {
            let none = of(&[]);
            let took = it.took.get(action.name()).unwrap_or(&none);
            format!("{} | {:.0} ms | {:.0} ms", took.count, took.median, took.p99)
        });
        let memory = format!("{:.1} MB in {}", it.memory, it.processes);
        lines.push(format!("| {} | {} | {} | {memory} |", it.at, cells.join(" | "), it.refused));
    }
    lines.push(String::new());
    lines.push(figures.verdict.to_string());
    lines.join("\n")
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
