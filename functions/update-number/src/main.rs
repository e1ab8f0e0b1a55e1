//! Wiring of `update-number`.

use shared::{
    auth::SessionTokenVerifier,
    config::{self, BusinessConfig, DatabaseConfig, Environment, SessionTokenConfig},
    db::Pool,
    lambda::{self, BuildError},
    queue::Sender,
};
use update_number::handler::{self, State};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BuildError> {
    shared::telemetry::init();
    lambda::serve(|env| Box::pin(state(env)), |state, request| Box::pin(handler::handle(state, request))).await
}

async fn state(env: &Environment) -> Result<State, BuildError> {
    Ok(State {
        pool: Pool::connect(&DatabaseConfig::from_env(env)?).await?,
        tokens: SessionTokenVerifier::new(&SessionTokenConfig::from_env(env)?)?,
        business: BusinessConfig::from_env(env)?,
        platform_number: config::platform_number(env)?,
        queue: Sender::new(env.required("PROVISIONING_QUEUE_URL")?),
    })
}
