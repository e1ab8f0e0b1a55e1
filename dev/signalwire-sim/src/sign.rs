//! Signs webhooks as SignalWire does. Written for the simulator alone: if it called the product's code, both could be
//! wrong together.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// Scheme B (SignalWire, webhook security): base64 HMAC-SHA1 over the URL and the form parameters sorted by key.
pub fn form_signature(key: &str, url: &str, parameters: &[(String, String)]) -> String {
    form_signature_of_exact_url(key, &signed_url(url), parameters)
}

fn form_signature_of_exact_url(key: &str, url: &str, parameters: &[(String, String)]) -> String {
    let mut sorted: Vec<_> = parameters.iter().collect();
    // Stable, so repeated keys keep the order in which they are sent.
    sorted.sort_by(|left, right| left.0.as_bytes().cmp(right.0.as_bytes()));
    let mut text = url.to_owned();
    for (name, value) in sorted {
        text.push_str(name);
        text.push_str(value);
    }
    STANDARD.encode(hmac_sha1(key, text.as_bytes()))
}

/// Scheme A (SignalWire, webhook security of JSON requests): hex HMAC-SHA1 over the URL and the raw body.
pub fn json_signature(key: &str, url: &str, raw_body: &str) -> String {
    hex::encode(hmac_sha1(key, format!("{}{raw_body}", signed_url(url)).as_bytes()))
}

/// The URL as it was configured, without the fragment (it is never sent) and without the default port: both signatures
/// captured from SignalWire were made without a port.
pub fn signed_url(url: &str) -> String {
    let url = url.split('#').next().unwrap_or(url);
    for (scheme, port) in [("https://", ":443"), ("http://", ":80")] {
        let Some(rest) = url.strip_prefix(scheme) else { continue };
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        if let Some(host) = authority.strip_suffix(port) {
            return format!("{scheme}{host}{tail}");
        }
    }
    url.to_owned()
}

fn hmac_sha1(key: &str, text: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha1>::new_from_slice(key.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests;
