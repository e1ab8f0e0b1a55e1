//! Wiring of `work-provisioning`.

use std::time::Duration;

use shared::{
    config::{BusinessConfig, CarrierConfig, DatabaseConfig, Environment, NumberWebhookConfig},
    db::Pool,
    http_client::TimeLimits,
    lambda::{self, BuildError},
    queue::Sender,
    signalwire::Client,
};
use work_provisioning::handler::{self, State};

/// Several requests of one delivery fit into the function's time-out.
const CARRIER_LIMITS: TimeLimits = TimeLimits { connect: Duration::from_secs(3), total: Duration::from_secs(8) };

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BuildError> {
    shared::telemetry::init();
    lambda::work(|env| Box::pin(state(env)), |state, event| Box::pin(handler::handle(state, event))).await
}

async fn state(env: &Environment) -> Result<State, BuildError> {
    Ok(State {
        pool: Pool::connect(&DatabaseConfig::from_env(env)?).await?,
        carrier: Client::new(CarrierConfig::from_env(env)?, CARRIER_LIMITS)?,
        queue: Sender::new(env.required("PROVISIONING_QUEUE_URL")?),
        business: BusinessConfig::from_env(env)?,
        webhooks: NumberWebhookConfig::from_env(env)?.into(),
        campaign_id: env.optional("SIGNALWIRE_CAMPAIGN_ID").map(str::to_owned),
        registration_webhook_url: env.optional_url("REGISTRATION_WEBHOOK_URL")?,
    })
}
