//! Wiring of `migrate`.

use std::time::Duration;

use migrate::handler::{self, State};
use shared::{
    config::{DatabaseConfig, Environment},
    http_client::{self, TimeLimits},
};

/// For the answer to the deployment.
const ANSWER_LIMITS: TimeLimits = TimeLimits { connect: Duration::from_secs(5), total: Duration::from_secs(15) };

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::telemetry::init();
    let env = Environment::load().await?;
    let state = State { database: DatabaseConfig::from_env(&env)?, http: http_client::build(ANSWER_LIMITS)? };
    lambda_runtime::run(lambda_runtime::service_fn(|event| handler::handle(&state, event))).await
}
