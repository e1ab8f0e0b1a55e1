//! Logs and metrics: JSON lines with the spans they belong to (the invocation, the queue record, the request to a provider),
//! dotted field names. Bodies, secrets and full numbers are never logged;
//! numbers go through [`crate::domain::mask`].

pub mod metrics;
pub mod trace;

use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt,
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use crate::config;

/// Installs the subscriber. The level comes from `RUST_LOG`, by default `info`, and metrics go to the namespace that
/// `METRICS_NAMESPACE` names. Call once, first thing in `main`.
pub fn init() {
    // Levels by module, as in `info,shared=debug`. Filters by span and field, which `EnvFilter` has, cost each program a machine
    // for regular expressions.
    let info = Targets::new().with_default(LevelFilter::INFO);
    let wanted = config::log_filter().map(|text| text.parse::<Targets>());
    let problem = wanted.as_ref().and_then(|wanted| wanted.as_ref().err().map(ToString::to_string));
    metrics::init(config::metrics_namespace());
    // CloudWatch stamps each line; a second time stamp would only cost bytes.
    let lines = fmt::layer()
        .json()
        .flatten_event(true)
        // All of them: the invocation's has its request id, the record's the trace that it continues.
        .with_current_span(false)
        .with_span_list(true)
        .with_target(false)
        .without_time();
    let filter = wanted.and_then(Result::ok).unwrap_or(info);
    // Fails only when a subscriber exists already, as in a test that runs two functions in one process.
    let _already_there = tracing_subscriber::registry().with(filter).with(lines).try_init();
    if let Some(problem) = problem {
        tracing::warn!(problem, "RUST_LOG is no filter; everything from info on is logged");
    }
}
