//! Wiring of `receive-registration-event`.

use receive_registration_event::handler::{self, State};
use shared::{
    config::{DatabaseConfig, Environment, SigningConfig},
    db::Pool,
    lambda::{self, BuildError},
    queue::Sender,
    signalwire::Verifier,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BuildError> {
    shared::telemetry::init();
    lambda::serve_webhook(state, |state, request| Box::pin(handler::handle(state, request))).await
}

fn state(env: &Environment) -> Result<State, BuildError> {
    let signing = SigningConfig::from_env(env)?;
    Ok(State {
        pool: Pool::new(&DatabaseConfig::from_env(env)?)?,
        verifier: Verifier::new(
            env.required("REGISTRATION_WEBHOOK_URL")?,
            &signing.key,
            signing.secondary_key.as_ref(),
        )?,
        queue: Sender::new(env.required("PROVISIONING_QUEUE_URL")?),
    })
}
