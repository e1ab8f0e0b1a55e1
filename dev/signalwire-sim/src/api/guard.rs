//! What happens around every request of the provider's API: normalised paths, authentication, faults, the journal.

use std::time::Duration;

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, Method, StatusCode, Uri, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};

use super::refusal::Refusal;
use crate::{
    clock,
    connection::Switch,
    faults::{Fault, Kind, Operation},
    form::{self, Form},
    journal::RequestEntry,
    network::Network,
};

const MAX_BODY: usize = 1024 * 1024;

/// The path as the client wrote it, for the journal.
#[derive(Clone)]
struct OriginalPath(String);

/// Makes `/api/laml/2010-04-01/….json` and `/2010-04-01/…` the same path. The official SDKs use the short form and
/// follow page links in the long one.
pub async fn normalise(mut request: Request) -> Request {
    let original = request.uri().path_and_query().map_or_else(String::new, ToString::to_string);
    let path = request.uri().path();
    let path = path.strip_prefix("/api/laml").filter(|rest| rest.starts_with('/')).unwrap_or(path);
    let file = if request.method() == Method::GET { recording_file(path) } else { None };
    let path = match &file {
        Some(file) => file,
        None if path.starts_with("/2010-04-01/") => {
            let path = path.trim_end_matches('/');
            path.strip_suffix(".json").unwrap_or(path)
        }
        None => path,
    };
    let target = match request.uri().query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    if let Ok(uri) = target.parse::<Uri>() {
        *request.uri_mut() = uri;
    }
    request.extensions_mut().insert(OriginalPath(original));
    request
}

/// The file of a recording, where the same address with `.json` is its description.
fn recording_file(path: &str) -> Option<String> {
    let (account, name) = path.strip_prefix("/2010-04-01/Accounts/")?.split_once("/Recordings/")?;
    if name.contains('/') {
        return None;
    }
    let (sid, file) = match name.rsplit_once('.') {
        Some((_, "json")) => return None,
        Some((sid, "mp3")) => (sid, "audio.mp3"),
        Some((sid, "wav")) => (sid, "audio.wav"),
        _ => (name, "audio.wav"),
    };
    Some(format!("/2010-04-01/Accounts/{account}/Recordings/{sid}/{file}"))
}

/// Lets a request through to its handler if it is authentic and no fault hits it, and writes it down.
pub async fn guard(
    State(network): State<Network>,
    ConnectInfo(switch): ConnectInfo<Switch>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY).await else {
        return Refusal::bad_request(10000, "The request body is too long or was broken off").into_response();
    };
    let operation = Operation::of(&parts.method, parts.uri.path());
    let mut entry = describe(&parts, &body, operation);

    let is_public = operation == Operation::DownloadRecording && !network.behaviour().protect_recordings;
    let refused = if is_public { None } else { authenticate(&network, &parts).err() };
    let fault = if refused.is_none() { network.faults().take(operation) } else { None };
    entry.fault = fault.as_ref().map(|fault| fault.kind);
    let response = match (refused, fault) {
        (Some(refusal), _) => Some(refusal.into_response()),
        (None, None) => Some(next.run(Request::from_parts(parts, Body::from(body))).await),
        (None, Some(fault)) => {
            let phone_number = Form::parse(&body).get("PhoneNumber").map(str::to_owned);
            let effect = next.run(Request::from_parts(parts, Body::from(body)));
            with_fault(&network, &fault, operation, phone_number, effect).await
        }
    };

    entry.status = response.as_ref().map(|response| response.status().as_u16());
    network.journal().add_request(entry);
    response.unwrap_or_else(|| {
        switch.cut();
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    })
}

fn describe(parts: &Parts, body: &Bytes, operation: Operation) -> RequestEntry {
    let is_json =
        parts.headers.get(header::CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"application/json"));
    let query = parts.uri.query().unwrap_or_default().as_bytes();
    let parameters = if is_json || body.is_empty() { Form::parse(query) } else { Form::parse(body) };
    RequestEntry {
        at: clock::now(),
        method: parts.method.to_string(),
        path: parts.extensions.get::<OriginalPath>().map_or_else(String::new, |path| path.0.clone()),
        operation,
        form: form::to_json(parameters.pairs()),
        json: if is_json { serde_json::from_slice(body).ok() } else { None },
        status: None,
        fault: None,
    }
}

