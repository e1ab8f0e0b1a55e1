//! Signatures made here, by hand: if the tests used our own verification code, both could be wrong together.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::Sha256;

/// SignalWire, scheme B: base64 of HMAC-SHA1 over the URL and the sorted parameters.
pub fn sign_form(key: &str, url: &str, form: &[(&str, &str)]) -> String {
    let mut sorted: Vec<_> = form.to_vec();
    sorted.sort_unstable();
    let mut mac = Hmac::<Sha1>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(url.as_bytes());
    for (name, value) in sorted {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    STANDARD.encode(mac.finalize().into_bytes())
}

/// SignalWire, scheme A: hex of HMAC-SHA1 over the URL and the body.
pub fn sign_json(key: &str, url: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(url.as_bytes());
    mac.update(body.as_bytes());
    mac.finalize().into_bytes().iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

/// Svix: base64 of HMAC-SHA256 over id, time and body.
pub fn clerk_headers(secret: &str, id: &str, timestamp: i64, body: &str) -> [(&'static str, String); 3] {
    let key = STANDARD.decode(secret.trim_start_matches("whsec_")).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    [("svix-id", id.to_owned()), ("svix-timestamp", timestamp.to_string()), ("svix-signature", signature)]
}

/// HTTP Basic.
pub fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// What can be wrong with a webhook's signature.
#[derive(Debug, Clone, Copy)]
pub enum SigningCase {
    Missing,
    Garbage,
    OtherKey,
    OtherUrl,
    ChangedBody,
}

impl SigningCase {
    pub const ALL: [Self; 5] = [Self::Missing, Self::Garbage, Self::OtherKey, Self::OtherUrl, Self::ChangedBody];
}
