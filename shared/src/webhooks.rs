//! Webhooks to those who build on us, signed as Standard Webhooks says (standardwebhooks.com, "Signature scheme").

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use ring::{
    hmac,
    rand::{SecureRandom, SystemRandom},
};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

const PREFIX: &str = "whsec_";
/// The specification asks for 24 to 64.
const SECRET_BYTES: usize = 32;

/// A secret that signs, `whsec_` and base64. `Debug` does not show it.
#[derive(Debug, Clone)]
pub struct WebhookSecret(SecretString);

/// There is no secret.
#[derive(Debug, thiserror::Error)]
pub enum WebhookSecretError {
    /// The system has no randomness.
    #[error("no random bytes")]
    NoRandomness,
    /// A stored one is not `whsec_` and base64.
    #[error("the secret cannot be read")]
    Unreadable,
}

impl WebhookSecret {
    /// A new one.
    ///
    /// # Errors
    /// [`WebhookSecretError::NoRandomness`].
    pub fn generate() -> Result<Self, WebhookSecretError> {
        let mut bytes = [0; SECRET_BYTES];
        SystemRandom::new().fill(&mut bytes).map_err(|_| WebhookSecretError::NoRandomness)?;
        Ok(Self(SecretString::from(format!("{PREFIX}{}", STANDARD.encode(bytes)))))
    }

    /// One that was stored.
    #[must_use]
    pub fn stored(text: String) -> Self {
        Self(SecretString::from(text))
    }

    /// The text, for the row and for the one answer that shows it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    fn sign(&self, content: &[u8]) -> Result<String, WebhookSecretError> {
        let text = self.expose().strip_prefix(PREFIX).ok_or(WebhookSecretError::Unreadable)?;
        let bytes = STANDARD.decode(text).map_err(|_| WebhookSecretError::Unreadable)?;
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &bytes), content);
        Ok(format!("v1,{}", STANDARD.encode(tag)))
    }
}

/// The three headers of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookHeaders {
    /// `webhook-id`: the same for every attempt of an event.
    pub id: String,
    /// `webhook-timestamp`: of this attempt, in seconds since 1970.
    pub timestamp: String,
    /// `webhook-signature`: one per secret, separated by spaces.
    pub signature: String,
}

/// Signs exactly these bytes, with every secret that is valid now.
///
/// # Errors
/// [`WebhookSecretError::Unreadable`].
pub fn sign_webhook(
    secrets: &[WebhookSecret],
    id: Uuid,
    at: DateTime<Utc>,
    body: &[u8],
) -> Result<WebhookHeaders, WebhookSecretError> {
    let (id, timestamp) = (id.to_string(), at.timestamp().to_string());
    let content = [id.as_bytes(), b".", timestamp.as_bytes(), b".", body].concat();
    let signatures: Result<Vec<String>, _> = secrets.iter().map(|secret| secret.sign(&content)).collect();
    Ok(WebhookHeaders { id, timestamp, signature: signatures?.join(" ") })
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;

    fn header_map(headers: &WebhookHeaders) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in [
            ("webhook-id", &headers.id),
            ("webhook-timestamp", &headers.timestamp),
            ("webhook-signature", &headers.signature),
        ] {
            map.insert(name, value.parse().unwrap());
        }
        map
    }

    #[test]
    fn the_library_of_the_specification_accepts_what_we_sign() {
        let (new, old, other) = (
            WebhookSecret::generate().unwrap(),
            WebhookSecret::generate().unwrap(),
            WebhookSecret::generate().unwrap(),
        );
        let body = r#"{"type":"message.received","text":"Grüße 👋"}"#.as_bytes();
        let headers = sign_webhook(&[new.clone(), old.clone()], Uuid::new_v4(), crate::clock::now(), body).unwrap();
        let verify = |secret: &WebhookSecret, body: &[u8]| {
            let verifier = standardwebhooks::Webhook::new(secret.expose()).unwrap();
            verifier.verify(body, &header_map(&headers)).is_ok()
        };
        assert!(verify(&new, body) && verify(&old, body), "during a rotation both secrets sign");
        assert!(!verify(&other, body) && !verify(&new, &body[1..]));
    }

    #[test]
    fn a_secret_is_long_enough_never_the_same_and_not_shown() {
        let (one, other) = (WebhookSecret::generate().unwrap(), WebhookSecret::generate().unwrap());
        assert_ne!(one.expose(), other.expose());
        let bytes = STANDARD.decode(one.expose().strip_prefix("whsec_").unwrap()).unwrap();
        assert!((24..=64).contains(&bytes.len()));
        assert!(!format!("{one:?}").contains(one.expose()));
        assert!(WebhookSecret::stored("whsec_%".to_owned()).sign(b"").is_err());
    }
}
