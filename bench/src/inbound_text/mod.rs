//! `bench inbound-text`: what one text costs, by our function, by the same job on Node, and by a function that does nothing,
//! all in one run and in turn, so that whatever else the machine does falls on each of them.

mod database;
mod distance;
mod instance;
mod text;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::say;
use database::{Database, NUMBER};
use instance::Instance;

#[derive(Args)]
pub struct Arguments {
    /// The checkout.
    #[arg(long, default_value = ".")]
    root: PathBuf,
    /// How often each function is started.
    #[arg(long, default_value_t = 40)]
    starts: usize,
    /// How many texts each function gets, one after the other, at each distance.
    #[arg(long, default_value_t = 1000)]
    texts: usize,
    /// Round trips to Postgres, in milliseconds, that are added.
    #[arg(long = "round-trip", default_values = ["0", "1", "5"])]
    round_trips: Vec<u64>,
}

/// One of those that are compared.
struct Function {
    name: &'static str,
    command: Vec<String>,
    /// The role of the database that it comes as, unless it is the functions' own.
    user: Option<&'static str>,
    stores: bool,
}

/// What was measured of a function at one distance. Times in milliseconds.
#[derive(Default)]
struct Figures {
    ready: Vec<f64>,
    answered: Vec<f64>,
    calls: Vec<f64>,
    processor: f64,
    megabytes: f64,
}

/// Texts that an instance gets before it is measured, and at a time.
const WARM_UP: usize = 50;

pub async fn run(arguments: Arguments) -> Result<()> {
    let root = arguments.root.canonicalize()?;
    let functions = functions(&root)?;
    let database = Database::start(&root).await?;
    let mut texts = Texts::default();
    for &milliseconds in &arguments.round_trips {
        let port = distance::relay(database.address()?, Duration::from_millis(milliseconds))?;
        let mut compared = Vec::new();
        for function in &functions {
            let environment = environment(&database, function, port)?;
            compared.push(Compared { function, environment, figures: Figures::default() });
        }
        cold(&mut compared, &mut texts, arguments.starts).await?;
        warm(&mut compared, &mut texts, arguments.texts).await?;
        ensure!(
            database.stored().await? == texts.stored,
            "{} texts were stored, not {}",
            database.stored().await?,
            texts.stored
        );
        report(milliseconds, &compared);
    }
    database.postgres.stop().await
}

struct Compared<'a> {
    function: &'a Function,
    environment: Vec<(&'static str, String)>,
    figures: Figures,
}

impl Compared<'_> {
    async fn start(&self, texts: &mut Texts) -> Result<(Instance, instance::Start)> {
        let event = texts.next(self.function.stores);
        let started = Instance::start(&self.function.command, &self.environment, event).await;
        started.with_context(|| self.function.name)
    }
}

