//! Wiring of `receive-message-status`.

use receive_message_status::handler::{self, State};
use shared::{
    config::{DatabaseConfig, Environment, SigningConfig},
    db::Pool,
    queue::{InboxSender, WebhookSender},
    signalwire::Verifier,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::telemetry::init();
    let env = Environment::load().await?;
    let signing = SigningConfig::from_env(&env)?;
    let state = State {
        pool: Pool::new(&DatabaseConfig::from_env(&env)?)?,
        queue: InboxSender::new(env.required("INBOX_QUEUE_URL")?),
        webhook_queue: WebhookSender::new(env.required("WEBHOOK_QUEUE_URL")?),
        verifier: Verifier::new(
            env.required("MESSAGE_STATUS_WEBHOOK_URL")?,
            &signing.key,
            signing.secondary_key.as_ref(),
        )?,
    };
    lambda_http::run(lambda_http::service_fn(|request| handler::handle(&state, request))).await
}
