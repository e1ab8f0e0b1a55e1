use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Timelike, Utc, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

const MAX_INTERVALS: usize = 8;
const MAX_HOLIDAYS: usize = 200;
const MAX_NAME: usize = 64;
const DAY: u16 = 24 * 60;

/// When somebody is there. Everything is local time of the zone, so that summer time needs no change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BusinessHours {
    time_zone: TimeZone,
    /// The hours of each weekday; none means closed.
    weekly: Weekly,
    /// Days without any hours.
    #[serde(default)]
    holidays: Holidays,
}

/// A name of the IANA time zone database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, example = "America/Chicago"))]
#[serde(try_from = "String", into = "String")]
struct TimeZone(Tz);

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
struct Weekly {
    monday: Intervals,
    tuesday: Intervals,
    wednesday: Intervals,
    thursday: Intervals,
    friday: Intervals,
    saturday: Intervals,
    sunday: Intervals,
}

/// Hours of one day, by their beginnings, none within another one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = Vec<Interval>))]
#[serde(try_from = "Vec<Interval>")]
struct Intervals(Vec<Interval>);

/// From a time until a time. One that ends before it begins ends on the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
struct Interval {
    from: Minute,
    to: Minute,
}

/// Minutes since midnight; 24:00 is the end of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$", example = "09:00"))]
#[serde(try_from = "String", into = "String")]
struct Minute(u16);

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = Vec<Holiday>))]
#[serde(try_from = "Vec<Holiday>")]
struct Holidays(Vec<Holiday>);

/// A day without hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
struct Holiday {
    date: NaiveDate,
    #[serde(default)]
    name: Option<String>,
}

/// Why business hours cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum HoursError {
    #[error("must be a time zone of the IANA database, such as America/Chicago")]
    TimeZone,
    #[error("must be a time from 00:00 to 24:00, written as 09:30")]
    Time,
    #[error("an interval from {0} begins and ends at the same time; the whole day is 00:00 to 24:00")]
    Empty(String),
    #[error("the intervals from {0} and from {1} overlap")]
    Overlap(String, String),
    #[error("at most {MAX_INTERVALS} intervals a day")]
    TooMany,
    #[error("at most {MAX_HOLIDAYS} holidays, with names of at most {MAX_NAME} characters")]
    Holidays,
}

impl BusinessHours {
    /// Whether somebody is there. What begins on a holiday does not take place; what began on the day before one goes on.
    #[must_use]
    pub fn is_open(&self, at: DateTime<Utc>) -> bool {
        let local = at.with_timezone(&self.time_zone.0).naive_local();
        let now = Minute::of(local.time());
        let today = self.intervals(local.date());
        let yesterday = local.date().pred_opt().map_or(&[][..], |date| self.intervals(date));
        today.iter().any(|interval| interval.from <= now && (interval.crosses_midnight() || now < interval.to))
            || yesterday.iter().any(|interval| interval.crosses_midnight() && now < interval.to)
    }

    fn intervals(&self, date: NaiveDate) -> &[Interval] {
        if self.holidays.0.iter().any(|holiday| holiday.date == date) {
            return &[];
        }
        let weekly = &self.weekly;
        let of_the_day = match date.weekday() {
            Weekday::Mon => &weekly.monday,
            Weekday::Tue => &weekly.tuesday,
            Weekday::Wed => &weekly.wednesday,
            Weekday::Thu => &weekly.thursday,
            Weekday::Fri => &weekly.friday,
            Weekday::Sat => &weekly.saturday,
            Weekday::Sun => &weekly.sunday,
        };
        &of_the_day.0
    }
}

impl Interval {
    fn crosses_midnight(self) -> bool {
        self.to < self.from
    }

    /// Where it ends within its own day.
    fn end_of_day(self) -> Minute {
        if self.crosses_midnight() { Minute(DAY) } else { self.to }
    }
}

impl Minute {
    fn of(time: NaiveTime) -> Self {
        let minutes = time.hour() * 60 + time.minute();
        Self(u16::try_from(minutes).unwrap_or(DAY))
    }
}

impl TryFrom<String> for TimeZone {
    type Error = HoursError;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        name.parse().map(Self).map_err(|_| HoursError::TimeZone)
    }
}

impl From<TimeZone> for String {
    fn from(zone: TimeZone) -> Self {
        zone.0.name().to_owned()
    }
}

impl TryFrom<String> for Minute {
    type Error = HoursError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let bytes = text.as_bytes();
        let digit = |at: usize| bytes.get(at).filter(|b| b.is_ascii_digit()).map(|b| u16::from(b - b'0'));
        let ([Some(h1), Some(h2), Some(m1), Some(m2)], 5, Some(b':')) =
            ([digit(0), digit(1), digit(3), digit(4)], bytes.len(), bytes.get(2))
        else {
            return Err(HoursError::Time);
        };
        let (hours, minutes) = (h1 * 10 + h2, m1 * 10 + m2);
        let of_day = hours * 60 + minutes;
        if minutes > 59 || of_day > DAY { Err(HoursError::Time) } else { Ok(Self(of_day)) }
    }
}

impl From<Minute> for String {
    fn from(minute: Minute) -> Self {
        format!("{:02}:{:02}", minute.0 / 60, minute.0 % 60)
    }
}

impl TryFrom<Vec<Interval>> for Intervals {
    type Error = HoursError;

    fn try_from(mut intervals: Vec<Interval>) -> Result<Self, Self::Error> {
        if intervals.len() > MAX_INTERVALS {
            return Err(HoursError::TooMany);
        }
        if let Some(empty) = intervals.iter().find(|interval| interval.from == interval.to) {
            return Err(HoursError::Empty(empty.from.into()));
        }
        intervals.sort_unstable_by_key(|interval| interval.from);
        for pair in intervals.windows(2) {
            if pair[1].from < pair[0].end_of_day() {
                return Err(HoursError::Overlap(pair[0].from.into(), pair[1].from.into()));
            }
        }
        Ok(Self(intervals))
    }
}

impl TryFrom<Vec<Holiday>> for Holidays {
    type Error = HoursError;

    fn try_from(holidays: Vec<Holiday>) -> Result<Self, Self::Error> {
        let is_good = |name: &str| name.chars().count() <= MAX_NAME && !name.contains('\0');
        let good = holidays.iter().all(|holiday| holiday.name.as_deref().is_none_or(is_good));
        if !good || holidays.len() > MAX_HOLIDAYS {
            return Err(HoursError::Holidays);
        }
        Ok(Self(holidays))
    }
}
