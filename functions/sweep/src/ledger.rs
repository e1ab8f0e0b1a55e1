//! The ledger: the months of numbers become due, and what happened since the last run moves into the sums.

use shared::{
    clock,
    db::{self, DbError, platform, rates, usage},
    domain::SubscriptionTier,
    telemetry::metrics::{self, Metric},
};

use crate::handler::{Report, State, SweepError};

/// Takes over changed rates, charges months and compacts. Readers count what is not compacted yet, so nothing is wrong meanwhile.
pub(crate) async fn keep(state: &State, report: &mut Report) -> Result<(), SweepError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let changed = rates::follow(&transaction, &state.business.rates(), clock::now()).await?;
    if changed > 0 {
        tracing::warn!(changed, "rates have changed with the configuration");
    }
    report.number_months = usage::accrue_months(&transaction, clock::now()).await?;
    transaction.commit().await.map_err(DbError::from)?;

    loop {
        let transaction = db::system_transaction(&mut connection).await?;
        let moved = usage::compact(&transaction).await?;
        transaction.commit().await.map_err(DbError::from)?;
        report.compacted_changes += moved;
        if moved < usage::COMPACT_AT_ONCE {
            return Ok(());
        }
    }
}

/// Writes what the alarms watch.
pub(crate) async fn measure(state: &State, report: &Report) -> Result<(), SweepError> {
    let has_numbers = |tier: &SubscriptionTier| state.business.plan(*tier).number_limit > 0;
    let paid: Vec<SubscriptionTier> = SubscriptionTier::ALL.iter().copied().filter(has_numbers).collect();
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let (paying, without) = platform::count_failed_workspaces(&transaction, &paid).await?;
    transaction.commit().await.map_err(DbError::from)?;

    let back_filled = report.recovered_messages + report.recovered_statuses + report.recovered_calls;
    metrics::emit(&[
        (Metric::ProvisioningFailurePercent, percent(without, paying)),
        (Metric::BackFilledMessages, f64::from(u32::try_from(back_filled).unwrap_or(u32::MAX))),
    ]);
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "counts of workspaces are far below 2^52")]
fn percent(part: i64, whole: i64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 }
}
