//! The command line of the local stack.

#![expect(clippy::print_stderr, reason = "a command line tool reports its errors on the console")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use stack::services::Extent;

/// Runs Switchboard on this machine.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start everything; Ctrl-C stops it.
    Up,
    /// Forget the local database, the simulators' state and the logs.
    Reset,
    /// Run a command beside a whole stack of its own, on free ports and with a throw-away database.
    Run {
        /// The command and its arguments. `STACK_URLS` names a file that says where everything is.
        #[arg(last = true, required = true)]
        command: Vec<String>,
    },
    /// Run a command with a throw-away Postgres and an SQS server, for tests.
    Services {
        /// The command and its arguments.
        #[arg(last = true, required = true)]
        command: Vec<String>,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_max_level(tracing::Level::WARN).with_writer(std::io::stderr).init();
    match run(Cli::parse().command).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<ExitCode> {
    let root = checkout()?;
    match command {
        Command::Up => stack::up::run(&root).await.map(|()| ExitCode::SUCCESS),
        Command::Reset => stack::up::reset(&root).await.map(|()| ExitCode::SUCCESS),
        Command::Run { command } => stack::services::run(&root, &command, Extent::WholeStack).await,
        Command::Services { command } => stack::services::run(&root, &command, Extent::Services).await,
    }
}

/// The directory with the template, from here upwards.
fn checkout() -> Result<PathBuf> {
    let here = std::env::current_dir()?;
    let found = here.ancestors().find(|directory| directory.join("template.yaml").is_file());
    found.map(Path::to_owned).context("there is no template.yaml here or above; run this inside the checkout")
}
