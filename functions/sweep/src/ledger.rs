//! The ledger: the months of numbers become due, and what happened since the last run moves into the sums.

use shared::{
    clock,
    db::{self, DbError, usage},
};

use crate::handler::{Report, State, SweepError};

/// Charges months and compacts. Readers count what is not compacted yet, so nothing is wrong meanwhile.
pub(crate) async fn keep(state: &State, report: &mut Report) -> Result<(), SweepError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
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
