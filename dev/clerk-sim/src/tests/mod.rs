//! Tests over HTTP, against a simulator and a webhook endpoint that records what it gets.

mod api;
mod billing_page;
mod delivery;
mod payments;
mod persistence;
mod session_tokens;
mod support;