/// New instances, one of each function after the other, each for one text of a customer who is new.
async fn cold(compared: &mut [Compared<'_>], texts: &mut Texts, starts: usize) -> Result<()> {
    for _ in 0..starts {
        for it in &mut *compared {
            let (instance, start) = it.start(texts).await?;
            it.figures.ready.push(start.ready.as_secs_f64() * 1e3);
            it.figures.answered.push(start.answered.as_secs_f64() * 1e3);
            instance.stop().await?;
        }
    }
    Ok(())
}

/// One instance of each function, some texts each in turn.
async fn warm(compared: &mut [Compared<'_>], texts: &mut Texts, count: usize) -> Result<()> {
    let mut instances = Vec::new();
    for it in &*compared {
        let (mut instance, _) = it.start(texts).await?;
        for _ in 0..WARM_UP {
            instance.call(texts.next(it.function.stores)).await?;
        }
        let before = instance.used()?.processor;
        instances.push((instance, before));
    }
    for _ in 0..count.div_ceil(WARM_UP) {
        for (it, (instance, _)) in compared.iter_mut().zip(&mut instances) {
            for _ in 0..WARM_UP {
                let time = instance.call(texts.next(it.function.stores)).await.with_context(|| it.function.name)?;
                it.figures.calls.push(time.as_secs_f64() * 1e3);
            }
        }
    }
    for (it, (instance, before)) in compared.iter_mut().zip(instances) {
        let used = instance.used()?;
        let calls = u32::try_from(it.figures.calls.len())?;
        it.figures.processor = (used.processor.saturating_sub(before) / calls).as_secs_f64() * 1e3;
        it.figures.megabytes = f64::from(u32::try_from(used.peak_memory / 1024)?) / 1024.0;
        instance.stop().await?;
    }
    Ok(())
}

/// Makes texts, each of another customer of ten thousand, and counts those that are to be in the database.
#[derive(Default)]
struct Texts {
    made: u64,
    stored: i64,
}

impl Texts {
    fn next(&mut self, is_stored: bool) -> String {
        self.made += 1;
        self.stored += i64::from(is_stored);
        text::event(&format!("bench-{}", self.made), &format!("+1405555{:04}", self.made % 10_000), NUMBER)
    }
}

fn functions(root: &Path) -> Result<Vec<Function>> {
    let program = |name: &str| -> Result<String> {
        let path = root.join("target/release").join(name);
        ensure!(path.exists(), "{} is not there: cargo build --release -p {name}", path.display());
        Ok(path.display().to_string())
    };
    let bundle = root.join("bench/baseline-node/dist/main.cjs");
    ensure!(bundle.exists(), "{} is not there: npm ci && npm run build in bench/baseline-node", bundle.display());
    let node = vec!["node".to_owned(), bundle.display().to_string()];
    Ok(vec![
        Function { name: "nothing", command: vec![program("nothing")?], user: None, stores: false },
        Function { name: "receive-message", command: vec![program("receive-message")?], user: None, stores: true },
        Function { name: "Node", command: node, user: Some("bench_node"), stores: true },
    ])
}

fn environment(database: &Database, function: &Function, port: u16) -> Result<Vec<(&'static str, String)>> {
    let url = database.url(function.user, port)?;
    // Ours takes the roots below the URL, Node's from a setting.
    let url = if function.user.is_none() { format!("{url}?sslmode=verify-full\n{}", database.roots) } else { url };
    let queue = || "https://sqs.us-east-1.amazonaws.com/123456789012/bench".to_owned();
    #[expect(clippy::disallowed_methods, reason = "where node is found")]
    let path = std::env::var("PATH").unwrap_or_default();
    Ok(vec![
        ("PATH", path),
        ("AWS_LAMBDA_FUNCTION_NAME", "bench".to_owned()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256".to_owned()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "bench".to_owned()),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "bench".to_owned()),
        ("AWS_REGION", "us-east-1".to_owned()),
        ("RUST_LOG", "info".to_owned()),
        ("METRICS_NAMESPACE", "Bench".to_owned()),
        ("DATABASE_URL", url),
        ("DATABASE_ROOTS", database.roots.clone()),
        ("INBOX_QUEUE_URL", queue()),
        ("MEDIA_QUEUE_URL", queue()),
        ("WEBHOOK_QUEUE_URL", queue()),
        ("MESSAGE_WEBHOOK_URL", text::WEBHOOK_URL.to_owned()),
        ("SIGNALWIRE_SIGNING_KEY", text::SIGNING_KEY.to_owned()),
        ("SIGNALWIRE_PHONE_NUMBER", "+14052010100".to_owned()),
    ])
}

/// A table, and each time as a part of Node's.
fn report(round_trip: u64, compared: &[Compared<'_>]) {
    say(&format!("\nRound trip to Postgres + {round_trip} ms\n"));
    say(
        "| function | asks, ms | first answer, ms (middle half) | warm p50, ms | p99, ms | processor a call, ms | peak, MB |",
    );
    say("| --- | --- | --- | --- | --- | --- | --- |");
    for Compared { function, figures, .. } in compared {
        say(&format!(
            "| {} | {:.1} | {:.1} ({:.1} to {:.1}) | {:.2} | {:.2} | {:.2} | {:.1} |",
            function.name,
            at(&figures.ready, 0.5),
            at(&figures.answered, 0.5),
            at(&figures.answered, 0.25),
            at(&figures.answered, 0.75),
            at(&figures.calls, 0.5),
            at(&figures.calls, 0.99),
            figures.processor,
            figures.megabytes,
        ));
    }
    if let [nothing, ours, node] = compared {
        let (nothing, ours, node) = (&nothing.figures, &ours.figures, &node.figures);
        let first = at(&ours.answered, 0.5);
        say(&format!(
            "\nOurs: first answer {:.1} x nothing's and {:.2} x Node's; processor {:.2} x, warm p50 {:.2} x, memory {:.2} x Node's",
            first / at(&nothing.answered, 0.5),
            first / at(&node.answered, 0.5),
            ours.processor / node.processor,
            at(&ours.calls, 0.5) / at(&node.calls, 0.5),
            ours.megabytes / node.megabytes,
        ));
    }
}

/// A quantile of what was measured, the nearest one.
fn at(values: &[f64], quantile: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index"
    )]
    let index = ((sorted.len().saturating_sub(1)) as f64 * quantile).round() as usize;
    sorted.get(index).copied().unwrap_or(f64::NAN)
}
