//! Wiring of `sweep`.

use std::time::Duration;

use shared::{
    clerk::BackendClient,
    config::{self, BusinessConfig, CarrierConfig, ClerkApiConfig, DatabaseConfig, Environment, NumberWebhookConfig},
    db::Pool,
    http_client::TimeLimits,
    lambda::{self, BuildError},
    mail::Mailer,
    queue::{InboxSender, MediaSender, Sender},
    signalwire::Client,
    storage::Storage,
};
use sweep::handler::{self, State};

const CARRIER_LIMITS: TimeLimits = TimeLimits { connect: Duration::from_secs(3), total: Duration::from_secs(10) };
const STORAGE_LIMITS: TimeLimits = TimeLimits { connect: Duration::from_secs(3), total: Duration::from_secs(10) };
const CLERK_LIMITS: TimeLimits = TimeLimits { connect: Duration::from_secs(1), total: Duration::from_secs(3) };

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BuildError> {
    shared::telemetry::init();
    lambda::work(|env| Box::pin(state(env)), |state, event| Box::pin(handler::handle(state, event))).await
}

async fn state(env: &Environment) -> Result<State, BuildError> {
    let clerk = ClerkApiConfig::from_env(env)?.map(|config| BackendClient::new(config, CLERK_LIMITS)).transpose()?;
    Ok(State {
        pool: Pool::connect(&DatabaseConfig::from_env(env)?).await?,
        carrier: Client::new(CarrierConfig::from_env(env)?, CARRIER_LIMITS)?,
        clerk,
        queue: Sender::new(env.required("PROVISIONING_QUEUE_URL")?),
        inbox_queue: InboxSender::new(env.required("INBOX_QUEUE_URL")?),
        media_queue: MediaSender::new(env.required("MEDIA_QUEUE_URL")?),
        business: BusinessConfig::from_env(env)?,
        mailer: Mailer::default(),
        storage: Storage::new(env.required("MEDIA_BUCKET")?, STORAGE_LIMITS)?,
        webhooks: NumberWebhookConfig::from_env(env)?.into(),
        platform_number: config::platform_number(env)?,
    })
}
