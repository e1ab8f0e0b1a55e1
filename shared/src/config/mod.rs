//! The only reader of the environment. One struct per concern; a function reads what it uses, at start, or refuses to
//! start with an error that names the setting.

mod business;
mod calls;
mod environment;
mod webhooks;

use secrecy::SecretString;
use url::Url;

pub use business::{BusinessConfig, Fee, NumberSearch, Plan, RegistrationPrices};
pub use calls::CallConfig;
pub use environment::{Environment, invocation_trace, log_filter, metrics_namespace};
pub use webhooks::webhook_destinations;

use crate::domain::PhoneNumber;

/// A setting that is missing or cannot be used. The message names it and never shows a secret's value.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Not set, or empty.
    #[error("{0} is not set")]
    Missing(String),
    /// Set, but not usable.
    #[error("{name} cannot be used: {problem}")]
    Invalid {
        /// The environment variable.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A value of the form `secretsmanager:<name>` could not be read.
    #[error("{name} names a secret that could not be read from Secrets Manager")]
    Secret {
        /// The environment variable.
        name: String,
        /// What AWS answered.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Secrets Manager did not answer in time.
    #[error("Secrets Manager did not answer in time")]
    SecretsTimeout,
}

impl ConfigError {
    pub(crate) fn invalid(name: &str, problem: impl std::fmt::Display) -> Self {
        Self::Invalid { name: name.to_owned(), problem: problem.to_string() }
    }
}

/// Postgres.
#[derive(Debug, Clone)]
pub struct DatabaseConfig {
    /// `postgres://…`; `sslmode=verify-full` is what `require` means here, because certificates are always checked. Below it
    /// may stand root certificates (PEM) that are trusted besides the public ones.
    pub url: SecretString,
}

impl DatabaseConfig {
    /// Reads `DATABASE_URL`.
    pub fn from_env(env: &Environment) -> Result<Self, ConfigError> {
        Ok(Self { url: env.secret("DATABASE_URL")? })
    }
}

/// The carrier's REST API.
#[derive(Debug, Clone)]
pub struct CarrierConfig {
    /// Project id, the user name of Basic authentication.
    pub project_id: String,
    /// API token, the password.
    pub token: SecretString,
    /// Base of the Space, for instance `https://example.signalwire.com`.
    pub space_url: Url,
}

impl CarrierConfig {
    /// Reads `SIGNALWIRE_PROJECT_ID`, `SIGNALWIRE_TOKEN` and `SIGNALWIRE_SPACE_URL` (a bare host means https).
    pub fn from_env(env: &Environment) -> Result<Self, ConfigError> {
        let space = env.required("SIGNALWIRE_SPACE_URL")?;
        let space = if space.contains("://") { space.to_owned() } else { format!("https://{space}") };
        Ok(Self {
            project_id: env.required("SIGNALWIRE_PROJECT_ID")?.to_owned(),
            token: env.secret("SIGNALWIRE_TOKEN")?,
            space_url: Url::parse(&space).map_err(|e| ConfigError::invalid("SIGNALWIRE_SPACE_URL", e))?,
        })
    }
}

/// The keys that the carrier's webhooks are signed with.
#[derive(Debug, Clone)]
pub struct SigningConfig {
    /// The project's signing key (`PSK_…`).
    pub key: SecretString,
    /// A second key that is accepted while the first is rotated.
    pub secondary_key: Option<SecretString>,
}

impl SigningConfig {
    /// Reads `SIGNALWIRE_SIGNING_KEY` and, when set, `SIGNALWIRE_SIGNING_KEY_SECONDARY`.
    pub fn from_env(env: &Environment) -> Result<Self, ConfigError> {
        Ok(Self {
            key: env.secret("SIGNALWIRE_SIGNING_KEY")?,
            secondary_key: env.optional_secret("SIGNALWIRE_SIGNING_KEY_SECONDARY"),
        })
    }
}

/// The webhook addresses that a bought number is given.
#[derive(Debug, Clone)]
pub struct NumberWebhookConfig {
    /// For texts.
    pub message_url: Url,
    /// For calls.
    pub call_url: Url,
    /// For the end of inbound calls.
    pub call_status_url: Url,
}

impl NumberWebhookConfig {
    /// Reads `MESSAGE_WEBHOOK_URL`, `CALL_WEBHOOK_URL` and `CALL_STATUS_WEBHOOK_URL`.
    pub fn from_env(env: &Environment) -> Result<Self, ConfigError> {
        Ok(Self {
            message_url: env.url("MESSAGE_WEBHOOK_URL")?,
            call_url: env.url("CALL_WEBHOOK_URL")?,
            call_status_url: env.url("CALL_STATUS_WEBHOOK_URL")?,
        })
    }
}

/// Where the carrier turns to about calls that we start.
#[derive(Debug, Clone)]
pub struct CallWebhookConfig {
    /// Says what happens in a call.
    pub document_url: Url,
    /// Is told how a call goes.
    pub status_url: Url,
}

impl CallWebhookConfig {
    /// Reads `CALL_WEBHOOK_URL` and `CALL_STATUS_WEBHOOK_URL`. `None` unless both are set: then nobody is called.
    pub fn from_env(env: &Environment) -> Result<Option<Self>, ConfigError> {
        let urls = (env.optional_url("CALL_WEBHOOK_URL")?, env.optional_url("CALL_STATUS_WEBHOOK_URL")?);
        let (Some(document_url), Some(status_url)) = urls else { return Ok(None) };
        Ok(Some(Self { document_url, status_url }))
    }
}

/// How Clerk's session tokens are verified.
#[derive(Debug, Clone)]
pub struct SessionTokenConfig {
    /// PEM public key; `\n` escapes and a single line are accepted.
    pub jwt_key: String,
    /// The only accepted `iss`.
    pub issuer: String,
    /// The accepted `azp`; empty accepts any, also none.
    pub authorized_parties: Vec<String>,
    /// How many requests with session tokens of one organisation are answered in a minute.
    pub requests_per_minute: i64,
}

impl SessionTokenConfig {
    /// Reads `CLERK_JWT_KEY`, `CLERK_ISSUER`, `CLERK_AUTHORIZED_PARTIES` (comma-separated) and `API_REQUESTS_PER_MINUTE`.
    pub fn from_env(env: &Environment) -> Result<Self, ConfigError> {
        let parties = env.optional("CLERK_AUTHORIZED_PARTIES").unwrap_or_default();
        Ok(Self {
            jwt_key: env.required("CLERK_JWT_KEY")?.to_owned(),
            issuer: env.required("CLERK_ISSUER")?.to_owned(),
            authorized_parties: parties
                .split(',')
                .map(str::trim)
                .filter(|p| !p.is_empty())
                .map(str::to_owned)
                .collect(),
            requests_per_minute: env
                .required("API_REQUESTS_PER_MINUTE")?
                .parse()
                .map_err(|e| ConfigError::invalid("API_REQUESTS_PER_MINUTE", e))?,
        })
    }
}

/// Whom the platform's own figures are for.
#[derive(Debug, Clone, Default)]
pub struct PlatformAdmins {
    /// `user_…`
    pub users: Vec<String>,
    /// `org_…`: their administrators.
    pub organizations: Vec<String>,
}

impl PlatformAdmins {
    /// Reads `PLATFORM_ADMINS`: ids of Clerk users, and of organisations whose administrators are meant, separated by
    /// commas. Empty: nobody.
    ///
    /// # Errors
    /// An entry that is neither.
    pub fn from_env(env: &Environment) -> Result<Self, ConfigError> {
        let name = "PLATFORM_ADMINS";
        let mut admins = Self::default();
        let text = env.optional(name).unwrap_or_default();
        for id in text.split(',').map(str::trim).filter(|id| !id.is_empty()) {
            match id.split_once('_') {
                Some(("user", _)) => admins.users.push(id.to_owned()),
                Some(("org", _)) => admins.organizations.push(id.to_owned()),
                _ => return Err(ConfigError::invalid(name, format!("{id} is neither a user_… nor an org_…"))),
            }
        }
        Ok(admins)
    }
}

/// Clerk's Backend API.
#[derive(Debug, Clone)]
pub struct ClerkApiConfig {
    /// Base of the API.
    pub url: Url,
    /// Secret key of the instance (`sk_…`).
    pub secret_key: SecretString,
}

impl ClerkApiConfig {
    /// Reads `CLERK_SECRET_KEY` and `CLERK_API_URL` (Clerk's own when empty). `None` without a key: plans then come from
    /// events alone.
    pub fn from_env(env: &Environment) -> Result<Option<Self>, ConfigError> {
        let Some(secret_key) = env.optional_secret("CLERK_SECRET_KEY") else { return Ok(None) };
        let name = "CLERK_API_URL";
        let url = Url::parse(env.optional(name).unwrap_or("https://api.clerk.com"))
            .map_err(|e| ConfigError::invalid(name, e))?;
        if url.cannot_be_a_base() {
            return Err(ConfigError::invalid(name, "it must be an http or https address"));
        }
        Ok(Some(Self { url, secret_key }))
    }
}

/// Reads `SIGNALWIRE_PHONE_NUMBER`: the shared number of the platform, sender of last resort.
pub fn platform_number(env: &Environment) -> Result<PhoneNumber, ConfigError> {
    let name = "SIGNALWIRE_PHONE_NUMBER";
    PhoneNumber::parse(env.required(name)?).map_err(|e| ConfigError::invalid(name, e))
}

/// Reads `SIGNALWIRE_WHATSAPP_NUMBER`: the number that sends by WhatsApp when no own number does. Without it WhatsApp is
/// not enabled.
pub fn whatsapp_number(env: &Environment) -> Result<Option<PhoneNumber>, ConfigError> {
    let name = "SIGNALWIRE_WHATSAPP_NUMBER";
    env.optional(name).map(PhoneNumber::parse).transpose().map_err(|e| ConfigError::invalid(name, e))
}
