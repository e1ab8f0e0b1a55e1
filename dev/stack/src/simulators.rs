//! The two simulators, in this process; a real account takes the place of one.

use anyhow::{Context, Result};

use crate::accounts::{ClerkAccount, SignalWireAccount};
use crate::options::Options;
use crate::stack::listen;
use crate::urls::Webhooks;

/// A number of Oklahoma City, where 555 numbers do not pass for real ones.
const PLATFORM_NUMBER: &str = "+14052010100";

/// Which providers are simulated.
#[derive(Clone, Copy, Debug)]
pub struct Simulated {
    pub signalwire: bool,
    pub clerk: bool,
}

pub struct Simulators {
    pub signalwire_account: SignalWireAccount,
    pub clerk_account: ClerkAccount,
    signalwire: Option<signalwire_sim::Simulator>,
    clerk: Option<clerk_sim::Simulator>,
}

impl Simulators {
    /// Starts the simulator of each provider for which there is no real account.
    pub async fn start(options: &Options, gateway: &str, webhooks: &Webhooks) -> Result<Self> {
        let (signalwire_account, signalwire) = match options.accounts.signalwire.clone() {
            Some(account) => (account, None),
            None => start_signalwire(options, webhooks).await.context("the SignalWire simulator does not start")?,
        };
        let (clerk_account, clerk) = match options.accounts.clerk.clone() {
            Some(account) => (account, None),
            None => start_clerk(options, gateway, webhooks).await.context("the Clerk simulator does not start")?,
        };
        Ok(Self { signalwire_account, clerk_account, signalwire, clerk })
    }

    pub fn simulated(&self) -> Simulated {
        Simulated { signalwire: self.signalwire.is_some(), clerk: self.clerk.is_some() }
    }

    pub async fn stop(self) {
        if let Some(simulator) = self.signalwire {
            simulator.stop().await;
        }
        if let Some(simulator) = self.clerk {
            simulator.stop().await;
        }
    }
}

async fn start_signalwire(
    options: &Options,
    webhooks: &Webhooks,
) -> Result<(SignalWireAccount, Option<signalwire_sim::Simulator>)> {
    let platform_number = signalwire_sim::OwnedNumber {
        phone_number: PLATFORM_NUMBER.to_owned(),
        friendly_name: "Platform number".to_owned(),
        sms_url: webhooks.message.clone(),
        voice_url: Some(webhooks.call.clone()),
        status_callback: Some(webhooks.call_status.clone()),
    };
    let settings = signalwire_sim::Settings {
        owned: vec![platform_number],
        state_file: options.data_dir.as_ref().map(|directory| directory.join("signalwire.json")),
        ..signalwire_sim::Settings::default()
    };
    let (project_id, token) = (settings.project_id.clone(), settings.token.clone());
    let (signing_key, campaign_id) = (settings.signing_key.clone(), settings.campaign_id.clone());
    let simulator = signalwire_sim::Simulator::start(listen(options.ports.signalwire).await?, settings).await?;
    let account = SignalWireAccount {
        project_id,
        token,
        space_url: simulator.url().to_owned(),
        phone_number: PLATFORM_NUMBER.to_owned(),
        whatsapp_number: PLATFORM_NUMBER.to_owned(),
        signing_key,
        signing_key_secondary: String::new(),
        campaign_id,
    };
    Ok((account, Some(simulator)))
}

async fn start_clerk(
    options: &Options,
    gateway: &str,
    webhooks: &Webhooks,
) -> Result<(ClerkAccount, Option<clerk_sim::Simulator>)> {
    let settings = clerk_sim::Settings {
        webhook_url: Some(webhooks.clerk.clone()),
        authorized_party: gateway.to_owned(),
        state_file: options.data_dir.as_ref().map(|directory| directory.join("clerk.json")),
        ..clerk_sim::Settings::default()
    };
    let (webhook_secret, secret_key) = (settings.webhook_secret.clone(), settings.secret_key.clone());
    let simulator = clerk_sim::Simulator::start(listen(options.ports.clerk).await?, settings).await?;
    let account = ClerkAccount {
        webhook_secret,
        secret_key,
        api_url: simulator.url().to_owned(),
        jwt_key: simulator.jwt_key_pem(),
        issuer: simulator.issuer(),
        authorized_parties: gateway.to_owned(),
        publishable_key: String::new(),
    };
    Ok((account, Some(simulator)))
}
