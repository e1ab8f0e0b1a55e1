//! Where "now" comes from, and the two ways in which the provider writes a time.

use chrono::{DateTime, Utc};

/// The time of this machine. The simulator has no clock of its own; waiting times are settings instead.
#[expect(clippy::disallowed_methods, reason = "this is the one place in the simulator that reads the clock")]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// RFC 2822 in UTC, as the Compatibility API writes times ("Mon, 13 Aug 2018 21:38:46 +0000").
pub fn rfc2822(time: DateTime<Utc>) -> String {
    time.format("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

/// ISO 8601 in UTC, as the newer APIs write times.
pub fn iso8601(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
