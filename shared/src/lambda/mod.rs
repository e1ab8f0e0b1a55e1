//! The Lambda edges: requests to bytes, errors to problem+json, queue records one by one.

mod days;
mod problem;
mod request;
mod sqs;
mod webhook;

pub use days::{DayRange, parse_days};
pub use problem::{ApiError, FieldError};
pub use request::{
    ApiReply, bearer, body_json, cut_page, idempotency_key, optional_path_parameter, parse_page, parse_query,
    parse_search, path_parameter, query, reply,
};
pub use sqs::{RecordError, handle_batch, handle_records};
pub use webhook::{WebhookReply, empty_response, raw_body, verify_signalwire};
