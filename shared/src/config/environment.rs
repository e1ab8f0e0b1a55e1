//! The environment, read once at start, with secrets fetched, then and again.

use std::{collections::HashMap, time::Duration};

use aws_sdk_secretsmanager::Client;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::{join_all, try_join_all};
use secrecy::SecretString;
use url::Url;

use super::ConfigError;
use crate::clock;

/// A value of this form names a secret; the secret's text is the setting. Without a name it is a setting that is not
/// given: so the template writes a secret that may be absent.
const SECRET_PREFIX: &str = "secretsmanager:";
/// Secrets that a provider signs with, and the settings that their value of before goes to during a rotation, unless they
/// are given: requests that are under way, and the provider itself for a minute or two, still use it.
const ROTATED: &[(&str, &str)] = &[
    ("SIGNALWIRE_SIGNING_KEY", "SIGNALWIRE_SIGNING_KEY_SECONDARY"),
    ("CLERK_WEBHOOK_SECRET", "CLERK_WEBHOOK_SECRET_SECONDARY"),
];
/// How long after a rotation the value of before is accepted. Clerk signs with both for as long, and a call that is being
/// forwarded comes back to addresses that were signed when it began.
const OVERLAP: TimeDelta = TimeDelta::days(1);
/// Longest time to wait for secrets when there are older ones to go on with.
const RENEWAL_TIMEOUT: Duration = Duration::from_secs(1);

/// Reads `METRICS_NAMESPACE`: where CloudWatch files the metrics of this deployment. Without it there are none. By itself,
/// because logs and metrics begin before any other setting is read.
#[must_use]
pub fn metrics_namespace() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "this module is the reader of the environment")]
    let namespace = std::env::var("METRICS_NAMESPACE").ok();
    namespace.filter(|name| !name.is_empty())
}

/// Reads `RUST_LOG`: what is logged. By itself for the same reason.
#[must_use]
pub fn log_filter() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "this module is the reader of the environment")]
    let filter = std::env::var("RUST_LOG").ok();
    filter.filter(|text| !text.is_empty())
}

/// Reads `_X_AMZN_TRACE_ID`: the trace of the invocation that runs now. The Lambda runtime sets it anew for each (AWS Lambda,
/// "Defined runtime environment variables").
#[must_use]
pub fn invocation_trace() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "this module is the reader of the environment")]
    std::env::var("_X_AMZN_TRACE_ID").ok()
}

/// All settings of this process.
#[derive(Clone)]
pub struct Environment {
    /// As they were given to the process, secrets by name.
    given: HashMap<String, String>,
    /// With the secrets' values.
    values: HashMap<String, String>,
}

impl Environment {
    /// Reads the environment and fetches, at once and in parallel, every setting that is written as
    /// `secretsmanager:<secret name>`.
    ///
    /// # Errors
    /// A secret that cannot be read; the error names the setting.
    pub async fn load() -> Result<Self, ConfigError> {
        // `vars_os`, because one odd variable of the host must not stop the function.
        let given = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self::with_secrets(given).await
    }

    /// Fetches the secrets again. `None` when all are as they were.
    ///
    /// # Errors
    /// A secret that cannot be read, or not within a second.
    pub async fn renewed(&self) -> Result<Option<Self>, ConfigError> {
        let fetched = tokio::time::timeout(RENEWAL_TIMEOUT, Self::with_secrets(self.given.clone())).await;
        let renewed = fetched.map_err(|_| ConfigError::SecretsTimeout)??;
        Ok(Some(renewed).filter(|renewed| renewed.values != self.values))
    }

    /// Settings given in the code of a test.
    #[must_use]
    pub fn for_testing(values: &[(&str, &str)]) -> Self {
        let values: HashMap<String, String> =
            values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { given: values.clone(), values }
    }

