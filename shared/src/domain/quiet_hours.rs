//! Quiet hours: when a workspace does not want to disturb its customers, by the customers' own clocks.

use chrono::{DateTime, DurationRound, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Serialize, Serializer};

use super::{PhoneNumber, time_zones};

/// How long after the customer's last message ours count as answers to it: as long as WhatsApp's own window.
pub const REPLY_WINDOW: TimeDelta = TimeDelta::hours(24);
/// What must be left of a day. With less, numbers that may be on both coasts could never be reached.
const LEAST_OPEN: TimeDelta = TimeDelta::hours(6);
/// Longer than any quiet hours of any zones that leave a gap.
const LONGEST_WAIT: i32 = 48 * 60;

/// A time of day on somebody's clock, `HH:MM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeOfDay(NaiveTime);

impl TimeOfDay {
    /// For the database.
    #[must_use]
    pub const fn to_naive(self) -> NaiveTime {
        self.0
    }
}

impl From<NaiveTime> for TimeOfDay {
    fn from(time: NaiveTime) -> Self {
        Self(time)
    }
}

impl std::str::FromStr for TimeOfDay {
    type Err = QuietHoursError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let shape = matches!(text.as_bytes(), [a, b, b':', c, d] if [a, b, c, d].iter().all(|x| x.is_ascii_digit()));
        let time = shape.then(|| NaiveTime::parse_from_str(text, "%H:%M").ok()).flatten();
        time.map(Self).ok_or(QuietHoursError::NotATime)
    }
}

impl std::fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.format("%H:%M"))
    }
}

impl Serialize for TimeOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Why something is no quiet hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QuietHoursError {
    /// Not a time of day.
    #[error("must be a time of day from 00:00 to 23:59, HH:MM")]
    NotATime,
    /// A day has no beginning and no end.
    #[error("must not be the same time as start")]
    Empty,
    /// Nobody could be reached.
    #[error("must leave at least six hours of the day")]
    TooLong,
}

/// When a workspace does not want to disturb its customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct QuietHours {
    /// When they begin on the customer's clock, `HH:MM`.
    #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "21:00"))]
    start: TimeOfDay,
    /// When they end; earlier than `start`: on the next day.
    #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "08:00"))]
    end: TimeOfDay,
    /// Whether an answer to a customer who wrote within the last 24 hours goes out at any time.
    exempt_replies: bool,
}

/// Whether answers wait too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replies {
    /// They go out at any time.
    Exempt,
    /// They wait like everything else.
    Wait,
}

impl QuietHours {
    /// From `start` to `end` on each day, over midnight when the end is the earlier one.
    ///
    /// # Errors
    /// About the end, which is what does not go with the start.
    pub fn new(start: TimeOfDay, end: TimeOfDay, replies: Replies) -> Result<Self, QuietHoursError> {
        if start == end {
            return Err(QuietHoursError::Empty);
        }
        let (until_start, _) = start.0.overflowing_sub_signed(end.0 - NaiveTime::MIN);
        if until_start - NaiveTime::MIN < LEAST_OPEN {
            return Err(QuietHoursError::TooLong);
        }
        Ok(Self { start, end, exempt_replies: replies == Replies::Exempt })
    }

    /// When they begin.
    #[must_use]
    pub const fn start(&self) -> TimeOfDay {
        self.start
    }

    /// When they end.
    #[must_use]
    pub const fn end(&self) -> TimeOfDay {
        self.end
    }

    /// Whether answers wait too.
    #[must_use]
    pub const fn replies(&self) -> Replies {
        if self.exempt_replies { Replies::Exempt } else { Replies::Wait }
    }

    /// Whether it is quiet at this time of day; the end is not.
    fn contains(&self, time: NaiveTime) -> bool {
        let (start, end) = (self.start.0, self.end.0);
        if start < end { (start..end).contains(&time) } else { time >= start || time < end }
    }

    /// When somebody with this number may be reached: `None` is now. A message that answers one of the customer's, which
    /// came at `last_inbound`, may be exempt.
    #[must_use]
    pub fn wait(
        &self,
        to: &PhoneNumber,
        last_inbound: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        let is_reply = last_inbound.is_some_and(|at| now - at < REPLY_WINDOW);
        if is_reply && self.exempt_replies {
            return None;
        }
        let next = self.next_open(&time_zones(to), now);
        (next > now).then_some(next)
    }

    /// The first minute from now on that is quiet in none of the zones. Clocks are read minute by minute, so that nothing
    /// has to be known about the hours that they skip or have twice.
    fn next_open(&self, zones: &[Tz], now: DateTime<Utc>) -> DateTime<Utc> {
        let quiet_in = |zone: &Tz, at: &DateTime<Utc>| self.contains(at.with_timezone(zone).time());
        let full_minute = now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now);
        let minutes = || {
            let following = (1..=LONGEST_WAIT).map(|minute| full_minute + TimeDelta::minutes(minute.into()));
            std::iter::once(now).chain(following)
        };
        let open_in = |zones: &[Tz]| minutes().find(|at| !zones.iter().any(|zone| quiet_in(zone, at)));
        // A country so wide that it is always night somewhere: most of its people are in the first zone.
        open_in(zones).or_else(|| open_in(&zones[..zones.len().min(1)])).unwrap_or(now)
    }
}

#[cfg(test)]
mod tests;
