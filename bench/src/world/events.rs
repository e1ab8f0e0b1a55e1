//! Events as AWS makes them: of SignalWire's webhooks by a function URL, of the console's requests by the HTTP API (payload 2.0).

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha1::Sha1;
use url::form_urlencoded;

pub const SIGNING_KEY: &str = "PSK_bench";
pub const WEBHOOK_URL: &str = "https://bench.lambda-url.us-east-1.on.aws/";

/// A signed webhook. The fields come in the order of their names, in which they are signed.
pub fn webhook(query: &str, form: &[(&str, &str)]) -> String {
    let url = if query.is_empty() { WEBHOOK_URL.to_owned() } else { format!("{WEBHOOK_URL}?{query}") };
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let headers = json!({
        "content-type": "application/x-www-form-urlencoded", "host": "bench.lambda-url.us-east-1.on.aws",
        "user-agent": "SignalWire", "x-forwarded-proto": "https", "x-signalwire-signature": signature(&url, form),
    });
    let mut event = event("POST", "$default", "/", query);
    event["headers"] = headers;
    event["body"] = Value::String(STANDARD.encode(body));
    event["isBase64Encoded"] = Value::Bool(true);
    event.to_string()
}

/// A text from a customer.
pub fn text(sid: &str, from: &str, to: &str) -> String {
    webhook(
        "",
        &[
            ("AccountSid", "6d0f2c9e-58a1-4f0b-9a7e-21c4d3b5e6f7"),
            ("ApiVersion", "2010-04-01"),
            ("Body", "Hello, are you open on Saturday? I would like to come by with my son at about ten."),
            ("From", from),
            ("MessageSid", sid),
            ("NumMedia", "0"),
            ("NumSegments", "1"),
            ("SmsSid", sid),
            ("To", to),
        ],
    )
}

/// A receipt for a text of ours.
pub fn receipt(message_id: &str, sid: &str, status: &str) -> String {
    webhook(
        &format!("message={message_id}"),
        &[
            ("AccountSid", "6d0f2c9e-58a1-4f0b-9a7e-21c4d3b5e6f7"),
            ("Body", "Yes, from nine to five."),
            ("From", "+14052010001"),
            ("MessageSid", sid),
            ("MessageStatus", status),
            ("NumMedia", "0"),
            ("NumSegments", "1"),
            ("To", "+14055550123"),
        ],
    )
}

/// A request of somebody with this token. `route` is the one of the template, with its `{workspace}`.
pub fn request(route: &str, parameters: &[(&str, &str)], query: &str, token: &str) -> Value {
    let (method, pattern) = route.split_once(' ').unwrap_or(("GET", route));
    let path =
        parameters.iter().fold(pattern.to_owned(), |path, (name, value)| path.replace(&format!("{{{name}}}"), value));
    let mut event = event(method, route, &path, query);
    event["headers"] = json!({
        "accept": "application/json", "authorization": format!("Bearer {token}"), "content-type": "application/json",
        "host": "bench.execute-api.us-east-1.amazonaws.com", "x-forwarded-proto": "https",
    });
    event["pathParameters"] = parameters.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    event
}

fn event(method: &str, route: &str, path: &str, query: &str) -> Value {
    let parameters: serde_json::Map<String, Value> =
        form_urlencoded::parse(query.as_bytes()).map(|(name, value)| (name.into_owned(), json!(value))).collect();
    json!({
        "version": "2.0", "routeKey": route, "rawPath": path, "rawQueryString": query,
        "queryStringParameters": parameters,
        "requestContext": {
            "accountId": "123456789012", "apiId": "bench", "domainName": "bench.lambda-url.us-east-1.on.aws",
            "domainPrefix": "bench", "routeKey": route, "stage": "$default", "requestId": "bench",
            "http": {
                "method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7", "userAgent": "bench",
            },
            "time": "15/Jan/2026:18:30:00 +0000", "timeEpoch": 1_768_501_800_000_u64,
        },
        "isBase64Encoded": false,
    })
}

fn signature(url: &str, form: &[(&str, &str)]) -> String {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(SIGNING_KEY.as_bytes()) else { return String::new() };
    mac.update(url.as_bytes());
    for (name, value) in form {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    STANDARD.encode(mac.finalize().into_bytes())
}
