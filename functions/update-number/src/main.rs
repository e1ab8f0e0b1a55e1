//! Wiring of `update-number`.

use shared::{
    auth::SessionTokenVerifier,
    config::{self, BusinessConfig, DatabaseConfig, Environment, SessionTokenConfig},
    db::Pool,
    lambda::{self, BuildError},
};
use update_number::handler::{self, State};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BuildError> {
    shared::telemetry::init();
    lambda::serve(state, |state, request| Box::pin(handler::handle(state, request))).await
}

fn state(env: &Environment) -> Result<State, BuildError> {
    Ok(State {
        pool: Pool::new(&DatabaseConfig::from_env(env)?)?,
        tokens: SessionTokenVerifier::new(&SessionTokenConfig::from_env(env)?)?,
        business: BusinessConfig::from_env(env)?,
        platform_number: config::platform_number(env)?,
    })
}
