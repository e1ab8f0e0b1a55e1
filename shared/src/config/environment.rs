//! The environment, read once at start, with secrets fetched.

use std::collections::HashMap;

use futures_util::future::try_join_all;
use secrecy::SecretString;
use url::Url;

use super::ConfigError;

/// A value of this form names a secret; the secret's text is the setting. Without a name it is a setting that is not
/// given: so the template writes a secret that may be absent.
const SECRET_PREFIX: &str = "secretsmanager:";

/// Reads `METRICS_NAMESPACE`: where CloudWatch files the metrics of this deployment. Without it there are none. By itself,
/// because logs and metrics begin before any other setting is read.
#[must_use]
pub fn metrics_namespace() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "this module is the reader of the environment")]
    let namespace = std::env::var("METRICS_NAMESPACE").ok();
    namespace.filter(|name| !name.is_empty())
}

/// All settings of this process.
#[derive(Clone)]
pub struct Environment {
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
        let values = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self { values }.with_secrets().await
    }

    /// Settings given in the code of a test.
    #[must_use]
    pub fn for_testing(values: &[(&str, &str)]) -> Self {
        Self { values: values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect() }
    }

    async fn with_secrets(mut self) -> Result<Self, ConfigError> {
        self.values.retain(|_, value| value.trim() != SECRET_PREFIX);
        let named: Vec<(String, String)> = self
            .values
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), value.strip_prefix(SECRET_PREFIX)?.to_owned())))
            .collect();
        if named.is_empty() {
            return Ok(self);
        }
        let client = aws_sdk_secretsmanager::Client::new(&crate::aws::sdk_config().await);
        let fetched = try_join_all(named.into_iter().map(|(name, secret)| fetch(&client, name, secret))).await?;
        self.values.extend(fetched);
        Ok(self)
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

async fn fetch(
    client: &aws_sdk_secretsmanager::Client,
    name: String,
    secret: String,
) -> Result<(String, String), ConfigError> {
    match client.get_secret_value().secret_id(secret).send().await {
        Ok(answer) => match answer.secret_string {
            Some(value) => Ok((name, value)),
            None => Err(ConfigError::invalid(&name, "the secret is binary, text is needed")),
        },
        Err(error) => Err(ConfigError::Secret { name, source: Box::new(error) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_secret_without_a_name_is_not_given() {
        let env = Environment::for_testing(&[("KEY", "secretsmanager:"), ("OTHER", "value")]);
        let env = env.with_secrets().await.unwrap();
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
