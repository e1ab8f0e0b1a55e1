//! Events as a function URL makes them of SignalWire's webhook.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha1::Sha1;
use url::form_urlencoded;

pub const SIGNING_KEY: &str = "PSK_bench";
pub const WEBHOOK_URL: &str = "https://bench.lambda-url.us-east-1.on.aws/";

/// A signed text with an id of its own.
pub fn event(id: &str, from: &str, to: &str) -> String {
    // In the order of their names, as they are signed.
    let form = [
        ("AccountSid", "6d0f2c9e-58a1-4f0b-9a7e-21c4d3b5e6f7"),
        ("ApiVersion", "2010-04-01"),
        ("Body", "Hello, are you open on Saturday? I would like to come by with my son at about ten."),
        ("From", from),
        ("MessageSid", id),
        ("NumMedia", "0"),
        ("NumSegments", "1"),
        ("SmsSid", id),
        ("To", to),
    ];
    let text: String = form.iter().flat_map(|(name, value)| [*name, *value]).collect();
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(SIGNING_KEY.as_bytes()) else { return String::new() };
    mac.update(WEBHOOK_URL.as_bytes());
    mac.update(text.as_bytes());
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let event = json!({
        "version": "2.0", "routeKey": "$default", "rawPath": "/", "rawQueryString": "",
        "headers": {
            "content-type": "application/x-www-form-urlencoded", "host": "bench.lambda-url.us-east-1.on.aws",
            "user-agent": "SignalWire", "x-forwarded-proto": "https",
            "x-signalwire-signature": STANDARD.encode(mac.finalize().into_bytes()),
        },
        "requestContext": {
            "accountId": "anonymous", "apiId": "bench", "domainName": "bench.lambda-url.us-east-1.on.aws",
            "domainPrefix": "bench", "routeKey": "$default", "stage": "$default", "requestId": id,
            "http": { "method": "POST", "path": "/", "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7", "userAgent": "SignalWire" },
            "time": "15/Jan/2026:18:30:00 +0000", "timeEpoch": 1_768_501_800_000_u64,
        },
        "body": STANDARD.encode(body),
        "isBase64Encoded": true,
    });
    event.to_string()
}
