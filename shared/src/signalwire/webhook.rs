//! Proof that a webhook comes from SignalWire (its pages "Webhook security"; the official SDKs behave alike).
//!
//! Two schemes exist, told apart by the form of the signature:
//! - **B**, form webhooks: `base64(HMAC-SHA1(key, url + name1 + value1 + name2 + …))`, decoded and sorted by name;
//! - **A**, JSON webhooks: `hex(HMAC-SHA1(key, url + raw body))`, and the same by SHA-256 in a second header.
//!
//! The URL is the one that SignalWire was told, not the one rebuilt from the request, which proxies change.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, Method};
use ring::{digest, hmac};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;

use super::form::{self, Form};
use super::signed_url;

const SHA1_HEADERS: [&str; 2] = ["x-signalwire-signature", "x-twilio-signature"];
const SHA256_HEADERS: [&str; 2] = ["x-signalwire-sha256-signature", "x-twilio-sha256-signature"];
/// Length of a SHA-1 in base64, in hex, and of a SHA-256 in hex.
const BASE64_SHA1: usize = 28;
const HEX_SHA1: usize = 40;
const HEX_SHA256: usize = 64;
/// Each value costs some hashing; a real request has at most two.
const MAX_SIGNATURES: usize = 4;

/// A request as it arrived.
#[derive(Clone, Copy)]
pub struct WebhookRequest<'a> {
    /// POST, or GET for a webhook that is configured so.
    pub method: &'a Method,
    /// The query string, not decoded, without `?`.
    pub raw_query: Option<&'a str>,
    /// All headers; only signatures and content type are read.
    pub headers: &'a HeaderMap,
    /// The bytes of the body.
    pub body: &'a [u8],
}

/// Which of the two configured keys signed. `Secondary` shows that a rotation is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SigningKey {
    /// The key that is meant to stay.
    Primary,
    /// The other key during a rotation.
    Secondary,
}

/// A request that SignalWire signed. Only [`Verifier::verify`] builds one. `Debug` shows no content.
#[derive(Clone)]
pub struct VerifiedWebhook {
    key: SigningKey,
    form: Form,
    body: Vec<u8>,
}

/// Why a verifier cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum VerifierError {
    /// An empty key would accept anybody's signature.
    #[error("the signing key is empty")]
    EmptyKey,
    /// Not an absolute http(s) URL.
    #[error("the public URL of the webhook is not an absolute URL")]
    InvalidUrl(#[source] url::ParseError),
}

/// The request is not proven to come from SignalWire. The text is for the sender and says nothing more; the reason is
/// for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature is not valid")]
pub struct SignatureError {
    reason: SignatureFailure,
}

/// What was wrong with a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureFailure {
    /// No signature header.
    Missing,
    /// More signatures than any real request has.
    TooMany,
    /// None of them has the form of a signature.
    Malformed,
    /// The signature does not cover the body: it is neither a form nor hashed in the query.
    BodyNotCovered,
    /// Another key, another URL, or a changed request.
    Wrong,
}

/// Checks the signatures of one webhook URL.
#[derive(Debug)]
pub struct Verifier {
    public_url: String,
    keys: Vec<(SigningKey, Keys)>,
}

#[derive(Debug)]
struct Keys {
    sha1: hmac::Key,
    sha256: hmac::Key,
}

enum Signature {
    Form(Vec<u8>),
    Body(Vec<u8>),
    BodySha256(Vec<u8>),
}

impl Verifier {
    /// `public_url` is the URL exactly as SignalWire is told, query and fragment included.
    ///
    /// # Errors
    /// [`VerifierError`] when a key is empty or the URL is none.
    pub fn new(
        public_url: &str,
        primary: &SecretString,
        secondary: Option<&SecretString>,
    ) -> Result<Self, VerifierError> {
        url::Url::parse(public_url).map_err(VerifierError::InvalidUrl)?;
        let mut keys = vec![(SigningKey::Primary, Keys::new(primary)?)];
        if let Some(secondary) = secondary {
            keys.push((SigningKey::Secondary, Keys::new(secondary)?));
        }
        Ok(Self { public_url: public_url.to_owned(), keys })
    }

    /// Checks the signature over the raw request.
    ///
    /// # Errors
    /// [`SignatureError`], the same for every cause.
    pub fn verify(&self, request: &WebhookRequest<'_>) -> Result<VerifiedWebhook, SignatureError> {
        let signatures = signatures(request.headers)?;
        let urls = signed_url::candidates(&self.public_url, request.raw_query);
        let pairs = parameters(request);

        let mut failure = SignatureFailure::Wrong;
        for signature in &signatures {
            match self.matching_key(signature, request, &urls, &pairs) {
                Ok(Some(key)) => {
                    let pairs = if *request.method == Method::GET { query_parameters(request) } else { pairs };
                    let form = if pairs.is_empty() { Form::of_json(request.body) } else { Form::new(&pairs) };
                    return Ok(VerifiedWebhook { key, form, body: request.body.to_vec() });
                }
                Ok(None) => {}
                Err(reason) => failure = reason,
            }
        }
        Err(SignatureError { reason: failure })
    }

