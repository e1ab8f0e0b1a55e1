//! Where "now" comes from. Rules take `now` as a parameter; only the edges ask a clock.

use chrono::{DateTime, Utc};

/// The system's time, in UTC.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the time")]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}
