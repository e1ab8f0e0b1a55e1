//! Wiring of `save-registration`.

use save_registration::handler::{self, State};
use shared::{
    auth::SessionTokenVerifier,
    config::{BusinessConfig, DatabaseConfig, Environment, PlatformAdmins, SessionTokenConfig},
    db::Pool,
    lambda::{self, BuildError},
    queue::Sender,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BuildError> {
    shared::telemetry::init();
    lambda::serve(state, |state, request| Box::pin(handler::handle(state, request))).await
}

fn state(env: &Environment) -> Result<State, BuildError> {
    Ok(State {
        pool: Pool::new(&DatabaseConfig::from_env(env)?)?,
        tokens: SessionTokenVerifier::new(&SessionTokenConfig::from_env(env)?)?,
        business: BusinessConfig::from_env(env)?,
        platform_admins: PlatformAdmins::from_env(env)?,
        queue: Sender::new(env.required("PROVISIONING_QUEUE_URL")?),
    })
}
