//! Wiring of `migrate`.

use migrate::handler::{self, State};
use shared::config::{DatabaseConfig, Environment};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::telemetry::init();
    let env = Environment::load().await?;
    let state = State { database: DatabaseConfig::from_env(&env)? };
    lambda_runtime::run(lambda_runtime::service_fn(|event| handler::handle(&state, event))).await
}
