//! Wiring of `relay-webhooks`.

use relay_webhooks::handler::{self, State};
use shared::{
    config::{DatabaseConfig, Environment},
    db::Pool,
    queue::WebhookSender,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    shared::telemetry::init();
    let env = Environment::load().await?;
    let state = State {
        pool: Pool::new(&DatabaseConfig::from_env(&env)?)?,
        queue: WebhookSender::new(env.required("WEBHOOK_QUEUE_URL")?),
    };
    lambda_runtime::run(lambda_runtime::service_fn(|event| handler::handle(&state, event))).await
}
