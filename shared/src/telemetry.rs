//! Logs and metrics: JSON lines with the spans they belong to (the invocation, the queue record, the request to a provider),
//! dotted field names. Bodies, secrets and full numbers are never logged;
//! numbers go through [`crate::domain::mask`].

pub mod metrics;
pub mod trace;

use tracing_subscriber::{EnvFilter, fmt};

use crate::config;

/// Installs the subscriber. The level comes from `RUST_LOG`, by default `info`, and metrics go to the namespace that
/// `METRICS_NAMESPACE` names. Call once, first thing in `main`.
pub fn init() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    metrics::init(config::metrics_namespace());
    // CloudWatch stamps each line; a second time stamp would only cost bytes.
    let installed = fmt()
        .json()
        .flatten_event(true)
        // All of them: the invocation's has its request id, the record's the trace that it continues.
        .with_current_span(false)
        .with_span_list(true)
        .with_target(false)
        .without_time();
    // Fails only when a subscriber exists already, as in a test that runs two functions in one process.
    let _already_there = installed.with_env_filter(filter).try_init();
}
