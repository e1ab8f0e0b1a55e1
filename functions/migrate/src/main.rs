//! Wiring of `migrate`.

use migrate::handler::{self, State};
use shared::{
    config::{DatabaseConfig, Environment},
    lambda::{self, BuildError},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BuildError> {
    shared::telemetry::init();
    lambda::work(state, |state, event| Box::pin(handler::handle(state, event))).await
}

fn state(env: &Environment) -> Result<State, BuildError> {
    Ok(State { database: DatabaseConfig::from_env(env)? })
}
