//! Wiring of `work-media`.

use std::time::Duration;

use shared::{
    config::{CarrierConfig, DatabaseConfig, Environment},
    db::Pool,
    http_client::{self, TimeLimits},
    lambda::{self, BuildError},
    queue::MediaSender,
    storage::Storage,
};
use work_media::handler::{self, State};

/// A large file over a slow line still fits into the function's time-out.
const LIMITS: TimeLimits = TimeLimits { connect: Duration::from_secs(3), total: Duration::from_secs(15) };

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BuildError> {
    shared::telemetry::init();
    lambda::work(|env| Box::pin(state(env)), |state, event| Box::pin(handler::handle(state, event))).await
}

async fn state(env: &Environment) -> Result<State, BuildError> {
    Ok(State {
        pool: Pool::connect(&DatabaseConfig::from_env(env)?).await?,
        carrier: CarrierConfig::from_env(env)?,
        http: http_client::build(LIMITS)?,
        storage: Storage::new(env.required("MEDIA_BUCKET")?, LIMITS)?,
        queue: MediaSender::new(env.required("MEDIA_QUEUE_URL")?),
    })
}
