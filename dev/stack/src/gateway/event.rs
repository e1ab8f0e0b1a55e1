//! The event of payload format 2.0, as API Gateway and function URLs build it (Amazon API Gateway, "Create AWS Lambda
//! proxy integrations for HTTP APIs"; AWS Lambda, "Request and response payloads" of function URLs).

use std::collections::BTreeMap;
use std::net::IpAddr;

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, Uri, Version, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::API_ID;
use super::routes::decoded;
use crate::aws::ACCOUNT_ID;
use crate::functions::new_trace;

/// The two services that speak this format, where they differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Decodes the path, and takes the cookies out of the headers.
    HttpApi,
    /// Leaves the path as it came, and the cookie header too.
    FunctionUrl,
}

/// A request as it arrived.
pub struct Request {
    pub method: Method,
    /// Without the prefix under which a function URL is served here.
    pub path: String,
    pub uri: Uri,
    pub version: Version,
    pub headers: HeaderMap,
    pub body: Bytes,
    pub source_ip: IpAddr,
}

pub fn build(
    service: Service,
    request: &Request,
    route_key: &str,
    path_parameters: &BTreeMap<String, String>,
    now: DateTime<Utc>,
) -> Value {
    let path = match service {
        Service::HttpApi => decoded(&request.path),
        Service::FunctionUrl => request.path.clone(),
    };
    let query = request.uri.query().unwrap_or_default();
    let mut event = json!({
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers(service, request),
        "requestContext": context(request, route_key, &path, now),
        "isBase64Encoded": false,
    });
    // What is empty is left out, not null.
    let cookies = cookies(&request.headers);
    if !cookies.is_empty() {
        event["cookies"] = json!(cookies);
    }
    let query = query_parameters(query);
    if !query.is_empty() {
        event["queryStringParameters"] = json!(query);
    }
    if !path_parameters.is_empty() {
        event["pathParameters"] = json!(path_parameters);
    }
    if !request.body.is_empty() {
        let (body, encoded) = body(request);
        event["body"] = json!(body);
        event["isBase64Encoded"] = json!(encoded);
    }
    event
}

fn context(request: &Request, route_key: &str, path: &str, now: DateTime<Utc>) -> Value {
    let header = |name| request.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let host = header(header::HOST);
    let domain = host.rsplit_once(':').map_or(host, |(domain, _)| domain);
    json!({
        "accountId": ACCOUNT_ID,
        "apiId": API_ID,
        "domainName": domain,
        "domainPrefix": domain.split('.').next().unwrap_or_default(),
        "http": {
            "method": request.method.as_str(),
            "path": path,
            "protocol": format!("{:?}", request.version),
            "sourceIp": request.source_ip.to_string(),
            "userAgent": header(header::USER_AGENT),
        },
        "requestId": Uuid::new_v4(),
        "routeKey": route_key,
        "stage": "$default",
        "time": now.format("%d/%b/%Y:%H:%M:%S +0000").to_string(),
        "timeEpoch": now.timestamp_millis(),
    })
}

/// Names in lower case, repeated headers joined by commas, and the headers that the service adds.
fn headers(service: Service, request: &Request) -> Map<String, Value> {
    let mut joined: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in &request.headers {
        if service == Service::HttpApi && name == header::COOKIE {
            continue;
        }
        let value = String::from_utf8_lossy(value.as_bytes());
        let entry = joined.entry(name.as_str().to_owned());
        entry.and_modify(|all| *all = format!("{all},{value}")).or_insert_with(|| value.into_owned());
    }
    let source = request.source_ip.to_string();
    let forwarded = joined.get("x-forwarded-for").map_or(source.clone(), |before| format!("{before}, {source}"));
    joined.insert("x-forwarded-for".to_owned(), forwarded);
    joined.entry("x-forwarded-proto".to_owned()).or_insert_with(|| "http".to_owned());
    joined.entry("x-amzn-trace-id".to_owned()).or_insert_with(new_trace);
    joined.into_iter().map(|(name, value)| (name, json!(value))).collect()
}

fn cookies(headers: &HeaderMap) -> Vec<String> {
    let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let cookies = values.flat_map(|value| value.split(';')).map(str::trim);
    cookies.filter(|cookie| !cookie.is_empty()).map(ToOwned::to_owned).collect()
}

/// Decoded, with repeated parameters joined by commas.
fn query_parameters(query: &str) -> BTreeMap<String, String> {
    let mut joined: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let entry = joined.entry(name.into_owned());
        entry.and_modify(|all| *all = format!("{all},{value}")).or_insert_with(|| value.into_owned());
    }
    joined
}

/// AWS passes these types on as text and everything else in base64: forms and bodies without a type too.
fn body(request: &Request) -> (String, bool) {
    let content_type = request.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_text = essence.starts_with("text/")
        || ["application/json", "application/xml", "application/javascript"].contains(&essence.as_str());
    match std::str::from_utf8(&request.body) {
        Ok(text) if is_text => (text.to_owned(), false),
        _ => (STANDARD.encode(&request.body), true),
    }
}

#[cfg(test)]
#[path = "event_tests.rs"]
mod tests;
