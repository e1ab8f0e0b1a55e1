//! Wiring of `update-number`.

use shared::{
    auth::SessionTokenVerifier,
    config::{self, BusinessConfig, DatabaseConfig, Environment, SessionTokenConfig},
    db::Pool,
};
use update_number::handler::{self, State};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::telemetry::init();
    let env = Environment::load().await?;
    let state = State {
        pool: Pool::new(&DatabaseConfig::from_env(&env)?)?,
        tokens: SessionTokenVerifier::new(&SessionTokenConfig::from_env(&env)?)?,
        business: BusinessConfig::from_env(&env)?,
        platform_number: config::platform_number(&env)?,
    };
    lambda_http::run(lambda_http::service_fn(|request| handler::handle(&state, request))).await
}
