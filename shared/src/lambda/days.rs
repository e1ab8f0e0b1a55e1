//! `from`, `to` and `timeZone` of a report.

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use lambda_http::Request;

use super::{ApiError, parse_query, query};
use crate::domain::{LocalDay, local_date, local_days};

/// Days of a report when the request does not say.
const DEFAULT_DAYS: u64 = 30;
/// Most days of a report: a leap year.
const MOST_DAYS: usize = 366;

/// The days that somebody asks about.
#[derive(Debug, Clone)]
pub struct DayRange {
    /// At least one.
    pub days: Vec<LocalDay>,
    /// Whose days they are.
    pub zone: Tz,
    from: NaiveDate,
    to: NaiveDate,
}

impl DayRange {
    /// The first and the last date.
    #[must_use]
    pub fn dates(&self) -> (NaiveDate, NaiveDate) {
        (self.from, self.to)
    }

    /// The first instant, and the one after the last.
    #[must_use]
    pub fn span(&self) -> (DateTime<Utc>, DateTime<Utc>) {
        let starts = self.days.first().map(|day| day.starts).unwrap_or_default();
        (starts, self.days.last().map_or(starts, |day| day.ends))
    }

    /// The query of the page after a cursor.
    #[must_use]
    pub fn query(&self, report: &str, cursor: &str) -> String {
        form_urlencoded::Serializer::new(String::new())
            .append_pair("report", report)
            .append_pair("from", &self.from.to_string())
            .append_pair("to", &self.to.to_string())
            .append_pair("timeZone", self.zone.name())
            .append_pair("cursor", cursor)
            .finish()
    }
}

/// Reads them: dates as `2026-01-31`, both included, in UTC unless a time zone is named; the last thirty days without any.
///
/// # Errors
/// 422 that names the parameter.
pub fn parse_days(request: &Request, now: DateTime<Utc>) -> Result<DayRange, ApiError> {
    let zone = match query(request, "timeZone") {
        None => Tz::UTC,
        Some(name) => name.parse().map_err(|_| {
            ApiError::invalid("timeZone", "must be a name of the time zone database, such as America/Chicago")
        })?,
    };
    let to = date(request, "to")?.unwrap_or_else(|| local_date(now, zone));
    let from = match date(request, "from")? {
        Some(from) => from,
        None => to.checked_sub_days(Days::new(DEFAULT_DAYS - 1)).unwrap_or(to),
    };
    if from > to {
        return Err(ApiError::invalid("from", "must not be after `to`"));
    }
    if (to - from).num_days() >= i64::try_from(MOST_DAYS).unwrap_or(i64::MAX) {
        return Err(ApiError::invalid("from", format!("must be at most {MOST_DAYS} days with `to`")));
    }
    Ok(DayRange { days: local_days(from, to, zone), zone, from, to })
}

fn date(request: &Request, name: &str) -> Result<Option<NaiveDate>, ApiError> {
    let text: Option<String> = parse_query(request, name)?;
    text.map(|text| {
        let is_date = text.len() == 10 && text.starts_with(['1', '2']);
        text.parse()
            .ok()
            .filter(|_| is_date)
            .ok_or_else(|| ApiError::invalid(name, "must be a date such as 2026-01-31"))
    })
    .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(query: &str) -> Result<DayRange, ApiError> {
        let request = lambda_http::http::Request::get(format!("https://api.example.com/analytics?{query}"));
        let now = "2026-11-28T03:00:00Z".parse().unwrap();
        parse_days(&request.body(lambda_http::Body::Empty).unwrap(), now)
    }

    fn dates(query: &str) -> (String, String, usize) {
        let range = parse(query).unwrap();
        (range.from.to_string(), range.to.to_string(), range.days.len())
    }

    #[test]
    fn without_dates_it_is_the_last_thirty_days_of_the_time_zone() {
        assert_eq!(dates(""), ("2026-10-30".to_owned(), "2026-11-28".to_owned(), 30));
        assert_eq!(dates("timeZone=America%2FChicago").1, "2026-11-27");
        assert_eq!(dates("from=2026-11-28&to=2026-11-28").2, 1);
    }

    #[test]
    fn what_cannot_be_read_is_refused_by_name() {
        let field = |query: &str| match parse(query).unwrap_err() {
            ApiError::Invalid(errors) => errors[0].field.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(field("timeZone=Mars%2FOlympus"), "timeZone");
        for bad in ["from=yesterday", "from=2026-02-30", "from=2026-11-29", "from=2025-11-01", "from=-2026-01-01"] {
            assert_eq!(field(bad), "from", "{bad}");
        }
        assert_eq!(field("to=20261128"), "to");
    }
}
