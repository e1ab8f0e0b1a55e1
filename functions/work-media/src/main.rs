//! Wiring of `work-media`.

use std::time::Duration;

use shared::{
    config::{CarrierConfig, DatabaseConfig, Environment},
    db::Pool,
    http_client::{self, TimeLimits},
    queue::MediaSender,
    storage::Storage,
};
use work_media::handler::{self, State};

/// A large file over a slow line still fits into the function's time-out.
const LIMITS: TimeLimits = TimeLimits { connect: Duration::from_secs(3), total: Duration::from_secs(15) };

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    shared::telemetry::init();
    let env = Environment::load().await?;
    let state = State {
        pool: Pool::new(&DatabaseConfig::from_env(&env)?)?,
        carrier: CarrierConfig::from_env(&env)?,
        http: http_client::build(LIMITS)?,
        storage: Storage::new(env.required("MEDIA_BUCKET")?, LIMITS)?,
        queue: MediaSender::new(env.required("MEDIA_QUEUE_URL")?),
    };
    lambda_runtime::run(lambda_runtime::service_fn(|event| handler::handle(&state, event))).await
}
