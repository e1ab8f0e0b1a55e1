//! Messages and calls, a day at a time.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use shared::{
    clock,
    db::{self, DbError, reconciliations},
    domain::Service,
    signalwire::{Log, LogEntry},
};

use crate::{
    compare::{self, Charged, Known},
    handler::{ReconcileError, Report, State},
};

/// The latest days are compared again: the carrier calculates late.
const AGAIN: i32 = 3;
/// How far our times and the carrier's may be apart: a message that waited in a queue of either side.
const MARGIN: TimeDelta = TimeDelta::hours(6);
/// Rows of one statement.
const CHUNK: usize = 1_000;

pub(crate) async fn compare(
    state: &State,
    service: Service,
    wished: &[NaiveDate],
    report: &mut Report,
) -> Result<(), ReconcileError> {
    let days = if wished.is_empty() { due_days(state, service).await? } else { wished.to_vec() };
    for day in days {
        compare_day(state, service, day, report).await?;
        report.days += 1;
    }
    Ok(())
}

async fn due_days(state: &State, service: Service) -> Result<Vec<NaiveDate>, ReconcileError> {
    let today = clock::now().date_naive();
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let days = reconciliations::list_due_days(&transaction, service, (today, AGAIN)).await?;
    transaction.commit().await.map_err(DbError::from)?;
    Ok(days)
}

async fn compare_day(
    state: &State,
    service: Service,
    day: NaiveDate,
    report: &mut Report,
) -> Result<(), ReconcileError> {
    let starts = day.and_time(NaiveTime::MIN).and_utc();
    let span = (starts, starts + TimeDelta::days(1));
    let log = if service == Service::Voice { Log::Calls } else { Log::Messages };
    let entries = state.carrier.list_log(log, (span.0 - MARGIN, span.1 + MARGIN)).await?;
    let charged = charged(&entries, span);

    let known = known(state, service, &charged, span).await?;
    let (sums, findings) = compare::compare(&charged, &known);
    report.priced += set_prices(state, service, &entries, &charged).await?;

    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    reconciliations::record_day(&transaction, (day, service), &sums, &findings).await?;
    transaction.commit().await.map_err(DbError::from)?;
    for finding in &findings {
        let (cause, events, examples) = (finding.cause, finding.events, finding.examples.join(" "));
        let (our_micros, carrier_micros) = (finding.our_micros, finding.carrier_micros);
        tracing::warn!(%day, %service, cause, events, our_micros, carrier_micros, examples, "a difference was found");
    }
    report.differences += findings.len();
    Ok(())
}

/// Legs of a call count with its first one, by whose id we know it. What was deleted at the carrier exists and has no price.
fn charged(entries: &[LogEntry], (from, to): (DateTime<Utc>, DateTime<Utc>)) -> Vec<Charged> {
    let ids: HashSet<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
    let mut legs: HashMap<&str, i64> = HashMap::new();
    let is_leg = |entry: &&LogEntry| entry.parent_id.as_deref().is_some_and(|parent| ids.contains(parent));
    for leg in entries.iter().filter(is_leg) {
        let parent = leg.parent_id.as_deref().unwrap_or_default();
        *legs.entry(parent).or_default() += leg.charge_micros.unwrap_or_default();
    }
    entries
        .iter()
        .filter(|entry| !is_leg(entry))
        .map(|entry| Charged {
            sid: entry.id.clone(),
            our_number: our_number(entry).unwrap_or_default().to_owned(),
            micros: entry.charge_micros.unwrap_or_default() + legs.get(entry.id.as_str()).copied().unwrap_or_default(),
            is_of_day: entry.charge_micros.is_some() && entry.created_at.is_some_and(|at| from <= at && at < to),
        })
        .collect()
}

fn our_number(entry: &LogEntry) -> Option<&str> {
    if entry.direction.as_deref() == Some("inbound") { entry.to.as_deref() } else { entry.from.as_deref() }
}

async fn known(
    state: &State,
    service: Service,
    charged: &[Charged],
    span: (DateTime<Utc>, DateTime<Utc>),
) -> Result<Known, ReconcileError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let mut known =
        Known { of_day: reconciliations::list_of_time(&transaction, service, span).await?, ..Known::default() };
    let sids: Vec<&str> = charged.iter().map(|entry| entry.sid.as_str()).collect();
    for chunk in sids.chunks(CHUNK) {
        for ours in reconciliations::list_by_sid(&transaction, service, chunk).await? {
            known.by_sid.insert(ours.carrier_sid.clone(), ours);
        }
        known.unroutable.extend(reconciliations::list_unroutable(&transaction, chunk).await?);
    }
    transaction.commit().await.map_err(DbError::from)?;
    Ok(known)
}

/// The carrier's word makes estimates final, once it will say nothing else.
async fn set_prices(
    state: &State,
    service: Service,
    entries: &[LogEntry],
    charged: &[Charged],
) -> Result<usize, ReconcileError> {
    let over: HashSet<&str> = entries.iter().filter(|entry| is_over(entry)).map(|entry| entry.id.as_str()).collect();
    let said: Vec<(&str, i64)> = charged
        .iter()
        .filter(|entry| entry.is_of_day && over.contains(entry.sid.as_str()))
        .map(|entry| (entry.sid.as_str(), entry.micros))
        .collect();
    let mut priced = 0;
    for chunk in said.chunks(CHUNK) {
        let mut connection = state.pool.get().await?;
        let transaction = db::system_transaction(&mut connection).await?;
        priced += reconciliations::set_prices(&transaction, service, chunk).await?;
        transaction.commit().await.map_err(DbError::from)?;
    }
    Ok(priced)
}

/// A charge of what is still under way may be the nought from before it was calculated.
fn is_over(entry: &LogEntry) -> bool {
    let word = entry.status.as_deref().unwrap_or_default();
    !matches!(word, "queued" | "initiated" | "sending" | "ringing" | "in-progress" | "created" | "answered" | "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &str, parent: Option<&str>, charge: Option<i64>, at: &str) -> LogEntry {
        LogEntry {
            id: id.to_owned(),
            from: Some("+14055550123".to_owned()),
            to: Some("+14055550100".to_owned()),
            status: Some("completed".to_owned()),
            direction: Some("inbound".to_owned()),
            charge_micros: charge,
            parent_id: parent.map(str::to_owned),
            created_at: Some(at.parse().unwrap()),
        }
    }

    #[test]
    fn legs_count_with_their_call_and_the_day_with_its_own() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let entries = [
            entry("call", None, Some(8_500), "2026-01-15T12:00:00Z"),
            entry("leg", Some("call"), Some(9_000), "2026-01-15T12:00:05Z"),
            entry("next", None, Some(8_500), "2026-01-16T00:00:00Z"),
            entry("deleted", None, None, "2026-01-15T13:00:00Z"),
        ];
        let found = charged(&entries, (at("2026-01-15T00:00:00Z"), at("2026-01-16T00:00:00Z")));
        let found: Vec<(&str, i64, bool)> =
            found.iter().map(|entry| (entry.sid.as_str(), entry.micros, entry.is_of_day)).collect();
        assert_eq!(found, [("call", 17_500, true), ("next", 8_500, false), ("deleted", 0, false)]);
    }
}
