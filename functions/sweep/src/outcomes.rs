//! Sends whose outcome nobody knows: the carrier's answer was lost, or the sender died before it asked. They are looked up,
//! never sent again.

use std::collections::HashSet;

use chrono::Duration;
use futures_util::{StreamExt, stream};
use shared::{
    clock,
    db::{
        self, DbError,
        message_looks::{self, Absence, Unsettled},
    },
    domain::{NOT_AT_CARRIER, mask},
    signalwire::{ClientError, Message, MessageQuery},
};

use crate::{
    handler::{Report, State, SweepError},
    prices,
    turns::TimeSlice,
};

/// Messages that are taken up at once.
const BATCH: i64 = 50;
/// Requests to the carrier at the same time.
pub(crate) const AT_ONCE: usize = 8;
/// How far the carrier's clock and ours may be apart.
const CLOCKS_APART: Duration = Duration::seconds(60);
/// Longest time from "about to be asked" to "taken": the sender's life, and the clocks.
const TAKEN_WITHIN: Duration = Duration::seconds(120);

/// Looks up what is unknown.
pub(crate) async fn settle(state: &State, report: &mut Report) -> Result<(), SweepError> {
    let time = TimeSlice::begin();
    while settle_batch(state, &time, report).await? == BATCH && !time.is_over() {}
    Ok(())
}

async fn settle_batch(state: &State, time: &TimeSlice, report: &mut Report) -> Result<i64, SweepError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let unsettled = message_looks::claim_unsettled(&transaction, clock::now(), BATCH).await?;
    transaction.commit().await.map_err(DbError::from)?;
    drop(connection);
    let count = size(&unsettled);

    // The oldest first: of two equal texts the older one takes the carrier's older message.
    let mut looks = stream::iter(time.limit(unsettled)).map(|message| look(state, message)).buffered(AT_ONCE);
    while let Some((message, answer)) = looks.next().await {
        match answer {
            Ok(candidates) => settle_one(state, &message, candidates, report).await?,
            Err(error) if is_about_the_account(&error) => return Err(error.into()),
            Err(error) => {
                tracing::error!(message_id = %message.id, %error, "a message could not be looked up");
            }
        }
    }
    Ok(count)
}

/// How many were taken up.
pub(crate) fn size<T>(batch: &[T]) -> i64 {
    i64::try_from(batch.len()).unwrap_or(i64::MAX)
}

/// Every other request would end alike.
pub(crate) fn is_about_the_account(error: &ClientError) -> bool {
    error.retryable() || error.needs_operator()
}

async fn look(state: &State, message: Unsettled) -> (Unsettled, Result<Vec<Message>, ClientError>) {
    let query = MessageQuery {
        to: message.to.clone(),
        from: message.from.clone(),
        since: message.handed_over_at - CLOCKS_APART,
    };
    let answer = state.carrier.find_messages(&query).await;
    (message, answer)
}

async fn settle_one(
    state: &State,
    message: &Unsettled,
    mut candidates: Vec<Message>,
    report: &mut Report,
) -> Result<(), SweepError> {
    candidates.retain(|candidate| may_be(message, candidate));
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let sids: Vec<&str> = candidates.iter().map(|candidate| candidate.sid.as_str()).collect();
    let known: HashSet<String> = message_looks::list_known_sids(&transaction, &sids).await?.into_iter().collect();
    candidates.retain(|candidate| !known.contains(&candidate.sid));
    candidates.sort_by_key(|candidate| candidate.created_at);

    let (workspace_id, message_id, to) = (message.workspace_id, message.id, mask(message.to.as_str()));
    if let Some(found) = candidates.first() {
        match message_looks::record(&transaction, message.id, &prices::at_carrier(found)).await {
            Ok(true) => {}
            // A callback settled it, or gave the carrier's message to another row, a moment ago.
            Ok(false) | Err(DbError::Constraint { .. }) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
        transaction.commit().await.map_err(DbError::from)?;
        report.settled_messages += 1;
        tracing::warn!(%workspace_id, %message_id, to, carrier.sid = found.sid, "an unknown send was found at the carrier");
        return Ok(());
    }

    let absence = message_looks::record_absence(
        &transaction,
        message.id,
        clock::now(),
        NOT_AT_CARRIER.code,
        NOT_AT_CARRIER.cause,
    )
    .await?;
    transaction.commit().await.map_err(DbError::from)?;
    if absence == Absence::Failed {
        report.unsent_messages += 1;
        tracing::error!(%workspace_id, %message_id, to, "an unknown send never reached the carrier");
    }
    Ok(())
}

/// Is this the carrier's copy of the message, as far as its content and time tell? The body is gone after a content
/// filter took it.
fn may_be(message: &Unsettled, candidate: &Message) -> bool {
    let outbound = candidate.direction.as_deref().is_none_or(|direction| direction != "inbound");
    let same_body = candidate.body.as_deref().is_none_or(|body| body.trim() == message.body.trim());
    let same_media = candidate.num_media.is_none_or(|count| i64::from(count) == i64::from(message.media));
    let in_time = candidate.created_at.is_none_or(|at| at <= message.handed_over_at + TAKEN_WITHIN);
    outbound && same_body && same_media && in_time
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use serde_json::{Value, json};
    use shared::domain::PhoneNumber;

    use super::*;

    fn sent() -> DateTime<Utc> {
        "2026-01-15T10:31:00Z".parse().unwrap()
    }

    fn matches(name: &str, value: Value) -> bool {
        let message = Unsettled {
            id: "018f3f0e-6a0b-4a3e-9d0a-2f6f5a1f9b10".parse().unwrap(),
            workspace_id: "018f3f0e-6a0b-4a3e-9d0a-2f6f5a1f9b11".parse().unwrap(),
            from: PhoneNumber::parse("+14052010100").unwrap(),
            to: PhoneNumber::parse("+14055550123").unwrap(),
            body: "Hello ".to_owned(),
            media: 1,
            handed_over_at: sent(),
        };
        let mut candidate = json!({ "sid": "s", "status": "sent", "direction": "outbound-api", "body": "Hello",
            "num_media": 1, "date_created": "Thu, 15 Jan 2026 10:31:01 +0000" });
        candidate[name] = value;
        may_be(&message, &serde_json::from_value(candidate).unwrap())
    }

    #[test]
    fn content_and_time_decide() {
        assert!(matches("body", json!("Hello")));
        assert!(matches("body", Value::Null), "a content filter took the text");
        assert!(!matches("body", json!("Hello!")));
        assert!(!matches("num_media", json!(0)));
        assert!(!matches("direction", json!("inbound")));
        assert!(matches("date_created", json!("Thu, 15 Jan 2026 10:33:00 +0000")));
        assert!(!matches("date_created", json!("Thu, 15 Jan 2026 10:33:01 +0000")), "a later text of the same words");
    }
}
