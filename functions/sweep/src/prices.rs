//! What messages cost at the carrier, which it calculates some time after it sent them. The same look repairs a status
//! whose callback got lost.

use futures_util::{StreamExt, stream};
use shared::{
    clock,
    db::{
        self, DbError,
        message_looks::{self, AtCarrier},
    },
    domain::{MessageStatus, explain_carrier_code},
    signalwire::{ClientError, Message},
};

use crate::{
    handler::{Report, State, SweepError},
    outcomes::{AT_ONCE, is_about_the_account, size},
    turns::TimeSlice,
};

/// Messages that are taken up at once.
const BATCH: i64 = 200;

/// Looks up prices.
pub(crate) async fn fetch(state: &State, report: &mut Report) -> Result<(), SweepError> {
    let time = TimeSlice::begin();
    while fetch_batch(state, &time, report).await? == BATCH && !time.is_over() {}
    Ok(())
}

async fn fetch_batch(state: &State, time: &TimeSlice, report: &mut Report) -> Result<i64, SweepError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let unpriced = message_looks::claim_unpriced(&transaction, clock::now(), BATCH).await?;
    transaction.commit().await.map_err(DbError::from)?;
    let count = size(&unpriced);

    let mut looks = stream::iter(time.limit(unpriced))
        .map(async |message| {
            let answer = state.carrier.get_message(&message.carrier_sid).await;
            (message, answer)
        })
        .buffer_unordered(AT_ONCE);
    while let Some((message, answer)) = looks.next().await {
        let found = match answer {
            Ok(found) => found,
            Err(error) if is_about_the_account(&error) => return Err(error.into()),
            Err(error) => {
                let known = matches!(error, ClientError::NotFound(_));
                tracing::warn!(message_id = %message.id, known, %error, "a message has no price to be looked up");
                continue;
            }
        };
        let transaction = db::system_transaction(&mut connection).await?;
        message_looks::record(&transaction, message.id, &at_carrier(&found)).await?;
        transaction.commit().await.map_err(DbError::from)?;
        report.priced_messages += usize::from(found.price_micros.is_some());
    }
    Ok(count)
}

/// The carrier's message in our words.
pub(crate) fn at_carrier(message: &Message) -> AtCarrier<'_> {
    let explained = message.error_code.as_deref().and_then(explain_carrier_code).map(|code| code.cause);
    AtCarrier {
        carrier_sid: &message.sid,
        status: MessageStatus::from_carrier(&message.status),
        error_code: message.error_code.as_deref(),
        error_message: explained.or(message.error_message.as_deref()),
        segments: message.num_segments.filter(|count| *count > 0).and_then(|count| i32::try_from(count).ok()),
        cost_micros: message.price_micros,
        sent_at: message.sent_at,
    }
}
