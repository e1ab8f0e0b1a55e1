//! What a function may use, and what it does use.

use std::time::Duration;

use serde::Serialize;

/// How much, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Requests beyond this many at a time wait.
    pub instances: usize,
    /// An instance without work for this long is stopped.
    pub idle: Duration,
    /// Time from the start of a process to its first `next` (AWS Lambda, init phase).
    pub init: Duration,
    /// How long the HTTP API waits for a function (Amazon API Gateway, quotas for HTTP APIs).
    pub integration: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            instances: 4,
            idle: Duration::from_mins(5),
            init: Duration::from_secs(10),
            integration: Duration::from_secs(30),
        }
    }
}

/// What `/_local/functions` shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    pub name: String,
    pub instances: usize,
    pub busy: usize,
    pub waiting_requests: usize,
    pub invocations: u64,
    pub errors: u64,
    pub cold_starts: u64,
    pub last_cold_start_milliseconds: Option<u64>,
}
