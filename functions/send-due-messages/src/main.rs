//! Wiring of `send-due-messages`.

use std::time::Duration;

use send_due_messages::handler::{self, State};
use shared::{
    config::{self, BusinessConfig, CarrierConfig, DatabaseConfig, Environment},
    db::Pool,
    http_client::TimeLimits,
    lambda::{self, BuildError},
    signalwire::Client,
    storage::Storage,
};

/// Shorter than what the function's time-out leaves after its last message is taken, so that a slow carrier is recorded
/// rather than cut off.
const CARRIER_LIMITS: TimeLimits = TimeLimits { connect: Duration::from_secs(3), total: Duration::from_secs(12) };

/// Addresses of files are made without asking anybody; this bounds what asks for credentials.
const STORAGE_LIMITS: TimeLimits = TimeLimits { connect: Duration::from_secs(2), total: Duration::from_secs(4) };

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BuildError> {
    shared::telemetry::init();
    lambda::work(|env| Box::pin(state(env)), |state, event| Box::pin(handler::handle(state, event))).await
}

async fn state(env: &Environment) -> Result<State, BuildError> {
    Ok(State {
        pool: Pool::connect(&DatabaseConfig::from_env(env)?).await?,
        carrier: Client::new(CarrierConfig::from_env(env)?, CARRIER_LIMITS)?,
        business: BusinessConfig::from_env(env)?,
        platform_number: config::platform_number(env)?,
        whatsapp_number: config::whatsapp_number(env)?,
        storage: Storage::new(env.required("MEDIA_BUCKET")?, STORAGE_LIMITS)?,
        status_webhook_url: env.url("MESSAGE_STATUS_WEBHOOK_URL")?,
    })
}
