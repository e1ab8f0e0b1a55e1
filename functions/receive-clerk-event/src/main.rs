//! Wiring of `receive-clerk-event`.

use std::time::Duration;

use receive_clerk_event::handler::{self, State};
use shared::{
    clerk::{BackendClient, Verifier},
    config::{BusinessConfig, ClerkApiConfig, DatabaseConfig, Environment},
    db::Pool,
    http_client::TimeLimits,
    lambda::{self, BuildError},
    queue::Sender,
};

/// Svix waits fifteen seconds for the whole answer.
const CLERK_LIMITS: TimeLimits = TimeLimits { connect: Duration::from_secs(1), total: Duration::from_secs(3) };

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BuildError> {
    shared::telemetry::init();
    lambda::serve_webhook(|env| Box::pin(state(env)), |state, request| Box::pin(handler::handle(state, request))).await
}

async fn state(env: &Environment) -> Result<State, BuildError> {
    let secondary = env.optional_secret("CLERK_WEBHOOK_SECRET_SECONDARY");
    let clerk = ClerkApiConfig::from_env(env)?.map(|config| BackendClient::new(config, CLERK_LIMITS)).transpose()?;
    Ok(State {
        pool: Pool::connect(&DatabaseConfig::from_env(env)?).await?,
        verifier: Verifier::new(&env.secret("CLERK_WEBHOOK_SECRET")?, secondary.as_ref())?,
        clerk,
        business: BusinessConfig::from_env(env)?,
        queue: Sender::new(env.required("PROVISIONING_QUEUE_URL")?),
    })
}
