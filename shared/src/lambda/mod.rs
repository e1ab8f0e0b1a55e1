//! The Lambda edges: the loop of a function, requests to bytes, errors to problem+json, queue records one by one.

mod days;
mod idempotency;
mod live;
mod problem;
mod request;
mod sending;
mod showing;
mod sqs;
mod webhook;

pub use days::{DayRange, parse_days};
pub use idempotency::{KnownKey, keep_answer, take_key};
pub use live::{Answered, Build, BuildError, Building, Worked, serve, serve_webhook, work};
pub use problem::{ApiError, FieldError};
pub use request::{
    ApiReply, bearer, body_json, cut_page, idempotency_key, optional_path_parameter, parse_page, parse_query,
    parse_search, path_parameter, query, reply,
};
pub use sending::{HandedOver, answer_send, calls_not_enabled, count_send, count_spending, show_message};
pub use showing::ShownMessages;
pub use sqs::{RecordError, handle_batch, handle_records};
pub use webhook::{WebhookReply, empty_response, measured, note_secondary_key, raw_body, read_step, verify_signalwire};
