//! Wiring of `reconcile-costs`.

use std::time::Duration;

use reconcile_costs::handler::{self, State};
use shared::{
    config::{self, CarrierConfig, DatabaseConfig, Environment},
    db::Pool,
    http_client::TimeLimits,
    lambda::{self, BuildError},
    signalwire::Client,
};

/// A page of a log has a thousand entries.
const CARRIER_LIMITS: TimeLimits = TimeLimits { connect: Duration::from_secs(3), total: Duration::from_secs(30) };

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BuildError> {
    shared::telemetry::init();
    lambda::work(|env| Box::pin(state(env)), |state, event| Box::pin(handler::handle(state, event))).await
}

async fn state(env: &Environment) -> Result<State, BuildError> {
    Ok(State {
        pool: Pool::connect(&DatabaseConfig::from_env(env)?).await?,
        carrier: Client::new(CarrierConfig::from_env(env)?, CARRIER_LIMITS)?,
        platform_number: config::platform_number(env)?,
    })
}