    async fn with_secrets(given: HashMap<String, String>) -> Result<Self, ConfigError> {
        let mut values = given.clone();
        values.retain(|_, value| value.trim() != SECRET_PREFIX);
        let named: Vec<(String, String)> = values
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), value.strip_prefix(SECRET_PREFIX)?.to_owned())))
            .collect();
        if named.is_empty() {
            return Ok(Self { given, values });
        }
        let client = Client::new(&crate::aws::sdk_config());
        let fetched = try_join_all(named.iter().map(|(name, secret)| fetch(&client, name, secret))).await?;
        let since = clock::now() - OVERLAP;
        let rotated = named.iter().zip(&fetched).filter_map(|((name, secret), (_, changed_at))| {
            let (_, secondary) = ROTATED.iter().find(|(rotated, _)| rotated == name)?;
            let is_given = values.get(*secondary).is_some_and(|value| !value.trim().is_empty());
            (*changed_at > since && !is_given).then_some((*secondary, secret))
        });
        let previous: Vec<_> = rotated.map(|(setting, secret)| fetch_previous(&client, setting, secret)).collect();
        let previous = join_all(previous).await;
        let current = named.iter().zip(fetched).map(|((name, _), (value, _))| (name.clone(), value));
        values.extend(current);
        values.extend(previous.into_iter().flatten());
        Ok(Self { given, values })
    }

    /// A setting, unless it is missing or empty.
    #[must_use]
    pub fn optional(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// A setting that must be there.
    pub fn required(&self, name: &str) -> Result<&str, ConfigError> {
        self.optional(name).ok_or_else(|| ConfigError::Missing(name.to_owned()))
    }

    /// A secret that must be there.
    pub fn secret(&self, name: &str) -> Result<SecretString, ConfigError> {
        self.required(name).map(SecretString::from)
    }

    /// A secret that may be absent.
    #[must_use]
    pub fn optional_secret(&self, name: &str) -> Option<SecretString> {
        self.optional(name).map(SecretString::from)
    }

    /// An address that must be there.
    pub fn url(&self, name: &str) -> Result<Url, ConfigError> {
        Url::parse(self.required(name)?).map_err(|e| ConfigError::invalid(name, e))
    }

    /// An address that may be absent.
    pub fn optional_url(&self, name: &str) -> Result<Option<Url>, ConfigError> {
        self.optional(name).map(|_| self.url(name)).transpose()
    }
}

/// The value of a secret, and when it was put there.
async fn fetch(client: &Client, name: &str, secret: &str) -> Result<(String, DateTime<Utc>), ConfigError> {
    match client.get_secret_value().secret_id(secret).send().await {
        Ok(answer) => {
            let changed_at = answer.created_date().and_then(|at| DateTime::from_timestamp(at.secs(), 0));
            match answer.secret_string {
                Some(value) => Ok((value, changed_at.unwrap_or_default())),
                None => Err(ConfigError::invalid(name, "the secret is binary, text is needed")),
            }
        }
        Err(error) => Err(ConfigError::Secret { name: name.to_owned(), source: Box::new(error) }),
    }
}

/// The value that a secret had before. Secrets Manager keeps it under a label of its own; a new secret has none.
async fn fetch_previous(client: &Client, setting: &str, secret: &str) -> Option<(String, String)> {
    match client.get_secret_value().secret_id(secret).version_stage("AWSPREVIOUS").send().await {
        Ok(answer) => answer.secret_string.map(|value| (setting.to_owned(), value)),
        Err(error) => {
            let error = error.into_service_error();
            if !error.is_resource_not_found_exception() {
                // The current value is what counts; what is signed with the one before is refused meanwhile.
                tracing::warn!(setting, %error, "the value of a secret before its rotation cannot be read");
            }
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_secret_without_a_name_is_not_given() {
        let given =
            [("KEY", "secretsmanager:"), ("OTHER", "value")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        let env = Environment::with_secrets(given.into()).await.unwrap();
        assert!(env.optional_secret("KEY").is_none());
        assert_eq!(env.optional("OTHER"), Some("value"));
    }

    #[test]
    fn an_error_names_the_setting() {
        let env = Environment::for_testing(&[("EMPTY", "  "), ("ODD", "not a url")]);
        assert_eq!(env.required("EMPTY").unwrap_err().to_string(), "EMPTY is not set");
        assert_eq!(env.required("ABSENT").unwrap_err().to_string(), "ABSENT is not set");
        assert!(env.url("ODD").unwrap_err().to_string().starts_with("ODD cannot be used: "));
    }
}
