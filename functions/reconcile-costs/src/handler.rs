use chrono::{Days, NaiveDate};
use lambda_runtime::LambdaEvent;
use serde::{Deserialize, Serialize};
use shared::{
    clock,
    db::{DbError, Pool, reconciliations},
    domain::{PhoneNumber, Service},
    signalwire::{self, ClientError},
    telemetry::metrics::{self, Metric},
};

use crate::{days, numbers};

/// The variance is about this many days: one odd message of a quiet day is no alarm.
const VARIANCE_DAYS: u64 = 7;

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// The carrier.
    pub carrier: signalwire::Client,
    /// The shared number, which is no workspace's.
    pub platform_number: PhoneNumber,
}

/// Why a part did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum ReconcileError {
    /// Postgres.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The carrier.
    #[error(transparent)]
    Carrier(#[from] ClientError),
    /// At the end, when all parts have had their turn.
    #[error("parts of the reconciliation failed: {0}")]
    Parts(String),
}

/// What to compare; the schedule's event says nothing.
#[derive(Debug, Default, Deserialize)]
pub struct Wish {
    /// These days (UTC) instead of those that are due.
    #[serde(default)]
    pub days: Vec<NaiveDate>,
}

/// What was found and done.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Days of a service that were compared. In the log only: it depends on what earlier runs have done.
    #[serde(skip)]
    pub days: usize,
    /// Messages and calls whose price was news.
    pub priced: usize,
    /// Differences, by day, number and cause.
    pub differences: usize,
    /// Months of numbers that became final.
    pub number_months: i64,
    /// The carrier's sum less ours in percent of ours, of the service where it is worst.
    pub variance_percent: f64,
}

/// Reconciles.
///
/// # Errors
/// Handed to the runtime, after every part has had its turn: nobody else reads the answer.
pub async fn handle(state: &State, event: LambdaEvent<Wish>) -> Result<Report, lambda_runtime::Error> {
    Ok(reconcile_costs(state, event.payload).await?)
}

async fn reconcile_costs(state: &State, wish: Wish) -> Result<Report, ReconcileError> {
    let mut report = Report::default();
    let mut failed = Vec::new();
    for service in [Service::Sms, Service::Voice] {
        if let Err(error) = days::compare(state, service, &wish.days, &mut report).await {
            note(&mut failed, service.as_str(), &error);
        }
    }
    if let Err(error) = numbers::compare(state, &mut report).await {
        note(&mut failed, Service::Number.as_str(), &error);
    }
    report.variance_percent = variance(state).await?;

    let Report { days, priced, differences, number_months, variance_percent } = report;
    metrics::emit(&[(Metric::CostVariancePercent, variance_percent)]);
    let failed_parts = failed.len();
    tracing::info!(days, priced, differences, number_months, variance_percent, failed_parts, "costs reconciled");
    if failed.is_empty() { Ok(report) } else { Err(ReconcileError::Parts(failed.join(", "))) }
}

fn note(failed: &mut Vec<&'static str>, part: &'static str, error: &ReconcileError) {
    tracing::error!(part, error = error as &dyn std::error::Error, "a part of the reconciliation failed");
    failed.push(part);
}

/// Each service by itself: a hundred numbers that are right would hide texts that are not.
async fn variance(state: &State) -> Result<f64, ReconcileError> {
    let today = clock::now().date_naive();
    let from = today.checked_sub_days(Days::new(VARIANCE_DAYS)).unwrap_or(today);
    let connection = &mut state.pool.get().await?;
    let transaction = shared::db::system_transaction(connection).await?;
    let mut worst = 0.0_f64;
    for service in [Service::Sms, Service::Voice, Service::Number] {
        let sums = reconciliations::sum_days(&transaction, service, from).await?;
        let percent = percent_off(sums);
        tracing::info!(%service, percent, "variance of the last days");
        worst = worst.max(percent);
    }
    transaction.commit().await.map_err(DbError::from)?;
    Ok(worst)
}

/// How far the carrier's sum is from ours, in percent of ours; of nothing expected anything is all.
#[expect(clippy::cast_precision_loss, reason = "micro-dollars of a week are far below 2^52")]
fn percent_off((ours, carriers): (i64, i64)) -> f64 {
    match (ours, carriers) {
        (0, 0) => 0.0,
        (0, _) => 100.0,
        _ => (carriers - ours).abs() as f64 / ours as f64 * 100.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variance_is_a_share_of_what_was_expected() {
        for (sums, percent) in [((0, 0), 0.0), ((0, 5), 100.0), ((200, 210), 5.0), ((200, 150), 25.0)] {
            assert!((percent_off(sums) - percent).abs() < 1e-9, "{sums:?}");
        }
    }
}
