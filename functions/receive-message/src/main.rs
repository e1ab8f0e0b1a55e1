//! Wiring of `receive-message`.

use receive_message::handler::{self, State};
use shared::{
    config::{self, DatabaseConfig, Environment, SigningConfig},
    db::Pool,
    queue::{InboxSender, MediaSender, WebhookSender},
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
        media_queue: MediaSender::new(env.required("MEDIA_QUEUE_URL")?),
        webhook_queue: WebhookSender::new(env.required("WEBHOOK_QUEUE_URL")?),
        verifier: Verifier::new(env.required("MESSAGE_WEBHOOK_URL")?, &signing.key, signing.secondary_key.as_ref())?,
        platform_number: config::platform_number(&env)?,
    };
    lambda_http::run(lambda_http::service_fn(|request| handler::handle(&state, request))).await
}
