//! `clerk-sim` on its own: a Clerk instance in memory behind one address.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Parser;
use clerk_sim::{Settings, Simulator};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

/// A Clerk instance in memory: organisations, plans, signed webhooks and session tokens.
#[derive(Parser)]
struct Arguments {
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1:4010")]
    listen: SocketAddr,
    /// Where webhooks go
    #[arg(long)]
    webhook_url: Option<String>,
    /// Secret that signs webhooks (`whsec_…`)
    #[arg(long)]
    webhook_secret: Option<String>,
    /// Key of the Backend API (`sk_test_…`)
    #[arg(long)]
    secret_key: Option<String>,
    /// Instance id (`ins_…`)
    #[arg(long)]
    instance_id: Option<String>,
    /// Origin named in tokens (claim azp)
    #[arg(long)]
    authorized_party: Option<String>,
    /// Issuer of tokens, when it is not the address above
    #[arg(long)]
    public_url: Option<String>,
    /// File that keeps the instance across restarts
    #[arg(long)]
    state_file: Option<PathBuf>,
}

impl Arguments {
    fn settings(self) -> Settings {
        let defaults = Settings::default();
        Settings {
            webhook_url: self.webhook_url,
            webhook_secret: self.webhook_secret.unwrap_or(defaults.webhook_secret),
            secret_key: self.secret_key.unwrap_or(defaults.secret_key),
            instance_id: self.instance_id.unwrap_or(defaults.instance_id),
            authorized_party: self.authorized_party.unwrap_or(defaults.authorized_party),
            public_url: self.public_url,
            state_file: self.state_file,
            private_key_pem: None,
            retry_delays: defaults.retry_delays,
            delivery_timeout: defaults.delivery_timeout,
        }
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_env_filter(EnvFilter::new("info")).init();
    let arguments = Arguments::parse();
    let listener = TcpListener::bind(arguments.listen).await.context("cannot listen")?;
    let simulator = Simulator::start(listener, arguments.settings()).await?;
    tracing::info!(url = simulator.url(), "clerk-sim is ready");
    tokio::signal::ctrl_c().await.context("cannot wait for Ctrl-C")?;
    simulator.stop().await;
    Ok(())
}
