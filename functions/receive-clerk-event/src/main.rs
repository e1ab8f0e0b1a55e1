//! Wiring of `receive-clerk-event`.

use receive_clerk_event::handler::{self, State};
use shared::{
    clerk::Verifier,
    config::{BusinessConfig, DatabaseConfig, Environment},
    db::Pool,
    queue::Sender,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::telemetry::init();
    let env = Environment::load().await?;
    let secondary = env.optional_secret("CLERK_WEBHOOK_SECRET_SECONDARY");
    let state = State {
        pool: Pool::new(&DatabaseConfig::from_env(&env)?)?,
        verifier: Verifier::new(&env.secret("CLERK_WEBHOOK_SECRET")?, secondary.as_ref())?,
        business: BusinessConfig::from_env(&env)?,
        queue: Sender::new(env.required("PROVISIONING_QUEUE_URL")?),
    };
    lambda_http::run(lambda_http::service_fn(|request| handler::handle(&state, request))).await
}
