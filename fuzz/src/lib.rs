//! What the targets share: signatures as the providers make them, and what holds of everything that is read. Their own code:
//! if it called `shared`, both could be wrong together.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use ring::hmac;
use shared::{
    config::SigningConfig,
    lambda::{self, ApiError},
    signalwire::{SignatureError, VerifiedWebhook, Verifier, WebhookRequest},
};

/// What the webhooks in `events/` are signed with.
pub const SIGNING_KEY: &str = "PSK_example_signing_key";
/// The same for Clerk.
pub const CLERK_SECRET: &str = "whsec_ZXhhbXBsZS13ZWJob29rLXNpZ25pbmctc2VjcmV0ISE=";
/// Where they are sent to.
pub const FUNCTION_URL: &str = "https://exampleurlid.lambda-url.us-east-1.on.aws/";

/// The keys of the example project.
#[must_use]
pub fn signing() -> SigningConfig {
    SigningConfig { key: SIGNING_KEY.into(), secondary_key: None }
}

/// Checks what [`FUNCTION_URL`] receives.
#[must_use]
pub fn verifier(key: &str) -> Verifier {
    Verifier::new(FUNCTION_URL, &key.into(), None).expect("the key is not empty")
}

/// A webhook of the carrier: a form, or JSON when the body begins like an object.
#[derive(Clone)]
pub struct Webhook {
    /// Without `?`.
    pub query: Option<String>,
    /// As sent.
    pub body: Vec<u8>,
}

impl Webhook {
    /// The first line is the query, the rest the body. `None`: no query at all.
    #[must_use]
    pub fn of(data: &[u8]) -> Option<Self> {
        let at = data.iter().position(|byte| *byte == b'\n')?;
        let query = std::str::from_utf8(&data[..at]).ok()?;
        // A request line holds no space, no control character and nothing but ASCII, and a fragment is never sent.
        if !query.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#') {
            return None;
        }
        let query = Some(query.to_owned()).filter(|query| !query.is_empty());
        Some(Self { query, body: data[at + 1..].to_vec() })
    }

    /// Whether it is JSON.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.body.starts_with(b"{")
    }

    /// What the carrier signs.
    #[must_use]
    pub fn signed(&self) -> Vec<u8> {
        let mut signed = FUNCTION_URL.as_bytes().to_vec();
        if let Some(query) = &self.query {
            signed.push(b'?');
            signed.extend_from_slice(query.as_bytes());
        }
        if self.is_json() {
            signed.extend_from_slice(&self.body);
            return signed;
        }
        let mut pairs = decode(&self.body);
        pairs.sort_by(|one, other| one.0.cmp(&other.0));
        signed.extend(pairs.into_iter().flat_map(|(name, value)| [name, value].concat()));
        signed
    }

    /// The signature that the carrier sends with it.
    #[must_use]
    pub fn signature(&self) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, SIGNING_KEY.as_bytes());
        let tag = hmac::sign(&key, &self.signed());
        if self.is_json() {
            tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
        } else {
            STANDARD.encode(tag.as_ref())
        }
    }

    /// What a verifier says to it with this signature.
    pub fn verify(&self, verifier: &Verifier, signature: Option<&str>) -> Result<VerifiedWebhook, SignatureError> {
        let mut headers = HeaderMap::new();
        let content_type = if self.is_json() { "application/json" } else { "application/x-www-form-urlencoded" };
        headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        if let Some(signature) = signature {
            headers.insert("x-signalwire-signature", HeaderValue::from_str(signature).expect("base64 or hex"));
        }
        let request = WebhookRequest {
            method: &Method::POST,
            raw_query: self.query.as_deref(),
            headers: &headers,
            body: &self.body,
        };
        verifier.verify(&request)
    }
}

/// Parameters of a form, in the order of arrival.
#[must_use]
pub fn decode(encoded: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut pairs = Vec::new();
    for pair in encoded.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let mut halves = pair.splitn(2, |byte| *byte == b'=').map(|half| {
            let spaced: Vec<u8> = half.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
            percent_encoding::percent_decode(&spaced).collect::<Vec<u8>>()
        });
        pairs.push((halves.next().unwrap_or_default(), halves.next().unwrap_or_default()));
    }
    pairs
}

/// Postgres stores no NUL in a text and in no JSON: a request with one would fail for ever.
pub fn assert_storable(what: &str, text: &str) {
    assert!(!text.contains('\0'), "{what} has a NUL: {text:?}");
}

/// The same for all texts of a JSON value.
pub fn assert_storable_json(what: &str, value: &serde_json::Value) {
    // As JSON a NUL is the escape \u0000, and a backslash before it two of them.
    let written = value.to_string().replace("\\\\", "");
    assert!(!written.contains("\\u0000"), "{what} has a NUL: {written}");
}

/// A refusal is a problem of the request, told as one (RFC 9457) that names a field.
pub fn assert_problem(error: ApiError) {
    let response = lambda::reply(Err(error));
    let body: &[u8] = response.body();
    let problem: serde_json::Value = serde_json::from_slice(body).expect("a problem is JSON");
    assert!(response.status().is_client_error(), "{} {problem}", response.status());
    assert_eq!(problem["status"], response.status().as_u16(), "{problem}");
    if response.status() == StatusCode::UNPROCESSABLE_ENTITY && problem["code"].is_null() {
        assert!(problem["errors"].as_array().is_some_and(|errors| !errors.is_empty()), "{problem}");
    }
}
