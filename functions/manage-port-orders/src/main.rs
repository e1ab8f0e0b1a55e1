//! Wiring of `manage-port-orders`.

use std::time::Duration;

use manage_port_orders::handler::{self, State};
use shared::{
    auth::SessionTokenVerifier,
    config::{BusinessConfig, DatabaseConfig, Environment, PlatformAdmins, SessionTokenConfig},
    db::Pool,
    http_client::TimeLimits,
    lambda::{self, BuildError},
    storage::Storage,
};

/// An export reads two documents of five megabytes and writes what both become, within the function's time.
const LIMITS: TimeLimits = TimeLimits { connect: Duration::from_secs(2), total: Duration::from_secs(7) };

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BuildError> {
    shared::telemetry::init();
    lambda::serve(|env| Box::pin(state(env)), |state, request| Box::pin(handler::handle(state, request))).await
}

async fn state(env: &Environment) -> Result<State, BuildError> {
    Ok(State {
        pool: Pool::connect(&DatabaseConfig::from_env(env)?).await?,
        tokens: SessionTokenVerifier::new(&SessionTokenConfig::from_env(env)?)?,
        storage: Storage::new(env.required("MEDIA_BUCKET")?, LIMITS)?,
        business: BusinessConfig::from_env(env)?,
        platform_admins: PlatformAdmins::from_env(env)?,
        project_id: env.required("SIGNALWIRE_PROJECT_ID")?.to_owned(),
    })
}
