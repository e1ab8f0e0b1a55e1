//! Wiring of `work-inbox`.

use std::time::Duration;

use shared::{
    config::{self, BusinessConfig, CarrierConfig, DatabaseConfig, Environment},
    db::Pool,
    http_client::TimeLimits,
    lambda::{self, BuildError},
    queue::InboxSender,
    signalwire::Client,
};
use work_inbox::handler::{self, State};

/// Shorter than the function's time-out, so that a slow carrier is recorded rather than cut off.
const CARRIER_LIMITS: TimeLimits = TimeLimits { connect: Duration::from_secs(2), total: Duration::from_secs(6) };

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BuildError> {
    shared::telemetry::init();
    lambda::work(|env| Box::pin(state(env)), |state, event| Box::pin(handler::handle(state, event))).await
}

async fn state(env: &Environment) -> Result<State, BuildError> {
    Ok(State {
        pool: Pool::connect(&DatabaseConfig::from_env(env)?).await?,
        carrier: Client::new(CarrierConfig::from_env(env)?, CARRIER_LIMITS)?,
        queue: InboxSender::new(env.required("INBOX_QUEUE_URL")?),
        business: BusinessConfig::from_env(env)?,
        platform_number: config::platform_number(env)?,
        status_webhook_url: env.url("MESSAGE_STATUS_WEBHOOK_URL")?,
    })
}
