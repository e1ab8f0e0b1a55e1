//! Proof that a webhook comes from Clerk, which signs through Svix (docs.svix.com, "Verifying webhooks manually"; the
//! same as Standard Webhooks, apart from the names of the headers).

use std::fmt;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, PAD};
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};
use chrono::{DateTime, Utc};
use http::HeaderMap;
use ring::hmac;
use secrecy::{ExposeSecret, SecretString};

use super::event::{Event, EventError};

const SECRET_PREFIX: &str = "whsec_";
const SIGNATURE_VERSION: &str = "v1";
/// How far the sender's clock and ours may be apart, in both directions.
const TOLERANCE_SECONDS: u64 = 300;
/// A rotation sends two signatures; each costs one pass over the body.
const MAX_SIGNATURES: usize = 8;
const SVIX: [&str; 3] = ["svix-id", "svix-timestamp", "svix-signature"];
const UNBRANDED: [&str; 3] = ["webhook-id", "webhook-timestamp", "webhook-signature"];
/// Secrets are shown with padding, but people copy them without.
const SECRET_BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
const SIGNATURE_BASE64: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, PAD);

/// Which of the two configured secrets signed. `Secondary` shows that a rotation is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SigningSecret {
    /// The secret that is meant to stay.
    Primary,
    /// The other secret during a rotation.
    Secondary,
}

/// Why a verifier cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// Not base64 after `whsec_`.
    #[error("the webhook secret must be whsec_ and base64")]
    NotBase64(#[source] base64::DecodeError),
    /// An empty key would accept anybody's signature.
    #[error("the webhook secret is empty")]
    Empty,
}

/// The request is not proven to come from Clerk. The text is for the sender and says nothing more; the reason is for
/// the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature is not valid")]
pub struct SignatureError {
    reason: SignatureFailure,
}

/// What was wrong with a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureFailure {
    /// One of the three headers is missing, blank, doubled or not text.
    Headers,
    /// The timestamp is not made of digits only.
    Timestamp,
    /// Signed more than five minutes ago.
    TooOld,
    /// Signed more than five minutes from now.
    TooNew,
    /// More signatures than any real request has.
    TooMany,
    /// Another secret, or a changed request.
    Wrong,
}

/// An event that Clerk signed. Only [`Verifier::verify`] builds one. `Debug` shows no content.
#[derive(Clone)]
pub struct VerifiedEvent {
    id: String,
    attempted_at: DateTime<Utc>,
    secret: SigningSecret,
    body: Vec<u8>,
}

/// Checks the signatures of Clerk's webhook.
#[derive(Debug)]
pub struct Verifier {
    keys: Vec<(SigningSecret, hmac::Key)>,
}

struct Headers<'a> {
    id: &'a str,
    timestamp: &'a str,
    signatures: &'a str,
}

impl Verifier {
    /// # Errors
    /// [`SecretError`] when a secret is empty or not base64.
    pub fn new(primary: &SecretString, secondary: Option<&SecretString>) -> Result<Self, SecretError> {
        let mut keys = vec![(SigningSecret::Primary, read_secret(primary)?)];
        if let Some(secondary) = secondary {
            keys.push((SigningSecret::Secondary, read_secret(secondary)?));
        }
        Ok(Self { keys })
    }

    /// Checks signature and age over the raw body.
    ///
    /// # Errors
    /// [`SignatureError`], the same for every cause.
    pub fn verify(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<VerifiedEvent, SignatureError> {
        let headers = read_headers(headers)?;
        let attempted_at = read_timestamp(headers.timestamp)?;
        check_age(attempted_at, now)?;

        let signed = [headers.id.as_bytes(), b".", headers.timestamp.as_bytes(), b".", body].concat();
        let tags = read_signatures(headers.signatures)?;
        let matches = |key: &hmac::Key| tags.iter().any(|tag| hmac::verify(key, &signed, tag).is_ok());
        let (secret, _) = self.keys.iter().find(|(_, key)| matches(key)).ok_or(failed(SignatureFailure::Wrong))?;
        Ok(VerifiedEvent { id: headers.id.to_owned(), attempted_at, secret: *secret, body: body.to_vec() })
    }
}

impl VerifiedEvent {
    /// `svix-id`: the same on every retry and replay, therefore the key against doubles.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// When this attempt was made; not when the event happened.
    #[must_use]
    pub fn attempted_at(&self) -> DateTime<Utc> {
        self.attempted_at
    }

    /// Which secret signed.
    #[must_use]
    pub fn secret(&self) -> SigningSecret {
        self.secret
    }

    /// The bytes of the body.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Reads the event.
    ///
    /// # Errors
    /// [`EventError`] names the field that cannot be read.
    pub fn parse(&self) -> Result<Event, EventError> {
        Event::parse(&self.body)
    }
}

impl SignatureError {
    /// For the log.
    #[must_use]
    pub fn reason(&self) -> SignatureFailure {
        self.reason
    }
}

fn failed(reason: SignatureFailure) -> SignatureError {
    SignatureError { reason }
}

fn read_secret(secret: &SecretString) -> Result<hmac::Key, SecretError> {
    let text = secret.expose_secret().trim();
    let key = SECRET_BASE64.decode(text.strip_prefix(SECRET_PREFIX).unwrap_or(text)).map_err(SecretError::NotBase64)?;
    if key.is_empty() {
        return Err(SecretError::Empty);
    }
    Ok(hmac::Key::new(hmac::HMAC_SHA256, &key))
}

/// The `svix-*` family if any of it is there, otherwise the unbranded one; never a mixture.
fn read_headers(headers: &HeaderMap) -> Result<Headers<'_>, SignatureError> {
    let family = if SVIX.iter().any(|name| headers.contains_key(*name)) { SVIX } else { UNBRANDED };
    let [id, timestamp, signatures] = family.map(|name| single(headers, name));
    match (id, timestamp, signatures) {
        (Some(id), Some(timestamp), Some(signatures)) => Ok(Headers { id, timestamp, signatures }),
        _ => Err(failed(SignatureFailure::Headers)),
    }
}

/// A header that is there once and not blank. Gateways join doubled headers with a comma: an id or a timestamp joined
/// so was never signed, and a signature joined so is no base64.
fn single<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?.trim();
    if values.next().is_some() || value.is_empty() { None } else { Some(value) }
}

fn read_timestamp(text: &str) -> Result<DateTime<Utc>, SignatureError> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = if digits { text.parse::<i64>().ok() } else { None };
    seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0)).ok_or(failed(SignatureFailure::Timestamp))
}

fn check_age(attempted_at: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), SignatureError> {
    let age = now.timestamp().saturating_sub(attempted_at.timestamp());
    if age.unsigned_abs() <= TOLERANCE_SECONDS {
        return Ok(());
    }
    Err(failed(if age > 0 { SignatureFailure::TooOld } else { SignatureFailure::TooNew }))
}

/// The entries of version `v1`. Other versions are skipped: they use other algorithms.
fn read_signatures(header: &str) -> Result<Vec<Vec<u8>>, SignatureError> {
    let entries = header.split(' ').filter_map(|entry| entry.split_once(','));
    let current = entries.filter(|(version, _)| *version == SIGNATURE_VERSION);
    let tags: Vec<_> = current.filter_map(|(_, tag)| SIGNATURE_BASE64.decode(tag).ok()).collect();
    if tags.len() > MAX_SIGNATURES { Err(failed(SignatureFailure::TooMany)) } else { Ok(tags) }
}

impl fmt::Debug for VerifiedEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedEvent").field("id", &self.id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
