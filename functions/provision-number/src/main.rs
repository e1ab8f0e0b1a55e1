//! Wiring of `provision-number`.

use std::time::Duration;

use provision_number::handler::{self, State};
use shared::{
    actions::Provisioner,
    auth::SessionTokenVerifier,
    config::{BusinessConfig, CarrierConfig, DatabaseConfig, Environment, NumberWebhookConfig, SessionTokenConfig},
    db::Pool,
    http_client::TimeLimits,
    lambda::{self, BuildError},
    queue::Sender,
    signalwire::Client,
};

/// One request may not eat the whole time budget of the handler: a lost answer is still looked up within it.
const CARRIER_LIMITS: TimeLimits = TimeLimits { connect: Duration::from_secs(2), total: Duration::from_secs(6) };

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BuildError> {
    shared::telemetry::init();
    lambda::serve(|env| Box::pin(state(env)), |state, request| Box::pin(handler::handle(state, request))).await
}

async fn state(env: &Environment) -> Result<State, BuildError> {
    let provisioner = Provisioner {
        pool: Pool::connect(&DatabaseConfig::from_env(env)?).await?,
        carrier: Client::new(CarrierConfig::from_env(env)?, CARRIER_LIMITS)?,
        queue: Sender::new(env.required("PROVISIONING_QUEUE_URL")?),
        business: BusinessConfig::from_env(env)?,
        webhooks: NumberWebhookConfig::from_env(env)?.into(),
        campaign_id: env.optional("SIGNALWIRE_CAMPAIGN_ID").map(str::to_owned),
        registration_webhook_url: env.optional_url("REGISTRATION_WEBHOOK_URL")?,
    };
    let tokens = SessionTokenVerifier::new(&SessionTokenConfig::from_env(env)?)?;
    Ok(State { tokens, provisioner })
}
