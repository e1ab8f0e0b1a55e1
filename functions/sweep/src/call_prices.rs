//! What the carrier took for calls: it calculates that a while after the end, for each leg.

use futures_util::{StreamExt, stream};
use shared::{
    clock,
    db::{
        self, DbError,
        call_looks::{self, Known},
    },
    domain::CallKind,
    signalwire::{CallQuery, ClientError},
};

use crate::{
    handler::{Report, State, SweepError},
    outcomes::{AT_ONCE, is_about_the_account, size},
    turns::TimeSlice,
};

/// Calls that are taken up at once.
const BATCH: i64 = 200;

/// Asks for the prices that are missing.
pub(crate) async fn fetch(state: &State, report: &mut Report) -> Result<(), SweepError> {
    let time = TimeSlice::begin();
    while fetch_batch(state, &time, report).await? == BATCH && !time.is_over() {}
    Ok(())
}

async fn fetch_batch(state: &State, time: &TimeSlice, report: &mut Report) -> Result<i64, SweepError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let unpriced = call_looks::claim_unpriced(&transaction, clock::now(), BATCH).await?;
    transaction.commit().await.map_err(DbError::from)?;
    drop(connection);
    let count = size(&unpriced);

    let mut prices = stream::iter(time.limit(unpriced)).map(|call| price(state, call)).buffer_unordered(AT_ONCE);
    while let Some((call, price)) = prices.next().await {
        match price {
            Ok(None) => {}
            Ok(Some(cost_micros)) => {
                let mut connection = state.pool.get().await?;
                let transaction = db::system_transaction(&mut connection).await?;
                call_looks::set_price(&transaction, call.id, cost_micros).await?;
                transaction.commit().await.map_err(DbError::from)?;
                report.priced_calls += 1;
            }
            Err(error) if is_about_the_account(&error) => return Err(error.into()),
            Err(error) => tracing::warn!(call_id = %call.id, %error, "the price of a call could not be read"),
        }
    }
    Ok(count)
}

async fn price(state: &State, call: Known) -> (Known, Result<Option<i64>, ClientError>) {
    let price = price_of_all_legs(state, &call).await;
    (call, price)
}

/// The first leg's, and those of the legs that were dialled from it; `None` until all are known.
async fn price_of_all_legs(state: &State, call: &Known) -> Result<Option<i64>, ClientError> {
    let Some(first) = state.carrier.get_call(&call.carrier_sid).await?.price_micros else { return Ok(None) };
    let legs = match call.kind {
        CallKind::Spoken => Vec::new(),
        CallKind::Inbound | CallKind::ClickToCall => {
            let parent_sid = Some(call.carrier_sid.clone());
            state.carrier.find_calls(&CallQuery { parent_sid, ..CallQuery::default() }).await?
        }
    };
    let others: Option<Vec<i64>> = legs.iter().map(|leg| leg.price_micros).collect();
    Ok(others.map(|others| first.saturating_add(others.iter().sum())))
}
