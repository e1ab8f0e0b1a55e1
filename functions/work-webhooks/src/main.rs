//! Wiring of `work-webhooks`.

use std::time::Duration;

use shared::{
    config::{self, DatabaseConfig, Environment},
    db::Pool,
    http_client::{self, TimeLimits},
    lambda::{self, BuildError},
    queue::WebhookSender,
};
use work_webhooks::handler::{self, State};

/// A receiver has so long to answer; docs/webhooks.md says so.
const LIMITS: TimeLimits = TimeLimits { connect: Duration::from_secs(3), total: Duration::from_secs(5) };

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BuildError> {
    shared::telemetry::init();
    lambda::work(|env| Box::pin(state(env)), |state, event| Box::pin(handler::handle(state, event))).await
}

async fn state(env: &Environment) -> Result<State, BuildError> {
    let destinations = config::webhook_destinations(env)?;
    Ok(State {
        pool: Pool::connect(&DatabaseConfig::from_env(env)?).await?,
        http: http_client::build_guarded(LIMITS, destinations)?,
        destinations,
        queue: WebhookSender::new(env.required("WEBHOOK_QUEUE_URL")?),
    })
}
