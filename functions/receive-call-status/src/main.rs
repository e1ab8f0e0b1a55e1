//! Wiring of `receive-call-status`.

use receive_call_status::handler::{self, State};
use shared::{
    config::{DatabaseConfig, Environment, SigningConfig},
    db::Pool,
    queue::{InboxSender, MediaSender},
    signalwire::{StepSigner, Verifier},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::telemetry::init();
    let env = Environment::load().await?;
    let signing = SigningConfig::from_env(&env)?;
    let state = State {
        pool: Pool::new(&DatabaseConfig::from_env(&env)?)?,
        queue: InboxSender::new(env.required("INBOX_QUEUE_URL")?),
        media_queue: MediaSender::new(env.required("MEDIA_QUEUE_URL")?),
        verifier: Verifier::new(
            env.required("CALL_STATUS_WEBHOOK_URL")?,
            &signing.key,
            signing.secondary_key.as_ref(),
        )?,
        steps: StepSigner::new(&signing),
    };
    lambda_http::run(lambda_http::service_fn(|request| handler::handle(&state, request))).await
}
