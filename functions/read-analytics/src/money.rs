//! Costs, revenue, and where the month leads.

use chrono::{DateTime, Utc};
use shared::{
    db::usage::{DayUsage, NumberMonth},
    domain::{LocalDay, Service},
};

use crate::{
    api::{Money, MonthToDate, ServiceMoney},
    workspace::by_service,
};

/// Who asks: members see costs, administrators revenue as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Viewer {
    Member,
    Administrator,
}

impl Viewer {
    fn may_see(self, micros: i64) -> Option<i64> {
        (self == Self::Administrator).then_some(micros)
    }
}

pub(crate) fn money(usage: &[DayUsage], subscription_micros: i64, viewer: Viewer) -> Money {
    let sums = by_service(usage);
    let (mut cost, mut estimated, mut revenue) = (0, 0, subscription_micros);
    let mut services = Vec::new();
    for (service, totals) in sums.into_values() {
        cost += totals.cost_micros;
        estimated += totals.estimated_micros;
        revenue += totals.revenue_micros;
        services.push(ServiceMoney {
            service,
            units: totals.units,
            cost_micros: totals.cost_micros,
            estimated_cost_micros: totals.estimated_micros,
            revenue_micros: viewer.may_see(totals.revenue_micros),
        });
    }
    Money {
        by_service: services,
        subscription_revenue_micros: viewer.may_see(subscription_micros),
        cost_micros: cost,
        estimated_cost_micros: estimated,
        revenue_micros: viewer.may_see(revenue),
        margin_micros: viewer.may_see(revenue - cost),
    }
}

/// What is known of the current month.
pub(crate) struct Month {
    pub days: Vec<LocalDay>,
    pub usage: Vec<DayUsage>,
    /// Months of numbers that begin before the month is over.
    pub coming: Vec<NumberMonth>,
    pub subscription_so_far: i64,
    pub subscription_whole: i64,
    pub now: DateTime<Utc>,
}

pub(crate) fn month_to_date(month: &Month, viewer: Viewer) -> Option<MonthToDate> {
    let (first, last) = (month.days.first()?, month.days.last()?);
    let today = month.days.iter().rev().find(|day| day.starts <= month.now).unwrap_or(first);
    let (mut lumps, mut used) = ((0, 0), (0, 0));
    for day in &month.usage {
        let sum = if day.service == Service::Number { &mut lumps } else { &mut used };
        sum.0 += day.totals.cost_micros;
        sum.1 += day.totals.revenue_micros;
    }
    let coming_cost: i64 = month.coming.iter().map(|number| number.cost_micros).sum();
    let coming_revenue: i64 = month.coming.iter().map(|number| number.revenue_micros).sum();

    let elapsed = (month.now - first.starts).num_seconds();
    let whole = (last.ends - first.starts).num_seconds();
    let is_telling = elapsed >= 86_400;
    let cost = lumps.0 + coming_cost + in_proportion(used.0, whole, elapsed);
    let revenue = lumps.1 + coming_revenue + in_proportion(used.1, whole, elapsed) + month.subscription_whole;
    Some(MonthToDate {
        from: first.date,
        to: today.date,
        cost_micros: lumps.0 + used.0,
        revenue_micros: viewer.may_see(lumps.1 + used.1 + month.subscription_so_far),
        forecast_cost_micros: is_telling.then_some(cost),
        forecast_revenue_micros: viewer.may_see(revenue).filter(|_| is_telling),
    })
}

fn in_proportion(sum: i64, whole: i64, elapsed: i64) -> i64 {
    let grown = i128::from(sum) * i128::from(whole) / i128::from(elapsed.clamp(1, whole.max(1)));
    i64::try_from(grown).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use shared::{db::usage::Totals, domain::local_days};

    use super::*;

    fn usage(service: Service, cost: i64, revenue: i64) -> DayUsage {
        let totals = Totals { cost_micros: cost, revenue_micros: revenue, ..Totals::default() };
        DayUsage { date: NaiveDate::MIN, number_type: None, service, totals }
    }

    fn november(now: &str, usage: Vec<DayUsage>, coming: Vec<NumberMonth>) -> Month {
        let date = |text: &str| text.parse().unwrap();
        Month {
            days: local_days(date("2026-11-01"), date("2026-11-30"), chrono_tz::UTC),
            usage,
            coming,
            subscription_so_far: 24,
            subscription_whole: 49,
            now: now.parse().unwrap(),
        }
    }

    #[test]
    fn usage_goes_on_and_months_of_numbers_come_when_they_come() {
        let coming = vec![NumberMonth { cost_micros: 1_000, revenue_micros: 5_000 }];
        let usage = vec![usage(Service::Sms, 100, 200), usage(Service::Number, 1_000, 0)];
        let month = november("2026-11-11T00:00:00Z", usage, coming);
        let answer = month_to_date(&month, Viewer::Administrator).unwrap();
        assert_eq!((answer.cost_micros, answer.revenue_micros), (1_100, Some(224)));
        assert_eq!(answer.forecast_cost_micros, Some(1_000 + 1_000 + 300));
        assert_eq!(answer.forecast_revenue_micros, Some(5_000 + 600 + 49));
        let member = month_to_date(&month, Viewer::Member).unwrap();
        assert_eq!((member.revenue_micros, member.forecast_revenue_micros), (None, None));
    }

    #[test]
    fn the_first_day_says_too_little() {
        let month = november("2026-11-01T09:00:00Z", vec![usage(Service::Sms, 100, 200)], Vec::new());
        let answer = month_to_date(&month, Viewer::Administrator).unwrap();
        assert_eq!((answer.cost_micros, answer.forecast_cost_micros), (100, None));
    }
}
