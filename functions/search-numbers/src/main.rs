//! Wiring of `search-numbers`.

use std::time::Duration;

use search_numbers::handler::{self, State};
use shared::{
    auth::SessionTokenVerifier,
    config::{BusinessConfig, CarrierConfig, DatabaseConfig, Environment, SessionTokenConfig},
    db::Pool,
    http_client::TimeLimits,
    lambda::{self, BuildError},
    signalwire::Client,
};

/// Shorter than the function's own time-out, so that a slow carrier is answered for rather than cut off.
const CARRIER_LIMITS: TimeLimits = TimeLimits { connect: Duration::from_secs(2), total: Duration::from_secs(6) };

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BuildError> {
    shared::telemetry::init();
    lambda::serve(|env| Box::pin(state(env)), |state, request| Box::pin(handler::handle(state, request))).await
}

async fn state(env: &Environment) -> Result<State, BuildError> {
    Ok(State {
        pool: Pool::connect(&DatabaseConfig::from_env(env)?).await?,
        tokens: SessionTokenVerifier::new(&SessionTokenConfig::from_env(env)?)?,
        carrier: Client::new(CarrierConfig::from_env(env)?, CARRIER_LIMITS)?,
        business: BusinessConfig::from_env(env)?,
    })
}
