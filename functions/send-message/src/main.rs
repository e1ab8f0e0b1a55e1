//! Wiring of `send-message`.

use std::time::Duration;

use send_message::handler::{self, State};
use shared::{
    actions::calling::CallUrls,
    auth::SessionTokenVerifier,
    config::{
        self, BusinessConfig, CallWebhookConfig, CarrierConfig, DatabaseConfig, Environment, SessionTokenConfig,
        SigningConfig,
    },
    db::Pool,
    http_client::TimeLimits,
    lambda::{self, BuildError},
    mail::Mailer,
    signalwire::Client,
    storage::Storage,
};

/// Shorter than the function's own time-out, so that a slow carrier is recorded rather than cut off.
const CARRIER_LIMITS: TimeLimits = TimeLimits { connect: Duration::from_secs(3), total: Duration::from_secs(12) };

/// Addresses of files are made without asking anybody; this bounds what asks for credentials.
const STORAGE_LIMITS: TimeLimits = TimeLimits { connect: Duration::from_secs(2), total: Duration::from_secs(4) };

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BuildError> {
    shared::telemetry::init();
    lambda::serve(|env| Box::pin(state(env)), |state, request| Box::pin(handler::handle(state, request))).await
}

async fn state(env: &Environment) -> Result<State, BuildError> {
    let signing = SigningConfig::from_env(env)?;
    Ok(State {
        pool: Pool::connect(&DatabaseConfig::from_env(env)?).await?,
        tokens: SessionTokenVerifier::new(&SessionTokenConfig::from_env(env)?)?,
        carrier: Client::new(CarrierConfig::from_env(env)?, CARRIER_LIMITS)?,
        mailer: Mailer::default(),
        business: BusinessConfig::from_env(env)?,
        platform_number: config::platform_number(env)?,
        whatsapp_number: config::whatsapp_number(env)?,
        call_urls: CallWebhookConfig::from_env(env)?.map(|urls| CallUrls::new(urls, &signing)),
        storage: Storage::new(env.required("MEDIA_BUCKET")?, STORAGE_LIMITS)?,
        status_webhook_url: env.url("MESSAGE_STATUS_WEBHOOK_URL")?,
    })
}
