//! Requests and answers of the HTTP API (API Gateway, payload 2.0).

use std::str::FromStr;

use http::{HeaderValue, Response, StatusCode, header};
use lambda_http::{Body, Request, RequestExt};
use serde::{Serialize, de::DeserializeOwned};

use super::{ApiError, problem::protect};
use crate::{
    api::{Cursor, page_limit},
    db::Position,
    domain::SearchText,
};

/// Longest `Idempotency-Key`.
const MAX_KEY: usize = 255;

/// An answer: status and body. A refusal that was stored and is given again also is one.
#[derive(Debug)]
pub struct ApiReply {
    /// HTTP status.
    pub status: StatusCode,
    /// JSON; with an error status, a problem (RFC 9457).
    pub body: serde_json::Value,
}

impl ApiReply {
    /// 200 with this body.
    pub fn ok(body: &impl Serialize) -> Result<Self, ApiError> {
        Self::with_status(StatusCode::OK, body)
    }

    /// Any good status with this body.
    pub fn with_status(status: StatusCode, body: &impl Serialize) -> Result<Self, ApiError> {
        let body = serde_json::to_value(body).map_err(|e| ApiError::Internal(Box::new(e)))?;
        Ok(Self { status, body })
    }

    /// An answer that was given before and stored.
    pub fn replayed(status: i16, body: serde_json::Value) -> Result<Self, ApiError> {
        let status = u16::try_from(status).map_err(|e| ApiError::Internal(Box::new(e)))?;
        let status = StatusCode::from_u16(status).map_err(|e| ApiError::Internal(Box::new(e)))?;
        Ok(Self { status, body })
    }
}

/// Turns both arms of a handler into the wire answer.
#[must_use]
pub fn reply(result: Result<ApiReply, ApiError>) -> Response<Body> {
    match result {
        Ok(reply) => {
            let mut response = Response::new(Body::from(reply.body.to_string()));
            *response.status_mut() = reply.status;
            let headers = response.headers_mut();
            let is_problem = reply.status.is_client_error() || reply.status.is_server_error();
            let content_type = if is_problem { "application/problem+json" } else { "application/json" };
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
            protect(headers);
            response
        }
        Err(error) => error.into_response(),
    }
}

/// The `Authorization` header.
#[must_use]
pub fn bearer(request: &Request) -> Option<&str> {
    request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok())
}

/// A parameter of the route that some of the function's routes have, decoded.
#[must_use]
pub fn optional_path_parameter(request: &Request, name: &str) -> Option<String> {
    request.path_parameters_ref().and_then(|parameters| parameters.first(name)).map(str::to_owned)
}

/// A parameter of the route, decoded.
pub fn path_parameter(request: &Request, name: &'static str) -> Result<String, ApiError> {
    optional_path_parameter(request, name)
        .ok_or_else(|| ApiError::Internal(format!("the route has no parameter {name}").into()))
}

/// The first value of a parameter of the query; an empty one counts as absent.
#[must_use]
pub fn query(request: &Request, name: &str) -> Option<String> {
    form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
        .filter(|value| !value.is_empty())
}

/// A parameter of the query that is one of a set of words or an id.
///
/// # Errors
/// 422 that names the parameter and says what is allowed.
pub fn parse_query<T>(request: &Request, name: &str) -> Result<Option<T>, ApiError>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    query(request, name).map(|text| text.parse().map_err(|error: T::Err| ApiError::invalid(name, error))).transpose()
}

/// `q` of a list: what somebody types into a search field, where nothing but space is nothing.
///
/// # Errors
/// 422: it cannot be searched for.
pub fn parse_search(request: &Request) -> Result<Option<SearchText>, ApiError> {
    let text = query(request, "q").filter(|text| !text.trim().is_empty());
    text.map(|text| text.parse().map_err(|error| ApiError::invalid("q", error))).transpose()
}

/// `cursor` and `limit` of a list.
pub fn parse_page(request: &Request) -> Result<(Option<Position>, i64), ApiError> {
    let cursor: Option<Cursor> = parse_query(request, "cursor")?;
    let limit = page_limit(query(request, "limit").as_deref()).map_err(|detail| ApiError::invalid("limit", detail))?;
    Ok((cursor.map(|cursor| cursor.0), limit))
}

/// Cuts a page that was read one row too long; gives the position where the next one starts, if there is one.
pub fn cut_page<T>(rows: &mut Vec<T>, limit: i64, position: impl Fn(&T) -> Position) -> Option<Position> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if rows.len() <= limit {
        return None;
    }
    rows.truncate(limit);
    rows.last().map(position)
}

/// The JSON body. An error names the field that cannot be read.
pub fn body_json<T: DeserializeOwned>(request: &Request) -> Result<T, ApiError> {
    let bytes: &[u8] = request.body();
    if bytes.is_empty() {
        return Err(ApiError::invalid("body", "the request needs a JSON body"));
    }
    serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_slice(bytes)).map_err(|error| {
        let path = error.path().to_string();
        let field = if path == "." { "body".to_owned() } else { path };
        ApiError::invalid(&field, error.into_inner())
    })
}

/// The `Idempotency-Key` header: 1 to 255 visible ASCII characters.
pub fn idempotency_key(request: &Request) -> Result<Option<String>, ApiError> {
    let Some(value) = request.headers().get("idempotency-key") else {
        return Ok(None);
    };
    let bad = || ApiError::invalid("Idempotency-Key", "must be 1 to 255 visible ASCII characters");
    let key = value.to_str().map_err(|_| bad())?.trim();
    if key.is_empty() || key.len() > MAX_KEY || !key.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(bad());
    }
    Ok(Some(key.to_owned()))
}
