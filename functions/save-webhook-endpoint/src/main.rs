//! Wiring of `save-webhook-endpoint`.

use save_webhook_endpoint::handler::{self, State};
use shared::{
    auth::SessionTokenVerifier,
    config::{self, DatabaseConfig, Environment, SessionTokenConfig},
    db::Pool,
    queue::WebhookSender,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::telemetry::init();
    let env = Environment::load().await?;
    let state = State {
        pool: Pool::new(&DatabaseConfig::from_env(&env)?)?,
        tokens: SessionTokenVerifier::new(&SessionTokenConfig::from_env(&env)?)?,
        destinations: config::webhook_destinations(&env)?,
        queue: WebhookSender::new(env.required("WEBHOOK_QUEUE_URL")?),
    };
    lambda_http::run(lambda_http::service_fn(|request| handler::handle(&state, request))).await
}
