//! Wiring of `relay-webhooks`.

use relay_webhooks::handler::{self, State};
use shared::{
    config::{DatabaseConfig, Environment},
    db::Pool,
    lambda::{self, BuildError},
    queue::WebhookSender,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BuildError> {
    shared::telemetry::init();
    lambda::work(|env| Box::pin(state(env)), |state, event| Box::pin(handler::handle(state, event))).await
}

async fn state(env: &Environment) -> Result<State, BuildError> {
    Ok(State {
        pool: Pool::connect(&DatabaseConfig::from_env(env)?).await?,
        queue: WebhookSender::new(env.required("WEBHOOK_QUEUE_URL")?),
    })
}
