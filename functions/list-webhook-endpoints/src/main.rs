//! Wiring of `list-webhook-endpoints`.

use list_webhook_endpoints::handler::{self, State};
use shared::{
    auth::SessionTokenVerifier,
    config::{DatabaseConfig, Environment, SessionTokenConfig},
    db::Pool,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::telemetry::init();
    let env = Environment::load().await?;
    let state = State {
        pool: Pool::new(&DatabaseConfig::from_env(&env)?)?,
        tokens: SessionTokenVerifier::new(&SessionTokenConfig::from_env(&env)?)?,
    };
    lambda_http::run(lambda_http::service_fn(|request| handler::handle(&state, request))).await
}
