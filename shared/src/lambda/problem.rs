//! Errors of the HTTP API as problem+json (RFC 9457). The status is chosen here and nowhere else.

use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use lambda_http::Body;
use serde_json::{Value, json};

use crate::{
    actions::reservation::{ReservationError, ReservationRefusal},
    auth::{AccessError, TokenError},
    db::DbError,
    domain::Refusal,
};

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// What is wrong with one field of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Its name in the request; a path such as `mediaUrls[0]` when it is nested.
    pub field: String,
    /// What is wrong and what is expected.
    pub detail: String,
}

/// Why a request is not answered as asked. Public text and internal cause are kept apart: a 5xx tells nothing.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// 401: no session token, or a bad one.
    #[error("not authenticated")]
    Unauthenticated(#[source] TokenError),
    /// 403 with a stable code.
    #[error("forbidden: {code}")]
    Forbidden {
        /// Stable word.
        code: &'static str,
        /// For people.
        detail: String,
    },
    /// 404.
    #[error("not found: {code}")]
    NotFound {
        /// Stable word.
        code: &'static str,
        /// For people.
        detail: String,
    },
    /// 409 with a stable code.
    #[error("conflict: {code}")]
    Conflict {
        /// Stable word.
        code: &'static str,
        /// For people.
        detail: String,
    },
    /// 422: fields that cannot be used.
    #[error("invalid request")]
    Invalid(Vec<FieldError>),
    /// 422 with a stable code: understood, and not done.
    #[error("refused: {code}")]
    Refused {
        /// Stable word.
        code: &'static str,
        /// For people.
        detail: String,
        /// The field at fault.
        field: Option<&'static str>,
        /// Further members of the answer.
        extra: Value,
    },
    /// 429 with a stable code: the same request may be made again after a while.
    #[error("too many requests: {code}")]
    RateLimited {
        /// Stable word.
        code: &'static str,
        /// For people.
        detail: String,
        /// Seconds to wait.
        retry_after: u64,
    },
    /// 503: the carrier does not do it now; the operator knows.
    #[error("the carrier is unavailable")]
    CarrierUnavailable {
        /// For people.
        detail: String,
        /// Further members of the answer.
        extra: Value,
    },
    /// 503: the same request may work a moment later.
    #[error("unavailable")]
    Unavailable(#[source] Cause),
    /// 500: a fault of ours.
    #[error("internal error")]
    Internal(#[source] Cause),
}

impl ApiError {
    /// One field that cannot be used.
    #[must_use]
    pub fn invalid(field: &str, detail: impl std::fmt::Display) -> Self {
        Self::Invalid(vec![FieldError { field: field.to_owned(), detail: detail.to_string() }])
    }

    /// One field that is understood and cannot be followed, with a code of its own.
    #[must_use]
    pub fn refused(code: &'static str, field: &'static str, detail: impl std::fmt::Display) -> Self {
        Self::Refused { code, detail: detail.to_string(), field: Some(field), extra: Value::Null }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden { .. } => StatusCode::FORBIDDEN,
            Self::NotFound { .. } => StatusCode::NOT_FOUND,
            Self::Conflict { .. } => StatusCode::CONFLICT,
            Self::Invalid(_) | Self::Refused { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::CarrierUnavailable { .. } | Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Status and body of the answer.
    #[must_use]
    pub fn problem(&self) -> (StatusCode, Value) {
        let status = self.status();
        let (code, detail) = match self {
            Self::Unauthenticated(_) => ("unauthenticated", "A valid Clerk session token is needed.".to_owned()),
            Self::Forbidden { code, detail }
            | Self::NotFound { code, detail }
            | Self::Conflict { code, detail }
            | Self::Refused { code, detail, .. }
            | Self::RateLimited { code, detail, .. } => (*code, detail.clone()),
            Self::Invalid(_) => ("invalid_request", "The request has fields that cannot be used.".to_owned()),
            Self::CarrierUnavailable { detail, .. } => ("carrier_unavailable", detail.clone()),
            Self::Unavailable(_) => ("unavailable", "Try again in a moment.".to_owned()),
            Self::Internal(_) => ("internal_error", "Something went wrong on our side.".to_owned()),
        };
        let mut body = json!({
            "title": status.canonical_reason(), "status": status.as_u16(), "code": code, "detail": detail,
        });
        match self {
            Self::Invalid(errors) => {
                body["errors"] = errors.iter().map(|e| json!({ "field": e.field, "detail": e.detail })).collect();
            }
            Self::Refused { field, extra, detail, .. } => {
                if let Some(field) = field {
                    body["errors"] = json!([{ "field": field, "detail": detail }]);
                }
                extend(&mut body, extra);
            }
            Self::CarrierUnavailable { extra, .. } => extend(&mut body, extra),
            Self::Unauthenticated(_)
            | Self::Forbidden { .. }
            | Self::NotFound { .. }
            | Self::Conflict { .. }
            | Self::RateLimited { .. }
            | Self::Unavailable(_)
            | Self::Internal(_) => {}
        }
        (status, body)
    }

    /// The answer; logs what went wrong, once.
    #[must_use]
    pub fn into_response(self) -> Response<Body> {
        let (status, body) = self.problem();
        match &self {
            Self::Unavailable(cause) | Self::Internal(cause) => {
                tracing::error!(http.status = status.as_u16(), error = %Chain(cause.as_ref()), "request failed");
            }
            Self::Unauthenticated(cause) => {
                tracing::info!(http.status = status.as_u16(), reason = %cause, "request refused");
            }
            _ => tracing::info!(http.status = status.as_u16(), code = %body["code"], "request refused"),
        }
        let mut response = Response::new(Body::from(body.to_string()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        protect(headers);
        if status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        match self {
            Self::RateLimited { retry_after, .. } => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(retry_after));
            }
            _ if status == StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
            }
            _ => {}
        }
        response
    }
}

/// What every answer of the API tells a browser: not to keep it, not to guess what it is, not to show it as a page.
pub(super) fn protect(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    );
}

fn extend(body: &mut Value, extra: &Value) {
    if let (Value::Object(body), Value::Object(extra)) = (body, extra) {
        body.extend(extra.clone());
    }
}

/// An error with its causes, on one line.
pub(super) struct Chain<'a>(pub &'a (dyn std::error::Error + 'static));

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl From<TokenError> for ApiError {
    fn from(error: TokenError) -> Self {
        Self::Unauthenticated(error)
    }
}

impl From<DbError> for ApiError {
    fn from(error: DbError) -> Self {
        if error.retryable() { Self::Unavailable(Box::new(error)) } else { Self::Internal(Box::new(error)) }
    }
}

impl From<AccessError> for ApiError {
    fn from(error: AccessError) -> Self {
        let detail = error.to_string();
        let code = match error {
            AccessError::Database(error) => return error.into(),
            AccessError::TooManyRequests { retry_after } => {
                return Self::RateLimited {
                    code: "too_many_requests",
                    detail,
                    retry_after: u64::try_from(retry_after.num_seconds()).unwrap_or(1),
                };
            }
            AccessError::NotFound => return Self::NotFound { code: "workspace_not_found", detail },
            AccessError::NoOrganization => "organization_required",
            AccessError::PendingSession => "session_pending",
            AccessError::Impersonated => "impersonated_session",
            AccessError::NotAdministrator => "admin_required",
        };
        Self::Forbidden { code, detail }
    }
}

impl From<ReservationError> for ApiError {
    fn from(error: ReservationError) -> Self {
        let refusal = match error {
            ReservationError::Database(error) => return error.into(),
            ReservationError::Refused(refusal) => refusal,
        };
        let detail = refusal.to_string();
        match refusal {
            ReservationRefusal::Deleted => Self::NotFound { code: "workspace_not_found", detail },
            ReservationRefusal::PlanRequiresUpgrade => Self::Forbidden { code: "plan_requires_upgrade", detail },
            ReservationRefusal::PaymentPastDue => Self::Forbidden { code: "payment_past_due", detail },
            ReservationRefusal::LimitReached { .. } => Self::Conflict { code: "number_limit_reached", detail },
        }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused {
            code: refusal.code(),
            detail: refusal.to_string(),
            field: Some(refusal.field()),
            extra: Value::Null,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invalid_field_is_named() {
        let (status, body) = ApiError::invalid("to", "must be in E.164").problem();
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(body["code"], "invalid_request");
        assert_eq!(body["errors"], json!([{ "field": "to", "detail": "must be in E.164" }]));
    }

    #[test]
    fn an_internal_error_tells_nothing() {
        let (status, body) = ApiError::Internal("password=hunter2".into()).problem();
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!body.to_string().contains("hunter2"));
    }

    #[test]
    fn an_unauthenticated_answer_carries_the_challenge() {
        let response = ApiError::from(TokenError::Signature).into_response();
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Bearer error=\"invalid_token\"");
    }
}
