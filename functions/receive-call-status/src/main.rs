//! Wiring of `receive-call-status`.

use receive_call_status::handler::{self, State};
use shared::{
    config::{DatabaseConfig, Environment, SigningConfig},
    db::Pool,
    lambda::{self, BuildError},
    queue::{InboxSender, MediaSender, WebhookSender},
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
        media_queue: MediaSender::new(env.required("MEDIA_QUEUE_URL")?),
        webhook_queue: WebhookSender::new(env.required("WEBHOOK_QUEUE_URL")?),
        verifier: Verifier::new(
            env.required("CALL_STATUS_WEBHOOK_URL")?,
            &signing.key,
            signing.secondary_key.as_ref(),
        )?,
        steps: StepSigner::new(&signing),
    })
}
