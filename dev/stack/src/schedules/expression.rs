//! `rate(…)` and `cron(…)` (Amazon `EventBridge`, schedule expressions), in UTC.

use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    Rate(Duration),
    Cron(Cron),
}

/// The allowed values of each field; a list of all of them stands for `*` and `?`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cron {
    minutes: Vec<u32>,
    hours: Vec<u32>,
    days: Vec<u32>,
    months: Vec<u32>,
    /// 1 is Sunday.
    weekdays: Vec<u32>,
    years: Vec<u32>,
}

const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

impl FromStr for Expression {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let argument = |name: &str| text.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')');
        if let Some(rate) = argument("rate") {
            return parse_rate(rate).with_context(|| format!("in {text}"));
        }
        if let Some(cron) = argument("cron") {
            return Ok(Self::Cron(parse_cron(cron).with_context(|| format!("in {text}"))?));
        }
        bail!("the schedule {text} is neither rate(…) nor cron(…)")
    }
}

impl Expression {
    /// The next time after `now`. None when a cron expression never comes true again.
    #[must_use]
    pub fn next_after(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::Rate(period) => Some(now + *period),
            Self::Cron(cron) => cron.next_after(now),
        }
    }
}

impl Cron {
    fn next_after(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        // Days are skipped whole, so that ten years ahead are found in a few thousand steps.
        let mut time = now.with_second(0)?.with_nanosecond(0)? + TimeDelta::minutes(1);
        let horizon = now + TimeDelta::days(3660);
        while time < horizon {
            if !self.allows_day(time) {
                time = time.date_naive().succ_opt()?.and_hms_opt(0, 0, 0)?.and_utc();
            } else if self.hours.contains(&time.hour()) && self.minutes.contains(&time.minute()) {
                return Some(time);
            } else {
                time += TimeDelta::minutes(1);
            }
        }
        None
    }

    fn allows_day(&self, time: DateTime<Utc>) -> bool {
        self.months.contains(&time.month())
            && self.days.contains(&time.day())
            && self.weekdays.contains(&time.weekday().number_from_sunday())
            && u32::try_from(time.year()).is_ok_and(|year| self.years.contains(&year))
    }
}

fn parse_rate(text: &str) -> Result<Expression> {
    let (count, unit) = text.trim().split_once(' ').context("a rate is a number and a unit")?;
    let count: u32 = count.parse().context("a rate starts with a whole number")?;
    ensure!(count > 0, "a rate is at least 1");
    let seconds = match unit.trim_end_matches('s') {
        "minute" => 60,
        "hour" => 3600,
        "day" => 86_400,
        _ => bail!("{unit} is not a unit of a rate"),
    };
    // AWS refuses "1 minutes" and "5 minute" when it deploys.
    ensure!((count == 1) != unit.ends_with('s'), "AWS wants the singular for 1 and the plural for more");
    Ok(Expression::Rate(Duration::from_secs(u64::from(count) * seconds)))
}

fn parse_cron(text: &str) -> Result<Cron> {
    let fields: Vec<_> = text.split_whitespace().collect();
    let [minutes, hours, days, months, weekdays, years] = fields[..] else {
        bail!("a cron expression has six fields, this one has {}", fields.len());
    };
    ensure!((days == "?") != (weekdays == "?"), "AWS wants ? for either the day of the month or the day of the week");
    Ok(Cron {
        minutes: field(minutes, 0, 59, &[])?,
        hours: field(hours, 0, 23, &[])?,
        days: field(days, 1, 31, &[])?,
        months: field(months, 1, 12, &MONTHS)?,
        weekdays: field(weekdays, 1, 7, &WEEKDAYS)?,
        years: field(years, 1970, 2199, &[])?,
    })
}

/// A list of values, ranges and steps. `L`, `W` and `#` are not understood and say so.
fn field(text: &str, lowest: u32, highest: u32, names: &[&str]) -> Result<Vec<u32>> {
    let value = |text: &str| -> Result<u32> {
        let position = names.iter().position(|name| name.eq_ignore_ascii_case(text));
        let position = position.and_then(|position| u32::try_from(position).ok());
        let value = position.map(|position| position + lowest).or_else(|| text.parse().ok());
        let value = value.with_context(|| format!("{text} is not understood by the local runner"))?;
        ensure!((lowest..=highest).contains(&value), "{value} is not between {lowest} and {highest}");
        Ok(value)
    };
    let mut values = Vec::new();
    for part in text.split(',') {
        let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
        let (first, last) = match range.split_once('-') {
            Some((first, last)) => (value(first)?, value(last)?),
            None if range == "*" || range == "?" => (lowest, highest),
            None if step.is_some() => (value(range)?, highest),
            None => (value(range)?, value(range)?),
        };
        let step: usize = step.map_or(Ok(1), str::parse).context("a step is a whole number")?;
        ensure!(step > 0, "a step is at least 1");
        values.extend((first..=last).step_by(step));
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(expression: &str, now: &str) -> String {
        let expression: Expression = expression.parse().unwrap();
        expression.next_after(now.parse().unwrap()).unwrap().to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
    }

    #[test]
    fn a_rate_comes_one_period_later() {
        assert_eq!(next("rate(1 minute)", "2026-01-01T00:00:30Z"), "2026-01-01T00:01:30Z");
        assert_eq!(next("rate(6 hours)", "2026-01-01T20:00:00Z"), "2026-01-02T02:00:00Z");
    }

    #[test]
    fn a_cron_expression_comes_at_its_next_minute() {
        let cases = [
            ("cron(15 3 * * ? *)", "2026-01-01T03:15:00Z", "2026-01-02T03:15:00Z"),
            ("cron(0/20 * * * ? *)", "2026-01-01T03:15:10Z", "2026-01-01T03:20:00Z"),
            ("cron(0 18 ? * MON-FRI *)", "2026-01-02T18:00:00Z", "2026-01-05T18:00:00Z"),
            ("cron(0 8 1 jan,JUL ? *)", "2026-01-02T00:00:00Z", "2026-07-01T08:00:00Z"),
            ("cron(0 0 29 2 ? *)", "2026-01-02T00:00:00Z", "2028-02-29T00:00:00Z"),
        ];
        for (expression, now, expected) in cases {
            assert_eq!(next(expression, now), expected, "{expression} after {now}");
        }
    }

    #[test]
    fn a_cron_expression_of_the_past_never_comes() {
        let expression: Expression = "cron(0 0 1 1 ? 2020)".parse().unwrap();
        assert_eq!(expression.next_after("2026-01-01T00:00:00Z".parse().unwrap()), None);
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for text in [
            "rate(1 minutes)",
            "rate(5 minute)",
            "rate(0 minutes)",
            "every day",
            "cron(0 0 L * ? *)",
            "cron(0 0 * * * *)",
            "cron(0 0 * ? *)",
            "cron(61 0 * * ? *)",
        ] {
            assert!(text.parse::<Expression>().is_err(), "{text} was accepted");
        }
    }
}
