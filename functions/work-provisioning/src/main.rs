//! Wiring of `work-provisioning`.

use std::time::Duration;

use shared::{
    config::{BusinessConfig, CarrierConfig, DatabaseConfig, Environment, NumberWebhookConfig},
    db::Pool,
    http_client::TimeLimits,
    queue::Sender,
    signalwire::{Client, ClientSettings},
};
use work_provisioning::handler::{self, State};

/// Several requests of one delivery fit into the function's time-out.
const CARRIER_LIMITS: TimeLimits = TimeLimits { connect: Duration::from_secs(3), total: Duration::from_secs(8) };

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    shared::telemetry::init();
    let env = Environment::load().await?;
    let carrier = CarrierConfig::from_env(&env)?;
    let state = State {
        pool: Pool::new(&DatabaseConfig::from_env(&env)?)?,
        carrier: Client::new(ClientSettings {
            space_url: carrier.space_url,
            project_id: carrier.project_id,
            token: carrier.token,
            limits: CARRIER_LIMITS,
        })?,
        queue: Sender::new(env.required("PROVISIONING_QUEUE_URL")?),
        business: BusinessConfig::from_env(&env)?,
        webhooks: NumberWebhookConfig::from_env(&env)?.into(),
        campaign_id: env.optional("SIGNALWIRE_CAMPAIGN_ID").map(str::to_owned),
    };
    lambda_runtime::run(lambda_runtime::service_fn(|event| handler::handle(&state, event))).await
}
