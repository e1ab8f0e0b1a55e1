//! Measurements that are made on purpose. Times on a machine that others use are worth little: compare ratios of one run.

mod dashboard;
mod inbound_text;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The statements behind the analytics of a workspace with many messages. Wants `stack services`.
    Dashboard(dashboard::Arguments),
    /// A text that comes in: our function, the same job on Node, and a function that does nothing.
    InboundText(inbound_text::Arguments),
}

#[tokio::main]
async fn main() -> Result<()> {
    match Arguments::parse().what {
        What::Dashboard(arguments) => dashboard::run(arguments).await,
        What::InboundText(arguments) => inbound_text::run(arguments).await,
    }
}

#[expect(clippy::print_stdout, reason = "this is what the program is for")]
fn say(line: &str) {
    println!("{line}");
}
