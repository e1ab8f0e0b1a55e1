//! Prices, and what subscriptions earn: what was paid, at the time at which it was paid; and for the time that no payment covers the
//! plan's price, by the second.

use chrono::{DateTime, Datelike, Months, NaiveTime, Utc};

use super::{Direction, Service, SubscriptionTier};

/// What a unit of something costs and earns, in micro-dollars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Of what: a segment, a message, a mail, a begun minute, a month.
    pub service: Service,
    /// Of messages and calls.
    pub direction: Option<Direction>,
    /// What the carrier takes.
    pub cost_micros: i64,
    /// What a workspace is charged.
    pub revenue_micros: i64,
}

/// A time during which a workspace had a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanPeriod {
    /// The plan.
    pub tier: SubscriptionTier,
    /// From when on.
    pub starts_at: DateTime<Utc>,
    /// Until when; `None` is still.
    pub ends_at: Option<DateTime<Utc>>,
}

/// Money that came in, or a trial, which is a payment of nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SubscriptionPayment {
    /// Without tax, in micro-dollars.
    pub amount_micros: i64,
    /// When it was paid.
    pub paid_at: DateTime<Utc>,
    /// Until when it is for.
    pub covers_until: DateTime<Utc>,
}

/// The revenue of the time from `from` (included) to `to` (excluded), in micro-dollars. `price` is a plan's price of a
/// month. A second of a month is worth its share of that month; each piece is rounded down to the micro-dollar.
#[must_use]
pub fn subscription_revenue(
    plans: &[PlanPeriod],
    payments: &[SubscriptionPayment],
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    price: impl Fn(SubscriptionTier) -> i64,
) -> i64 {
    let is_within = |payment: &&SubscriptionPayment| from <= payment.paid_at && payment.paid_at < to;
    let paid: i64 = payments.iter().filter(is_within).map(|payment| payment.amount_micros).sum();
    let unpaid = plans.iter().map(|plan| {
        let stretch = (plan.starts_at.max(from), plan.ends_at.unwrap_or(to).min(to));
        let pieces = uncovered(stretch, payments);
        pieces.into_iter().map(|piece| share_of_months(piece, price(plan.tier))).sum::<i64>()
    });
    paid + unpaid.sum::<i64>()
}

type Stretch = (DateTime<Utc>, DateTime<Utc>);

/// What is left of a stretch of time when everything that was paid for is taken out.
fn uncovered(stretch: Stretch, payments: &[SubscriptionPayment]) -> Vec<Stretch> {
    let mut left = vec![stretch];
    for payment in payments {
        left = left
            .into_iter()
            .flat_map(|(from, to)| [(from, to.min(payment.paid_at)), (from.max(payment.covers_until), to)])
            .filter(|(from, to)| from < to)
            .collect();
    }
    left.retain(|(from, to)| from < to);
    left
}

fn share_of_months((mut from, to): Stretch, price: i64) -> i64 {
    let mut sum = 0;
    while from < to {
        let month = month_start(from);
        let next = month + Months::new(1);
        let until = to.min(next);
        let (part, whole) = ((until - from).num_seconds(), (next - month).num_seconds());
        sum += i64::try_from(i128::from(price) * i128::from(part) / i128::from(whole)).unwrap_or(i64::MAX);
        from = until;
    }
    sum
}

/// The first instant of the month (UTC).
#[must_use]
pub fn month_start(at: DateTime<Utc>) -> DateTime<Utc> {
    let date = at.date_naive();
    date.with_day(1).unwrap_or(date).and_time(NaiveTime::MIN).and_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn price(tier: SubscriptionTier) -> i64 {
        match tier {
            SubscriptionTier::Free | SubscriptionTier::Starter => 0,
            SubscriptionTier::Professional => 30_000_000,
            SubscriptionTier::Enterprise => 300_000_000,
        }
    }

    fn plan(tier: SubscriptionTier, from: &str, to: Option<&str>) -> PlanPeriod {
        PlanPeriod { tier, starts_at: at(from), ends_at: to.map(at) }
    }

    const NOVEMBER: (&str, &str) = ("2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z");

    fn november(plans: &[PlanPeriod], payments: &[SubscriptionPayment]) -> i64 {
        subscription_revenue(plans, payments, (at(NOVEMBER.0), at(NOVEMBER.1)), price)
    }

    #[test]
    fn a_whole_month_earns_the_price_of_a_month() {
        let whole = plan(SubscriptionTier::Professional, "2026-05-04T10:00:00Z", None);
        assert_eq!(november(&[whole], &[]), 30_000_000);
        let years = (at("2025-01-01T00:00:00Z"), at("2028-01-01T00:00:00Z"));
        let always = plan(SubscriptionTier::Professional, "2020-01-01T00:00:00Z", None);
        assert_eq!(subscription_revenue(&[always], &[], years, price), 36 * 30_000_000);
    }

    #[test]
    fn a_change_of_plan_splits_the_month() {
        let plans = [
            plan(SubscriptionTier::Starter, "2026-10-01T00:00:00Z", Some("2026-11-11T00:00:00Z")),
            plan(SubscriptionTier::Professional, "2026-11-11T00:00:00Z", Some("2026-11-21T00:00:00Z")),
            plan(SubscriptionTier::Enterprise, "2026-11-21T00:00:00Z", None),
        ];
        assert_eq!(november(&plans, &[]), 10_000_000 + 100_000_000);
    }

    #[test]
    fn what_was_paid_takes_the_place_of_the_price() {
        let pro = plan(SubscriptionTier::Professional, "2026-10-01T00:00:00Z", None);
        let paid = SubscriptionPayment {
            amount_micros: 25_000_000,
            paid_at: at("2026-11-16T00:00:00Z"),
            covers_until: at("2026-12-16T00:00:00Z"),
        };
        assert_eq!(november(&[pro], &[paid]), 15_000_000 + 25_000_000);
        let trial = SubscriptionPayment { amount_micros: 0, paid_at: at("2026-11-01T00:00:00Z"), ..paid };
        assert_eq!(november(&[pro], &[trial]), 0);
        let of_october = SubscriptionPayment { paid_at: at("2026-10-20T00:00:00Z"), ..paid };
        assert_eq!(november(&[pro], &[of_october]), 0, "it was October's revenue, and covers November");
    }
}
