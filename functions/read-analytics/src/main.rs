//! Wiring of `read-analytics`.

use read_analytics::handler::{self, State};
use shared::{
    auth::SessionTokenVerifier,
    config::{BusinessConfig, DatabaseConfig, Environment, PlatformAdmins, SessionTokenConfig},
    db::Pool,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::telemetry::init();
    let env = Environment::load().await?;
    let state = State {
        pool: Pool::new(&DatabaseConfig::from_env(&env)?)?,
        tokens: SessionTokenVerifier::new(&SessionTokenConfig::from_env(&env)?)?,
        business: BusinessConfig::from_env(&env)?,
        platform_admins: PlatformAdmins::from_env(&env)?,
    };
    lambda_http::run(lambda_http::service_fn(|request| handler::handle(&state, request))).await
}
