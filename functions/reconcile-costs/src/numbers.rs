//! Numbers: which ones the carrier bills, and when next. What it bills is in no API, so that both sides count by our rate.

use std::collections::HashMap;

use chrono::{DateTime, Months, TimeDelta, Utc};
use shared::{
    clock,
    db::{
        self, DbError,
        reconciliations::{self, DaySums, Finding, HeldNumber},
    },
    domain::{PhoneNumberId, Service},
    signalwire::BilledNumber,
};

use crate::handler::{ReconcileError, Report, State};

/// How far the carrier's date may be from the one that the purchase says.
const DATE_MARGIN: TimeDelta = TimeDelta::days(2);

pub(crate) async fn compare(state: &State, report: &mut Report) -> Result<(), ReconcileError> {
    let now = clock::now();
    let mut billed = state.carrier.list_billed_numbers().await?;
    billed.retain(|number| number.number != state.platform_number.as_str());

    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let held = reconciliations::list_held_numbers(&transaction).await?;
    let rate = reconciliations::number_rate(&transaction, now).await?;
    let Compared { sums, findings, bills } = compare_lists(&held, &billed, rate, now);
    report.number_months = reconciliations::set_next_bills(&transaction, &bills).await?;
    reconciliations::record_day(&transaction, (now.date_naive(), Service::Number), &sums, &findings).await?;
    transaction.commit().await.map_err(DbError::from)?;

    report.days += 1;
    report.differences += findings.len();
    for finding in findings {
        let (cause, examples) = (finding.cause, finding.examples.join(" "));
        tracing::warn!(service = "number", cause, examples, "a difference was found");
    }
    Ok(())
}

struct Compared {
    sums: DaySums,
    findings: Vec<Finding>,
    bills: Vec<(PhoneNumberId, DateTime<Utc>)>,
}

fn compare_lists(held: &[HeldNumber], billed: &[BilledNumber], rate: i64, now: DateTime<Utc>) -> Compared {
    let count = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
    let sums = DaySums {
        our_micros: count(held.len()) * rate,
        our_events: count(held.len()),
        carrier_micros: count(billed.len()) * rate,
        carrier_events: count(billed.len()),
    };
    let mut compared = Compared { sums, findings: Vec::new(), bills: Vec::new() };
    let ours: HashMap<&str, &HeldNumber> = held.iter().map(|number| (number.phone_number.as_str(), number)).collect();
    let theirs: HashMap<&str, &BilledNumber> = billed.iter().map(|number| (number.number.as_str(), number)).collect();
    for number in billed.iter().filter(|number| !ours.contains_key(number.number.as_str())) {
        compared.findings.push(finding("missing_here", None, &number.number, (0, rate), &number.id));
    }
    for number in held {
        let Some(at_carrier) = theirs.get(number.phone_number.as_str()) else {
            compared.findings.push(finding("missing_there", Some(number), &number.phone_number, (rate, 0), ""));
            continue;
        };
        let Some(next) = at_carrier.next_billed_at else { continue };
        compared.bills.push((number.id, next));
        if !is_expected(number.provisioned_at, next, now) {
            let both = (rate, rate);
            let id = &at_carrier.id;
            compared.findings.push(finding("billing_date_differs", Some(number), &number.phone_number, both, id));
        }
    }
    compared
}

/// The carrier bills a month from the purchase, and shows the purchase itself for a while.
fn is_expected(provisioned_at: DateTime<Utc>, next: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    (0..)
        .map_while(|months| provisioned_at.checked_add_months(Months::new(months)))
        .take_while(|due| *due < now + TimeDelta::days(40))
        .any(|due| (next - due).abs() <= DATE_MARGIN)
}

fn finding(
    cause: &'static str,
    ours: Option<&HeldNumber>,
    our_number: &str,
    (our_micros, carrier_micros): (i64, i64),
    id: &str,
) -> Finding {
    Finding {
        our_number: our_number.to_owned(),
        cause,
        workspace_id: ours.map(|number| number.workspace_id),
        phone_number_id: ours.map(|number| number.id),
        events: 1,
        our_micros,
        carrier_micros,
        examples: [id].iter().filter(|id| !id.is_empty()).map(|id| (*id).to_owned()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn held(number: &str) -> HeldNumber {
        HeldNumber {
            id: "00000000-0000-4000-8000-00000000000b".parse().unwrap(),
            workspace_id: "00000000-0000-4000-8000-00000000000a".parse().unwrap(),
            phone_number: number.to_owned(),
            provisioned_at: at("2026-01-31T12:00:00Z"),
        }
    }

    fn billed(number: &str, next: &str) -> BilledNumber {
        BilledNumber { id: "sid".to_owned(), number: number.to_owned(), next_billed_at: Some(at(next)) }
    }

    #[test]
    fn the_expected_bill_is_the_numbers_times_the_rate() {
        let now = at("2026-03-10T00:00:00Z");
        let ours = [held("+14055550100"), held("+14055550101")];
        let theirs = [billed("+14055550100", "2026-03-31T12:00:00Z"), billed("+14055550102", "2026-03-20T00:00:00Z")];
        let found = compare_lists(&ours, &theirs, 1_000_000, now);
        assert_eq!((found.sums.our_micros, found.sums.carrier_micros), (2_000_000, 2_000_000));
        let causes: Vec<(&str, &str)> = found.findings.iter().map(|f| (f.cause, f.our_number.as_str())).collect();
        assert_eq!(causes, [("missing_here", "+14055550102"), ("missing_there", "+14055550101")]);
        assert_eq!(found.bills.len(), 1);
    }

    #[test]
    fn a_bill_at_another_time_is_a_finding() {
        let now = at("2026-03-10T00:00:00Z");
        for (next, expected) in [
            ("2026-01-31T12:00:00Z", true),
            ("2026-02-28T12:00:00Z", true),
            ("2026-03-31T11:00:00Z", true),
            ("2026-03-15T12:00:00Z", false),
        ] {
            assert_eq!(is_expected(at("2026-01-31T12:00:00Z"), at(next), now), expected, "{next}");
        }
    }
}
