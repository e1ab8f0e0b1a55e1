//! Wiring of `list-plans`.

use list_plans::handler::{self, State};
use shared::{
    auth::SessionTokenVerifier,
    config::{BusinessConfig, Environment, SessionTokenConfig},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::telemetry::init();
    let env = Environment::load().await?;
    let state = State {
        tokens: SessionTokenVerifier::new(&SessionTokenConfig::from_env(&env)?)?,
        business: BusinessConfig::from_env(&env)?,
    };
    lambda_http::run(lambda_http::service_fn(async |request| handler::handle(&state, &request))).await
}
