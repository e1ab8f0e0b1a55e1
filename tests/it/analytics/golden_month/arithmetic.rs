//! The figures, by plain arithmetic over the list of events and with the prices of the issue.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use shared::{
    db::usage::Totals,
    domain::{NumberType, Service},
};

use super::story::{Month, Story};
use crate::analytics::world::{Event, Rate};

/// Price of a month in micro-dollars, as config/business.json has it.
const PROFESSIONAL: i64 = 49_000_000;
const ENTERPRISE: i64 = 199_000_000;
/// What a number costs and earns in a month.
const NUMBER: (i64, i64) = (1_000_000, 5_000_000);
/// What a campaign costs in a month. No workspace pays for it.
pub const CAMPAIGN: i64 = 10_000_000;

pub fn rate(event: &Event) -> Rate {
    match (event.service, event.inbound) {
        (Service::Sms, false) => (7_900, 20_000),
        (Service::Whatsapp, false) => (5_000, 20_000),
        (Service::Voice, true) => (8_500, 20_000),
        (Service::Voice, false) => (9_000, 20_000),
        _ => (0, 0),
    }
}

pub type DayKey = (String, Option<&'static str>, &'static str);

/// By day of a zone, department and service.
pub fn days(story: &Story, month: &Month, zone: Tz) -> BTreeMap<DayKey, Totals> {
    let first_and_last = month.first.to_string()..=month.last.to_string();
    let mut sums: BTreeMap<_, Totals> = BTreeMap::new();
    for event in &story.events {
        let date = event.at.with_timezone(&zone).date_naive().to_string();
        if first_and_last.contains(&date) {
            let key = (date, event.number_type.map(NumberType::as_str), event.service.as_str());
            sums.entry(key).or_default().add(&event.totals(rate(event)));
        }
    }
    sums
}

/// The plan's price for each day that no payment covers, and the payment. Plans change at midnight, so days are exact.
pub fn subscription(story: &Story, month: &Month) -> i64 {
    let unpaid = (1..=month.days()).filter(|day| story.payment.is_none_or(|(_, paid)| *day < paid));
    let prices = unpaid.map(|day| {
        match story.plans.iter().rev().find(|(from, _)| *from <= day).map_or("starter", |(_, tier)| tier) {
            "professional" => PROFESSIONAL,
            "enterprise" => ENTERPRISE,
            _ => 0,
        }
    });
    // In parts of a day: rounding comes at the end of each stretch, not of each day.
    story.payment.map_or(0, |(cents, _)| cents * 10_000) + prices.sum::<i64>() / month.days()
}

/// Cost, the part of it that is an estimate, and revenue of each service.
pub fn money(story: &Story) -> BTreeMap<&'static str, (i64, i64, i64)> {
    let mut money: BTreeMap<&str, (i64, i64, i64)> = BTreeMap::new();
    for event in &story.events {
        let totals = event.totals(rate(event));
        let sum = money.entry(event.service.as_str()).or_default();
        *sum = (sum.0 + totals.cost_micros, sum.1 + totals.estimated_micros, sum.2 + totals.revenue_micros);
    }
    for number in &story.numbers {
        let sum = money.entry("number").or_default();
        let estimated = if story.is_reconciled { 0 } else { NUMBER.0 };
        *sum = (sum.0 + NUMBER.0, sum.1 + estimated, sum.2 + i64::from(number.is_extra) * NUMBER.1);
    }
    money
}

/// Cost and revenue of usage and numbers, without the subscription.
pub fn sums(story: &Story) -> (i64, i64) {
    money(story).values().fold((0, 0), |sum, row| (sum.0 + row.0, sum.1 + row.2))
}

/// What we expected the events of the story to cost, of texts (WhatsApp's share their log) or of calls.
pub fn expected_cost(story: &Story, service: Service) -> i64 {
    let is_call = service == Service::Voice;
    let events = story.events.iter().filter(|event| (event.service == Service::Voice) == is_call);
    events.map(|event| super::story::carriers_price(event, false)).sum()
}
