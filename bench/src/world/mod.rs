//! What a function finds around it: a Postgres as in production, the carrier, the session tokens, its settings, and the runtime
//! API of Lambda. All on this machine, all real but the carrier, which answers at once.

mod carrier;
mod database;
mod distance;
pub mod events;
mod instance;
mod pooler;

use std::{collections::BTreeMap, path::Path, time::Duration};

use anyhow::{Context, Result};
use tokio::net::TcpListener;

pub use database::Database;
pub use instance::{Instance, Start, used_by};
use pooler::Pooler;

/// Everything that is there for the whole run.
pub struct World {
    pub database: Database,
    pooler: Pooler,
    clerk: clerk_sim::Simulator,
    carrier: String,
}

impl World {
    /// `root` is the checkout.
    pub async fn start(root: &Path) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let clerk = clerk_sim::Simulator::start(listener, clerk_sim::Settings::default()).await?;
        let database = Database::start(root).await?;
        let pooler = Pooler::start(root, &database.postgres.app_url).await?;
        Ok(Self { database, pooler, clerk, carrier: carrier::start().await? })
    }

    /// The token of an administrator of this organisation, for the whole run.
    pub async fn token(&self, organization: &str) -> Result<String> {
        let url = format!("{}/token?organization={organization}&role=admin&ttl=86400", self.clerk.url());
        let answer = reqwest::get(url).await?.error_for_status()?;
        Ok(answer.text().await?.trim().to_owned())
    }

    /// The settings of any function, which finds Postgres behind this port. `user` is the role that it comes as, unless that is
    /// the functions' own.
    pub fn settings(&self, port: u16, user: Option<&str>) -> Result<BTreeMap<&'static str, String>> {
        let url = self.database.url(user, port)?;
        // Ours take the roots below the URL, Node's from a setting.
        let url = match user {
            None => format!("{url}?sslmode=verify-full\n{}", self.database.roots),
            Some(_) => url,
        };
        let queue = || "https://sqs.us-east-1.amazonaws.com/123456789012/bench".to_owned();
        #[expect(clippy::disallowed_methods, reason = "where node is found")]
        let path = std::env::var("PATH").context("PATH")?;
        let text = str::to_owned;
        Ok(BTreeMap::from([
            ("PATH", path),
            ("AWS_LAMBDA_FUNCTION_NAME", text("bench")),
            ("AWS_LAMBDA_FUNCTION_VERSION", text("$LATEST")),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", text("256")),
            ("AWS_LAMBDA_LOG_GROUP_NAME", text("bench")),
            ("AWS_LAMBDA_LOG_STREAM_NAME", text("bench")),
            ("AWS_REGION", text("us-east-1")),
            // Nothing of AWS is asked for on the measured ways; what other functions ask for is refused at once.
            ("AWS_ENDPOINT_URL", self.carrier.clone()),
            ("AWS_MAX_ATTEMPTS", text("1")),
            ("AWS_ACCESS_KEY_ID", text("bench")),
            ("AWS_SECRET_ACCESS_KEY", text("bench")),
            ("RUST_LOG", text("info")),
            ("METRICS_NAMESPACE", text("Bench")),
            ("DATABASE_URL", url),
            ("DATABASE_ROOTS", self.database.roots.clone()),
            ("INBOX_QUEUE_URL", queue()),
            ("MEDIA_QUEUE_URL", queue()),
            ("PROVISIONING_QUEUE_URL", queue()),
            ("WEBHOOK_QUEUE_URL", queue()),
            ("MEDIA_BUCKET", text("bench")),
            ("BUSINESS_CONFIG", text(PLANS)),
            ("API_REQUESTS_PER_MINUTE", text("100000000")),
            ("MESSAGE_WEBHOOK_URL", text(events::WEBHOOK_URL)),
            ("MESSAGE_STATUS_WEBHOOK_URL", text(events::WEBHOOK_URL)),
            ("CALL_WEBHOOK_URL", text(events::WEBHOOK_URL)),
            ("CALL_STATUS_WEBHOOK_URL", text(events::WEBHOOK_URL)),
            ("REGISTRATION_WEBHOOK_URL", text(events::WEBHOOK_URL)),
            ("SIGNALWIRE_SIGNING_KEY", text(events::SIGNING_KEY)),
            ("SIGNALWIRE_PHONE_NUMBER", text("+14052010100")),
            ("SIGNALWIRE_WHATSAPP_NUMBER", text("+14052010100")),
            ("SIGNALWIRE_SPACE_URL", self.carrier.clone()),
            ("SIGNALWIRE_PROJECT_ID", text("6d0f2c9e-58a1-4f0b-9a7e-21c4d3b5e6f7")),
            ("SIGNALWIRE_TOKEN", text("PT_bench")),
            ("CLERK_API_URL", self.clerk.url().to_owned()),
            ("CLERK_SECRET_KEY", text("sk_test_bench")),
            ("CLERK_WEBHOOK_SECRET", text("whsec_YmVuY2gtYmVuY2gtYmVuY2gtYmVuY2g=")),
            ("CLERK_AUTHORIZED_PARTIES", text("http://localhost:5173")),
            ("CLERK_ISSUER", self.clerk.issuer()),
            ("CLERK_JWT_KEY", self.clerk.jwt_key_pem()),
            ("PLATFORM_ADMINS", String::new()),
            ("WEBHOOK_DESTINATIONS", text("public")),
        ]))
    }

    /// A port behind which Postgres, or the pooler before it, is further away by this round trip.
    pub fn away(&self, round_trip: Duration, pooled: bool) -> Result<u16> {
        let port = if pooled { self.pooler.port } else { self.database.port()? };
        if round_trip.is_zero() {
            return Ok(port);
        }
        distance::relay(format!("127.0.0.1:{port}"), round_trip)
    }

    pub async fn stop(self) -> Result<()> {
        self.clerk.stop().await;
        self.database.postgres.stop().await
    }
}

/// No plan's limits end a measurement.
const PLANS: &str = r#"{"plans": {"enterprise": {
    "messagesPerMinute": 1000000000, "messagesPerDay": 1000000000, "spendingPerDayCents": 1000000000
}}}"#;