/// Basic authentication; in the Compatibility API the account of the path must be the user (SignalWire, authorization).
fn authenticate(network: &Network, parts: &Parts) -> Result<(), Refusal> {
    let known = are_credentials_good(network, &parts.headers);
    let path = parts.uri.path();
    let account = path.strip_prefix("/2010-04-01/Accounts/").and_then(|rest| rest.split('/').next());
    if known && account.is_none_or(|account| account == network.settings().project_id) {
        Ok(())
    } else {
        Err(unauthorized(StatusCode::UNAUTHORIZED, path))
    }
}

/// Those of the project.
pub fn are_credentials_good(network: &Network, headers: &HeaderMap) -> bool {
    let settings = network.settings();
    let expected = (settings.project_id.as_str(), settings.token.as_str());
    basic_credentials(headers).is_some_and(|(user, password)| (user.as_str(), password.as_str()) == expected)
}

fn basic_credentials(headers: &HeaderMap) -> Option<(String, String)> {
    let header = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let decoded = STANDARD.decode(header.strip_prefix("Basic ")?.trim()).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let (user, password) = text.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

fn unauthorized(status: StatusCode, path: &str) -> Refusal {
    if path.starts_with("/api/relay/") {
        Refusal::relay_status(status)
    } else {
        Refusal::flat(status, 20003, "Authentication Error - invalid username or password, or the scope is missing")
    }
}

/// The answer that a fault leaves of a request; `None` is no answer at all.
async fn with_fault(
    network: &Network,
    fault: &Fault,
    operation: Operation,
    phone_number: Option<String>,
    effect: impl Future<Output = Response>,
) -> Option<Response> {
    let broken = || {
        let status = fault.status.and_then(|status| StatusCode::from_u16(status).ok());
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Refusal::flat(status, 20001, "An unknown error occurred").into_response()
    };
    match fault.kind {
        Kind::LostRequest => None,
        Kind::LostAnswer => {
            effect.await;
            None
        }
        Kind::ErrorBefore => Some(broken()),
        Kind::ErrorAfter => {
            effect.await;
            Some(broken())
        }
        Kind::Slow => {
            let response = effect.await;
            let delay = fault.delay_ms.unwrap_or_else(|| network.behaviour().slow_answer_ms);
            tokio::time::sleep(Duration::from_millis(delay)).await;
            Some(response)
        }
        Kind::RateLimited | Kind::LowBalance | Kind::Unauthorized => Some(refused(fault, operation).into_response()),
        Kind::Taken => {
            let behaviour = network.behaviour();
            if let Some(number) = phone_number {
                network.change(|world| world.inventory.take(&number, behaviour.numbers_per_area_code));
            }
            let shape = fault.taken_shape().unwrap_or(behaviour.taken_shape);
            Some(Refusal::taken(shape).into_response())
        }
    }
}

fn refused(fault: &Fault, operation: Operation) -> Refusal {
    let relay = operation.is_relay();
    match (fault.kind, fault.shape.as_deref()) {
        (Kind::RateLimited, _) if relay => Refusal::relay_status(StatusCode::TOO_MANY_REQUESTS),
        (Kind::RateLimited, _) => Refusal::flat(StatusCode::TOO_MANY_REQUESTS, 20429, "Too many requests"),
        (Kind::LowBalance, Some("30002")) => {
            Refusal::unprocessable(30002, "The account balance is too low for this operation")
        }
        (Kind::LowBalance, Some("402")) => {
            Refusal::flat(StatusCode::PAYMENT_REQUIRED, 4001, "The fee is above the account balance")
        }
        (Kind::LowBalance, _) => Refusal::unprocessable(4001, "The fee is above the account balance"),
        (_, Some("403")) if relay => Refusal::relay_status(StatusCode::FORBIDDEN),
        (_, Some("403")) => unauthorized(StatusCode::FORBIDDEN, ""),
        _ if relay => Refusal::relay_status(StatusCode::UNAUTHORIZED),
        _ => unauthorized(StatusCode::UNAUTHORIZED, ""),
    }
}
