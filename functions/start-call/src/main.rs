//! Wiring of `start-call`.

use std::time::Duration;

use shared::{
    actions::calling::CallUrls,
    auth::SessionTokenVerifier,
    config::{
        self, BusinessConfig, CallWebhookConfig, CarrierConfig, DatabaseConfig, Environment, SessionTokenConfig,
        SigningConfig,
    },
    db::Pool,
    http_client::TimeLimits,
    lambda::{self, BuildError},
    signalwire::Client,
};
use start_call::handler::{self, State};

/// Shorter than the function's own time-out, so that a slow carrier is recorded rather than cut off.
const CARRIER_LIMITS: TimeLimits = TimeLimits { connect: Duration::from_secs(3), total: Duration::from_secs(12) };

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BuildError> {
    shared::telemetry::init();
    lambda::serve(|env| Box::pin(state(env)), |state, request| Box::pin(handler::handle(state, request))).await
}

async fn state(env: &Environment) -> Result<State, BuildError> {
    let signing = SigningConfig::from_env(env)?;
    Ok(State {
        pool: Pool::connect(&DatabaseConfig::from_env(env)?).await?,
        tokens: SessionTokenVerifier::new(&SessionTokenConfig::from_env(env)?)?,
        carrier: Client::new(CarrierConfig::from_env(env)?, CARRIER_LIMITS)?,
        business: BusinessConfig::from_env(env)?,
        platform_number: config::platform_number(env)?,
        urls: CallWebhookConfig::from_env(env)?.map(|urls| CallUrls::new(urls, &signing)),
    })
}
