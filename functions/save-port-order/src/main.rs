//! Wiring of `save-port-order`.

use std::time::Duration;

use save_port_order::handler::{self, State};
use shared::{
    auth::SessionTokenVerifier,
    config::{self, BusinessConfig, CarrierConfig, DatabaseConfig, Environment, SessionTokenConfig},
    db::Pool,
    http_client::TimeLimits,
    lambda::{self, BuildError},
    signalwire::Client,
    storage::Storage,
};

/// Twenty look-ups, ten at a time, and two looks into the bucket fit into the function's time-out.
const CARRIER_LIMITS: TimeLimits = TimeLimits { connect: Duration::from_secs(2), total: Duration::from_secs(4) };
const STORAGE_LIMITS: TimeLimits = TimeLimits { connect: Duration::from_secs(2), total: Duration::from_secs(4) };

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
        storage: Storage::new(env.required("MEDIA_BUCKET")?, STORAGE_LIMITS)?,
        business: BusinessConfig::from_env(env)?,
        platform_number: config::platform_number(env)?,
    })
}
