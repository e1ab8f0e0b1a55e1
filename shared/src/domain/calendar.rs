//! Days as people count them: from midnight to midnight in their time zone, 23 or 25 hours long twice a year in many of
//! them.

use chrono::{DateTime, LocalResult, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// Times at which clocks may be put forward are whole quarters of an hour.
const QUARTER: TimeDelta = TimeDelta::minutes(15);
/// The longest stretch that a change has ever skipped, a day and some hours, in quarters.
const MOST_SKIPPED: usize = 4 * 30;

/// One day of a time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalDay {
    /// The date that its calendars show.
    pub date: NaiveDate,
    /// Its first instant.
    pub starts: DateTime<Utc>,
    /// The first instant of the next day.
    pub ends: DateTime<Utc>,
}

/// The days of a time zone from one date to another, both included.
#[must_use]
pub fn local_days(from: NaiveDate, to: NaiveDate, zone: Tz) -> Vec<LocalDay> {
    let dates = from.iter_days().take_while(|date| *date <= to);
    dates
        .filter_map(|date| {
            let ends = day_start(date.succ_opt()?, zone)?;
            Some(LocalDay { date, starts: day_start(date, zone)?, ends })
        })
        .collect()
}

/// The first instant of a date: midnight, or what the clock shows when midnight is skipped, or the first of two midnights.
#[must_use]
pub fn day_start(date: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
    let mut local = date.and_time(NaiveTime::MIN);
    for _ in 0..MOST_SKIPPED {
        match zone.from_local_datetime(&local) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => return Some(at.with_timezone(&Utc)),
            LocalResult::None => local = local.checked_add_signed(QUARTER)?,
        }
    }
    None
}

/// The date that a time zone's calendars show at an instant.
#[must_use]
pub fn local_date(at: DateTime<Utc>, zone: Tz) -> NaiveDate {
    at.with_timezone(&zone).date_naive()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn each_instant_belongs_to_the_day_that_the_calendar_shows() {
        for zone in ["UTC", "America/Chicago", "Asia/Kathmandu", "America/Santiago", "America/Havana", "Asia/Beirut"] {
            let zone: Tz = zone.parse().unwrap();
            for day in local_days(date("2026-01-01"), date("2026-12-31"), zone) {
                assert_eq!(local_date(day.starts, zone), day.date, "{zone}");
                assert_eq!(local_date(day.ends - TimeDelta::seconds(1), zone), day.date, "{zone}");
                assert!(local_date(day.starts - TimeDelta::seconds(1), zone) < day.date, "{zone}");
            }
        }
    }

    #[test]
    fn days_follow_each_other_without_a_gap_and_change_their_length_with_the_clocks() {
        let zone: Tz = "America/Chicago".parse().unwrap();
        let days = local_days(date("2026-03-01"), date("2026-11-30"), zone);
        assert!(days.windows(2).all(|pair| pair[0].ends == pair[1].starts));
        let hours = |text: &str| {
            let day = days.iter().find(|day| day.date == date(text)).unwrap();
            (day.ends - day.starts).num_hours()
        };
        assert_eq!((hours("2026-03-08"), hours("2026-03-09"), hours("2026-11-01")), (23, 24, 25));
    }

    #[test]
    fn a_day_that_a_country_skipped_is_empty() {
        let zone: Tz = "Pacific/Apia".parse().unwrap();
        let days = local_days(date("2011-12-29"), date("2011-12-31"), zone);
        assert_eq!(days[1].starts, days[1].ends);
        assert_eq!(days[0].ends, days[2].starts);
    }
}
