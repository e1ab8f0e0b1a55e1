//! Measurements that are made on purpose. Times on a machine that others use are worth little: compare ratios of one run.

mod calls;
mod choices;
mod cost;
mod dashboard;
mod data;
mod figures;
mod growth;
mod jobs;
mod report;
mod soak;
mod starts;
mod throughput;
mod world;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
struct Arguments {
    /// The checkout.
    #[arg(long, global = true, default_value = ".")]
    root: PathBuf,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Calls of five functions, each beside the same job on Node, and what they cost at AWS.
    Calls(calls::Arguments),
    /// The start of every function, and its size.
    Starts(starts::Arguments),
    /// Texts that come in, by many instances at the same time.
    Throughput(throughput::Arguments),
    /// The same calls on a small and on a large database.
    Growth(growth::Arguments),
    /// The same job with other libraries and settings.
    Choices(choices::Arguments),
    /// Ten minutes of traffic while Postgres and functions are killed. Wants `stack services`.
    Soak(soak::Arguments),
    /// The statements behind the analytics of a workspace with many messages. Wants `stack services`.
    Dashboard(dashboard::Arguments),
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let root = arguments.root.canonicalize()?;
    match arguments.what {
        What::Calls(arguments) => {
            let figures = calls::run(&root, &arguments).await?;
            cost::run(&root, &figures)
        }
        What::Starts(arguments) => starts::run(&root, &arguments).await,
        What::Throughput(arguments) => throughput::run(&root, &arguments).await,
        What::Growth(arguments) => growth::run(&root, &arguments).await,
        What::Choices(arguments) => choices::run(&root, &arguments).await,
        What::Soak(arguments) => soak::run(&root, &arguments).await,
        What::Dashboard(arguments) => dashboard::run(arguments).await,
    }
}

#[expect(clippy::print_stdout, reason = "this is what the program is for")]
fn say(line: &str) {
    println!("{line}");
}
