//! From the ledger's sums to the figures of a workspace.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use shared::{
    db::usage::{DayUsage, Totals},
    domain::{AnswerBucket, Channel, LocalDay, Service, explain_carrier_code, wait_percentile},
};

use crate::{
    api::{Analytics, Calls, DayVolume, ErrorCount, Messages, MonthToDate, ResponseTime},
    money::{self, Viewer},
};

/// What was read.
pub(crate) struct Figures {
    /// The days that were asked for; at least one.
    pub range: (LocalDay, LocalDay),
    pub zone: Tz,
    pub usage: Vec<DayUsage>,
    pub errors: Vec<(String, i64)>,
    pub answers: Vec<AnswerBucket>,
    /// What the subscription earned in the range, in micro-dollars.
    pub subscription_micros: i64,
    pub viewer: Viewer,
}

pub(crate) fn analytics(figures: Figures, month_to_date: MonthToDate) -> Analytics {
    let Figures { range: (first, last), zone, usage, errors, answers, subscription_micros, viewer } = figures;
    Analytics {
        from: first.date,
        to: last.date,
        time_zone: zone.name().to_owned(),
        days: usage.iter().filter_map(day_volume).collect(),
        messages: messages(&usage),
        calls: calls(&usage),
        response_time: response_time(&answers),
        top_errors: errors.into_iter().map(explained).collect(),
        money: money::money(&usage, subscription_micros, viewer),
        month_to_date,
    }
}

/// The channel of a service; numbers and campaigns have none.
fn channel(service: Service) -> Option<Channel> {
    match service {
        Service::Sms => Some(Channel::Sms),
        Service::Whatsapp => Some(Channel::Whatsapp),
        Service::Voice => Some(Channel::Voice),
        Service::Email => Some(Channel::Email),
        Service::Number | Service::Registration => None,
    }
}

fn day_volume(day: &DayUsage) -> Option<DayVolume> {
    let t = &day.totals;
    let volume = DayVolume {
        date: day.date,
        number_type: day.number_type,
        channel: channel(day.service)?,
        inbound: t.inbound,
        outbound: t.outbound,
        delivered: t.delivered,
        failed: t.undelivered + t.failed,
        answered: t.answered,
        missed: t.missed,
        voicemail: t.voicemail,
        units: t.units,
        cost_micros: t.cost_micros,
    };
    // A late change of department or time leaves a row of noughts behind.
    (t.inbound + t.outbound > 0).then_some(volume)
}

/// Sums by service.
pub(crate) fn by_service(usage: &[DayUsage]) -> BTreeMap<&'static str, (Service, Totals)> {
    let mut sums = BTreeMap::new();
    for day in usage {
        let (_, totals): &mut (Service, Totals) =
            sums.entry(day.service.as_str()).or_insert((day.service, Totals::default()));
        totals.add(&day.totals);
    }
    sums
}

fn messages(usage: &[DayUsage]) -> Messages {
    let mut t = Totals::default();
    for day in usage.iter().filter(|day| channel(day.service).is_some_and(|channel| channel != Channel::Voice)) {
        t.add(&day.totals);
    }
    let settled = t.sent + t.delivered + t.undelivered + t.failed;
    Messages {
        inbound: t.inbound,
        outbound: t.outbound,
        open: t.open,
        sent: t.sent,
        delivered: t.delivered,
        undelivered: t.undelivered,
        failed: t.failed,
        canceled: t.canceled,
        delivery_rate: rate(t.delivered, settled),
        failure_rate: rate(t.undelivered + t.failed, settled),
    }
}

/// A share, rounded to four digits.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub(crate) fn rate(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| (part as f64 / whole as f64 * 10_000.0).round() / 10_000.0)
}

fn calls(usage: &[DayUsage]) -> Calls {
    let mut t = Totals::default();
    for day in usage.iter().filter(|day| day.service == Service::Voice) {
        t.add(&day.totals);
    }
    Calls {
        inbound: t.inbound,
        outbound: t.outbound,
        answered: t.answered,
        missed: t.missed,
        voicemail: t.voicemail,
        failed: t.failed,
        minutes: t.units,
    }
}

fn response_time(answers: &[AnswerBucket]) -> ResponseTime {
    ResponseTime {
        answers: answers.iter().map(|bucket| bucket.answers).sum(),
        median_seconds: wait_percentile(answers, 0.5),
        p90_seconds: wait_percentile(answers, 0.9),
    }
}

pub(crate) fn explained((code, count): (String, i64)) -> ErrorCount {
    let explanation = explain_carrier_code(&code);
    ErrorCount { count, cause: explanation.map(|code| code.cause), advice: explanation.map(|code| code.advice), code }
}
