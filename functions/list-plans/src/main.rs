//! Wiring of `list-plans`.

use std::future::ready;

use list_plans::handler::{self, State};
use shared::{
    auth::SessionTokenVerifier,
    config::{BusinessConfig, Environment, SessionTokenConfig},
    lambda::{self, BuildError},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BuildError> {
    shared::telemetry::init();
    lambda::serve(
        |env| Box::pin(ready(state(env))),
        |state, request| Box::pin(async move { handler::handle(state, &request) }),
    )
    .await
}

fn state(env: &Environment) -> Result<State, BuildError> {
    Ok(State {
        tokens: SessionTokenVerifier::new(&SessionTokenConfig::from_env(env)?)?,
        business: BusinessConfig::from_env(env)?,
    })
}
