//! Wiring of `migrate`.

use std::{future::ready, time::Duration};

use migrate::handler::{self, State};
use shared::{
    config::{DatabaseConfig, Environment},
    http_client::{self, TimeLimits},
    lambda::{self, BuildError},
};

/// For the answer to the deployment.
const ANSWER_LIMITS: TimeLimits = TimeLimits { connect: Duration::from_secs(5), total: Duration::from_secs(15) };

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BuildError> {
    shared::telemetry::init();
    lambda::work(|env| Box::pin(ready(state(env))), |state, event| Box::pin(handler::handle(state, event))).await
}

fn state(env: &Environment) -> Result<State, BuildError> {
    Ok(State { database: DatabaseConfig::from_env(env)?, http: http_client::build(ANSWER_LIMITS)? })
}
