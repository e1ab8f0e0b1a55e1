//! The shapes in which the provider says no (SignalWire, error codes).

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::behaviour::TakenShape;

/// A refusal with its HTTP status and its body.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    body: Value,
}

impl Refusal {
    /// The flat shape of the Compatibility API.
    pub fn flat(status: StatusCode, code: u32, message: &str) -> Self {
        let more_info = format!("https://developer.signalwire.com/compatibility-api/rest/error-codes#{code}");
        let body = json!({"code": code, "message": message, "more_info": more_info, "status": status.as_u16()});
        Self { status, body }
    }

    /// A malformed or missing parameter.
    pub fn bad_request(code: u32, message: &str) -> Self {
        Self::flat(StatusCode::BAD_REQUEST, code, message)
    }

    /// A well-formed request that the network does not grant.
    pub fn unprocessable(code: u32, message: &str) -> Self {
        Self::flat(StatusCode::UNPROCESSABLE_ENTITY, code, message)
    }

    pub fn not_found() -> Self {
        Self::flat(StatusCode::NOT_FOUND, 20404, "The requested resource was not found")
    }

    /// The shape in which a parameter of a new call is refused.
    pub fn call(code: u32, message: &str) -> Self {
        let more_info = format!("https://developer.signalwire.com/compatibility-api/rest/error-codes#{code}");
        let error = json!({"code": code.to_string(), "message": message, "more_info": more_info});
        Self { status: StatusCode::BAD_REQUEST, body: json!({"errors": [error]}) }
    }

    /// The validation shape of `/api/relay/rest`.
    pub fn relay(detail: Option<&str>) -> Self {
        let error = json!({"detail": detail, "status": "422", "title": "Invalid Attribute", "code": "422"});
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, body: json!({"errors": [error]}) }
    }

    /// The shape of `/api/messaging`.
    pub fn messaging(code: &str, message: &str, attribute: &str) -> Self {
        let error = json!({"type": "validation_error", "code": code, "message": message, "attribute": attribute,
            "url": format!("https://developer.signalwire.com/rest/error-codes/#{code}")});
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, body: json!({"errors": [error]}) }
    }

    /// The shape of all other refusals of `/api/relay/rest`: the name of the status.
    pub fn relay_status(status: StatusCode) -> Self {
        Self { status, body: json!({"error": status.canonical_reason()}) }
    }

    /// "Somebody else has this number" in one of its three wordings.
    pub fn taken(shape: TakenShape) -> Self {
        let message = "The phone number is no longer available";
        match shape {
            TakenShape::Flat10000 => Self::unprocessable(10000, message),
            TakenShape::Flat21422 => Self::bad_request(21422, message),
            TakenShape::Relay => Self::relay(None),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(self.body)).into_response()
    }
}
