//! The simulator on its own, for trying things out and for the checks with official SDKs.

use std::{net::Ipv4Addr, path::PathBuf};

use clap::Parser;
use signalwire_sim::{OwnedNumber, Settings, Simulator};
use tokio::net::TcpListener;

#[derive(Parser)]
#[command(version, about = "A phone network in memory that answers like SignalWire.")]
struct Arguments {
    /// Port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 8802)]
    port: u16,
    /// Project id (a UUID), the user of Basic authentication.
    #[arg(long)]
    project_id: Option<String>,
    /// API token, the password of Basic authentication.
    #[arg(long)]
    token: Option<String>,
    /// Signing key of the webhooks.
    #[arg(long)]
    signing_key: Option<String>,
    /// The approved 10DLC campaign.
    #[arg(long)]
    campaign_id: Option<String>,
    /// A number that the project has from the start, as number=URL of its messages. May be repeated.
    #[arg(long = "owned", value_name = "NUMBER=URL", value_parser = owned_number)]
    owned: Vec<OwnedNumber>,
    /// File that keeps the state over a restart.
    #[arg(long)]
    state_file: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_env_filter("info").init();
    let arguments = Arguments::parse();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, arguments.port)).await?;
    let simulator = Simulator::start(listener, arguments.settings()).await?;
    tracing::info!(url = simulator.url(), "the phone network answers");

    tokio::signal::ctrl_c().await?;
    simulator.stop().await;
    Ok(())
}

impl Arguments {
    fn settings(self) -> Settings {
        let default = Settings::default();
        Settings {
            project_id: self.project_id.unwrap_or(default.project_id),
            token: self.token.unwrap_or(default.token),
            signing_key: self.signing_key.unwrap_or(default.signing_key),
            campaign_id: self.campaign_id.unwrap_or(default.campaign_id),
            owned: self.owned,
            state_file: self.state_file,
            behaviour: default.behaviour,
        }
    }
}

fn owned_number(text: &str) -> Result<OwnedNumber, String> {
    let (phone_number, sms_url) = text.split_once('=').ok_or("write it as number=URL")?;
    Ok(OwnedNumber {
        phone_number: phone_number.to_owned(),
        friendly_name: phone_number.to_owned(),
        sms_url: sms_url.to_owned(),
        voice_url: None,
        status_callback: None,
    })
}
