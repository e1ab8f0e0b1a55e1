//! Wiring of `receive-call`.

use receive_call::handler::{self, State};
use shared::{
    config::{self, BusinessConfig, DatabaseConfig, Environment, SigningConfig},
    db::Pool,
    lambda::{self, BuildError},
    queue::InboxSender,
    signalwire::{StepSigner, Verifier},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BuildError> {
    shared::telemetry::init();
    lambda::serve_webhook(|env| Box::pin(state(env)), |state, request| Box::pin(handler::handle(state, request))).await
}

async fn state(env: &Environment) -> Result<State, BuildError> {
    let signing = SigningConfig::from_env(env)?;
    Ok(State {
        pool: Pool::connect(&DatabaseConfig::from_env(env)?).await?,
        queue: InboxSender::new(env.required("INBOX_QUEUE_URL")?),
        verifier: Verifier::new(env.required("CALL_WEBHOOK_URL")?, &signing.key, signing.secondary_key.as_ref())?,
        steps: StepSigner::new(&signing),
        call_url: env.url("CALL_WEBHOOK_URL")?,
        status_url: env.url("CALL_STATUS_WEBHOOK_URL")?,
        config: BusinessConfig::from_env(env)?.calls,
        platform_number: config::platform_number(env)?,
    })
}