    fn matching_key(
        &self,
        signature: &Signature,
        request: &WebhookRequest<'_>,
        urls: &[String],
        pairs: &[(Vec<u8>, Vec<u8>)],
    ) -> Result<Option<SigningKey>, SignatureFailure> {
        let covered = match signature {
            Signature::Form(_) => form_payload(request, pairs)?,
            Signature::Body(_) | Signature::BodySha256(_) => request.body.to_vec(),
        };
        let matches = |keys: &Keys, url: &String| {
            let signed = [url.as_bytes(), &covered].concat();
            match signature {
                Signature::Form(tag) | Signature::Body(tag) => hmac::verify(&keys.sha1, &signed, tag).is_ok(),
                Signature::BodySha256(tag) => hmac::verify(&keys.sha256, &signed, tag).is_ok(),
            }
        };
        let found = self.keys.iter().find(|(_, keys)| urls.iter().any(|url| matches(keys, url)));
        Ok(found.map(|(name, _)| *name))
    }
}

impl Keys {
    fn new(secret: &SecretString) -> Result<Self, VerifierError> {
        let secret = secret.expose_secret().trim().as_bytes();
        if secret.is_empty() {
            return Err(VerifierError::EmptyKey);
        }
        // SHA-1 is the provider's choice. HMAC does not need the collision resistance that SHA-1 has lost.
        let sha1 = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
        Ok(Self { sha1, sha256: hmac::Key::new(hmac::HMAC_SHA256, secret) })
    }
}

impl VerifiedWebhook {
    /// The parameters: of the body (members, when it is a JSON object), or of the query when the request is a GET.
    #[must_use]
    pub fn form(&self) -> &Form {
        &self.form
    }

    /// The bytes of the body.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Which key signed.
    #[must_use]
    pub fn key(&self) -> SigningKey {
        self.key
    }

    /// The body of a JSON webhook.
    ///
    /// # Errors
    /// When it is not the JSON that `T` reads.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(&self.body)
    }
}

impl SignatureError {
    /// For the log.
    #[must_use]
    pub fn reason(&self) -> SignatureFailure {
        self.reason
    }
}

fn signatures(headers: &HeaderMap) -> Result<Vec<Signature>, SignatureError> {
    let values = |names: [&'static str; 2]| names.into_iter().flat_map(|name| headers.get_all(name));
    let sha1: Vec<_> = values(SHA1_HEADERS).collect();
    let sha256: Vec<_> = values(SHA256_HEADERS).collect();
    if sha1.is_empty() && sha256.is_empty() {
        return Err(SignatureError { reason: SignatureFailure::Missing });
    }
    if sha1.len() > MAX_SIGNATURES || sha256.len() > MAX_SIGNATURES {
        return Err(SignatureError { reason: SignatureFailure::TooMany });
    }

    // How a form is signed in the SHA-256 header is not documented: such values match nothing and do no harm.
    let sha1 = sha1.into_iter().filter_map(|value| read_sha1(value.as_bytes().trim_ascii()));
    let sha256 = sha256.into_iter().filter_map(|value| read_sha256(value.as_bytes().trim_ascii()));
    let found: Vec<_> = sha1.chain(sha256).collect();
    if found.is_empty() { Err(SignatureError { reason: SignatureFailure::Malformed }) } else { Ok(found) }
}

fn read_sha1(value: &[u8]) -> Option<Signature> {
    match value.len() {
        BASE64_SHA1 => STANDARD.decode(value).ok().map(Signature::Form),
        HEX_SHA1 => read_hex(value).map(Signature::Body),
        _ => None,
    }
}

fn read_sha256(value: &[u8]) -> Option<Signature> {
    if value.len() == HEX_SHA256 { read_hex(value).map(Signature::BodySha256) } else { None }
}

fn read_hex(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    text.chunks_exact(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

/// The form parameters of the body; none when it is not a form.
fn parameters(request: &WebhookRequest<'_>) -> Vec<(Vec<u8>, Vec<u8>)> {
    if *request.method != Method::GET && is_form(request.headers) { form::decode(request.body) } else { Vec::new() }
}

fn query_parameters(request: &WebhookRequest<'_>) -> Vec<(Vec<u8>, Vec<u8>)> {
    form::decode(request.raw_query.unwrap_or_default().as_bytes())
}

/// A body without a type is read as a form, which all webhooks of the compatibility API are.
fn is_form(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(http::header::CONTENT_TYPE) else {
        return true;
    };
    let essence = value.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    essence.eq_ignore_ascii_case(b"application/x-www-form-urlencoded")
}

/// What scheme B signs after the URL. A body that is no form must be hashed in the query, or nothing vouches for it.
fn form_payload(request: &WebhookRequest<'_>, pairs: &[(Vec<u8>, Vec<u8>)]) -> Result<Vec<u8>, SignatureFailure> {
    if let Some(hash) = body_sha256(request.raw_query) {
        let actual = digest::digest(&digest::SHA256, request.body);
        let same = read_hex(&hash).is_some_and(|hash| hash == actual.as_ref());
        return if same { Ok(Vec::new()) } else { Err(SignatureFailure::BodyNotCovered) };
    }
    if pairs.is_empty() && !request.body.is_empty() {
        return Err(SignatureFailure::BodyNotCovered);
    }
    // A stable sort: SignalWire's SDKs keep repeated names in the order of arrival.
    let mut sorted: Vec<_> = pairs.iter().collect();
    sorted.sort_by(|(left, _), (right, _)| left.cmp(right));
    Ok(sorted.into_iter().flat_map(|(name, value)| [name.as_slice(), value.as_slice()].concat()).collect())
}

fn body_sha256(raw_query: Option<&str>) -> Option<Vec<u8>> {
    let pairs = form::decode(raw_query?.as_bytes());
    pairs.into_iter().find(|(name, _)| name == b"bodySHA256").map(|(_, value)| value)
}

impl fmt::Debug for WebhookRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookRequest").field("method", self.method).finish_non_exhaustive()
    }
}

impl fmt::Debug for VerifiedWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedWebhook").field("key", &self.key).field("form", &self.form).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
