//! Calls of ours whose outcome nobody knows: the carrier's answer was lost, or the function died before it asked. They are
//! looked up, never placed again.

use std::collections::HashSet;

use chrono::Duration;
use futures_util::{StreamExt, stream};
use shared::{
    clock,
    db::{
        self, DbError,
        call_looks::{self, Unsettled},
        message_looks::Absence,
    },
    domain::{CALL_NOT_AT_CARRIER, CallKind, CallStep, StepKind},
    signalwire::{Call, CallQuery, ClientError},
};

use crate::{
    calls,
    handler::{Report, State, SweepError},
    outcomes::{AT_ONCE, is_about_the_account, size},
    turns::TimeSlice,
};

/// Calls that are taken up at once.
const BATCH: i64 = 50;
/// How far the carrier's clock and ours may be apart.
const CLOCKS_APART: Duration = Duration::seconds(60);
/// Longest time from "about to be asked" to "taken": the function's life, and the clocks.
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
    let unsettled = call_looks::claim_unsettled(&transaction, clock::now(), BATCH).await?;
    transaction.commit().await.map_err(DbError::from)?;
    drop(connection);
    let count = size(&unsettled);

    // The oldest first: of two equal calls the older one takes the carrier's older call.
    let mut looks = stream::iter(time.limit(unsettled)).map(|call| look(state, call)).buffered(AT_ONCE);
    while let Some((call, answer)) = looks.next().await {
        match answer {
            Ok(candidates) => settle_one(state, &call, candidates, report).await?,
            Err(error) if is_about_the_account(&error) => return Err(error.into()),
            Err(error) => tracing::error!(call_id = %call.id, %error, "a call could not be looked up"),
        }
    }
    Ok(count)
}

async fn look(state: &State, call: Unsettled) -> (Unsettled, Result<Vec<Call>, ClientError>) {
    let query = CallQuery {
        to: Some(call.first_to_ring.clone()),
        from: Some(call.from.clone()),
        parent_sid: None,
        since: Some(call.handed_over_at - CLOCKS_APART),
    };
    let answer = state.carrier.find_calls(&query).await;
    (call, answer)
}

async fn settle_one(
    state: &State,
    call: &Unsettled,
    mut candidates: Vec<Call>,
    report: &mut Report,
) -> Result<(), SweepError> {
    candidates.retain(|candidate| may_be(call, candidate));
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let sids: Vec<&str> = candidates.iter().map(|candidate| candidate.sid.as_str()).collect();
    let known: HashSet<String> = call_looks::list_known_sids(&transaction, &sids).await?.into_iter().collect();
    candidates.retain(|candidate| !known.contains(&candidate.sid));
    candidates.sort_by_key(Call::began_at);

    let (workspace_id, call_id) = (call.workspace_id, call.id);
    let Some(found) = candidates.first() else {
        let (code, cause) = (CALL_NOT_AT_CARRIER.code, CALL_NOT_AT_CARRIER.cause);
        let absence = call_looks::record_absence(&transaction, call.id, clock::now(), code, cause).await?;
        transaction.commit().await.map_err(DbError::from)?;
        if absence == Absence::Failed {
            report.unplaced_calls += 1;
            tracing::error!(%workspace_id, %call_id, "an unknown call never reached the carrier");
        }
        return Ok(());
    };
    drop(transaction);
    drop(connection);
    let kind = match call.kind {
        CallKind::ClickToCall => StepKind::Member,
        CallKind::Spoken | CallKind::Inbound => StepKind::Progress,
    };
    match calls::take_over(state, found, &CallStep::of_outbound(call.id, kind)).await {
        Ok(()) => {}
        // A callback gave the carrier's call to another row a moment ago.
        Err(SweepError::Database(DbError::Constraint { .. })) => return Ok(()),
        Err(error) => return Err(error),
    }
    report.settled_calls += 1;
    tracing::warn!(%workspace_id, %call_id, carrier.sid = found.sid, "an unknown call was found at the carrier");
    Ok(())
}

/// Is this the carrier's copy of the call, as far as its direction and time tell? Both numbers were asked for.
fn may_be(call: &Unsettled, candidate: &Call) -> bool {
    let outbound = candidate.direction.as_deref().is_none_or(|direction| direction != "inbound");
    let first_leg = candidate.parent_call_sid.is_none();
    let in_time = candidate.began_at().is_none_or(|at| at <= call.handed_over_at + TAKEN_WITHIN);
    outbound && first_leg && in_time
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use serde_json::{Value, json};
    use shared::domain::PhoneNumber;

    use super::*;

    fn placed() -> DateTime<Utc> {
        "2026-01-15T10:31:00Z".parse().unwrap()
    }

    fn matches(name: &str, value: Value) -> bool {
        let call = Unsettled {
            id: "018f3f0e-6a0b-4a3e-9d0a-2f6f5a1f9b10".parse().unwrap(),
            workspace_id: "018f3f0e-6a0b-4a3e-9d0a-2f6f5a1f9b11".parse().unwrap(),
            kind: CallKind::Spoken,
            from: PhoneNumber::parse("+14052010100").unwrap(),
            first_to_ring: PhoneNumber::parse("+14055550123").unwrap(),
            handed_over_at: placed(),
        };
        let mut candidate = json!({ "sid": "s", "status": "ringing", "direction": "outbound",
            "date_created": "Thu, 15 Jan 2026 10:31:01 +0000" });
        candidate[name] = value;
        may_be(&call, &serde_json::from_value(candidate).unwrap())
    }

    #[test]
    fn direction_leg_and_time_decide() {
        assert!(matches("direction", json!("outbound-api")));
        assert!(!matches("direction", json!("inbound")));
        assert!(!matches("parent_call_sid", json!("p")), "a leg of another call");
        assert!(!matches("date_created", json!("Thu, 15 Jan 2026 10:33:01 +0000")), "another call, later");
    }
}
