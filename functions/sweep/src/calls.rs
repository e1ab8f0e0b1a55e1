//! Calls that did not find their way into the inbox, or whose end did not.

use std::collections::HashMap;

use chrono::{DateTime, Duration, TimeDelta, Utc};
use shared::{
    actions::calls,
    clock,
    db::{
        self, DbError, call_gaps,
        call_looks::{self, Known},
        carrier_lists::CarrierList,
    },
    domain::{CALL_LOST, CALL_NOT_CONNECTED, CallKind, CallState, CallStep, RecordingKind, StepKind},
    signalwire::{Call, CallQuery, ClientError, Form, RecordingQuery},
};

use crate::{
    handler::{BATCH, Report, State, SweepError},
    messages::{all_or, form_of},
    outcomes::{is_about_the_account, size},
    pages,
    turns::TimeSlice,
};

type Swept = Result<(), SweepError>;

/// How far back the carrier's list is compared.
const BACK: TimeDelta = Duration::hours(24);
/// Open calls that are taken up at once: what is taken up and not looked at has to wait for long.
const OPEN_AT_ONCE: i64 = 10;

/// Calls to a number that had no owner when they came, for instance because its purchase was not stored yet.
pub(crate) async fn replay_strays(state: &State, report: &mut Report) -> Swept {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let strays = call_gaps::claim_strays(&transaction, clock::now(), BATCH).await?;
    transaction.commit().await.map_err(DbError::from)?;
    drop(connection);

    let time = TimeSlice::begin();
    let mut left_out = 0;
    for stray in time.limit(strays) {
        match replay(state, &form_of(&stray.payload), stray.received_at).await {
            Ok(()) => {}
            Err(error) if error.is_about_one() => {
                tracing::error!(event.id = %stray.id, %error, "a call that had no owner cannot be stored");
                left_out += 1;
                continue;
            }
            Err(error) => return Err(error),
        }
        let mut connection = state.pool.get().await?;
        let transaction = db::system_transaction(&mut connection).await?;
        let is_placed = call_gaps::mark_replayed(&transaction, stray.id).await?;
        transaction.commit().await.map_err(DbError::from)?;
        if is_placed {
            tracing::info!(event.id = %stray.id, "a call found its owner");
            report.replayed_calls += 1;
        }
    }
    all_or(left_out)
}

async fn replay(state: &State, form: &Form, received_at: DateTime<Utc>) -> Swept {
    store(state, form, received_at).await?;
    if let Some(sid) = form.get_non_empty("CallSid") {
        match state.carrier.get_call(sid).await {
            Ok(call) => make_up(state, &call).await?,
            Err(error) if is_about_the_account(&error) => return Err(error.into()),
            Err(error) => tracing::error!(carrier.sid = sid, %error, "the end of a call is not known"),
        }
    }
    Ok(())
}

/// Looks for calls of customers that only the carrier knows of.
pub(crate) async fn back_fill(state: &State, report: &mut Report) -> Swept {
    let since = clock::now() - BACK;
    let read = async |page: Option<&str>| state.carrier.list_calls(since, page).await;
    let mut left_out = 0;
    pages::compare(state, CarrierList::Calls, read, async |listed: Vec<Call>| {
        left_out += find_calls(state, &listed, report).await?;
        Ok(())
    })
    .await?;
    all_or(left_out)
}

/// Stores what is missing; how many could not be stored. A call takes some requests, so that a page may take more than a run.
async fn find_calls(state: &State, listed: &[Call], report: &mut Report) -> Result<usize, SweepError> {
    // A webhook that is on its way is not missing.
    let now = clock::now();
    let settled = now - state.business.message_back_fill_after();
    let is_lost = |call: &&Call| {
        let is_inbound = call.direction.as_deref() == Some("inbound") && call.parent_call_sid.is_none();
        is_inbound && call.began_at().is_some_and(|at| now - BACK <= at && at <= settled)
    };
    let by_sid: HashMap<&str, &Call> = listed.iter().filter(is_lost).map(|call| (call.sid.as_str(), call)).collect();
    let calls: Vec<_> =
        by_sid.values().filter_map(|call| Some((call.sid.as_str(), call.to.as_deref()?, call.began_at()?))).collect();
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let missing = call_gaps::list_missing(&transaction, &calls).await?;
    transaction.commit().await.map_err(DbError::from)?;
    drop(connection);

    let time = TimeSlice::begin();
    let mut left_out = 0;
    for call in missing.iter().filter_map(|sid| by_sid.get(sid.as_str())) {
        if time.is_over() {
            return Err(SweepError::OutOfTime);
        }
        match take_over_lost(state, call).await {
            Ok(()) => {
                tracing::error!(carrier.sid = call.sid, "a call that never arrived was found in the carrier's list");
                report.recovered_calls += 1;
            }
            Err(error) if error.is_about_one() => {
                tracing::error!(carrier.sid = call.sid, %error, "a call that never arrived cannot be stored");
                left_out += 1;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(left_out)
}

async fn take_over_lost(state: &State, call: &Call) -> Swept {
    store(state, &form(call, []), call.began_at().unwrap_or_else(clock::now)).await?;
    make_up(state, call).await
}

/// Calls that have been open for a long time: people still talk, or the last callbacks got lost.
pub(crate) async fn close_open(state: &State, report: &mut Report) -> Swept {
    let time = TimeSlice::begin();
    while close_some(state, report).await? == OPEN_AT_ONCE && !time.is_over() {}
    Ok(())
}

async fn close_some(state: &State, report: &mut Report) -> Result<i64, SweepError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let open = call_looks::claim_open(&transaction, clock::now(), OPEN_AT_ONCE).await?;
    transaction.commit().await.map_err(DbError::from)?;
    drop(connection);
    let count = size(&open);

    for known in open {
        let is_closed = match state.carrier.get_call(&known.carrier_sid).await {
            Ok(call) if !has_ended(&call) => false,
            Ok(call) => {
                make_up_known(state, &known, &call).await?;
                // What the carrier says may leave it open: a member was to be connected, and no customer's leg is there.
                close(state, &known, CALL_NOT_CONNECTED).await?;
                true
            }
            Err(ClientError::NotFound(_)) => close(state, &known, CALL_LOST).await?,
            Err(error) if is_about_the_account(&error) => return Err(error.into()),
            Err(error) => {
                tracing::error!(call_id = %known.id, %error, "a call could not be looked up");
                false
            }
        };
        report.closed_calls += usize::from(is_closed);
    }
    Ok(count)
}

async fn close(state: &State, known: &Known, why: shared::domain::CarrierCode) -> Result<bool, SweepError> {
    let mut connection = state.pool.get().await?;
    let transaction = db::system_transaction(&mut connection).await?;
    let is_closed = call_looks::close(&transaction, known.id, clock::now(), why.code, why.cause).await?;
    transaction.commit().await.map_err(DbError::from)?;
    if is_closed {
        let (workspace_id, call_id) = (known.workspace_id, known.id);
        tracing::warn!(%workspace_id, %call_id, code = why.code, "a call was closed, how it ended is not known");
    }
    Ok(is_closed)
}

fn has_ended(call: &Call) -> bool {
    CallState::from_carrier(&call.status).is_some_and(CallState::has_ended)
}

/// The callbacks that did not come for a call that we know.
async fn make_up_known(state: &State, known: &Known, call: &Call) -> Swept {
    let step = |kind| CallStep::of_outbound(known.id, kind);
    match known.kind {
        CallKind::Inbound => make_up(state, call).await,
        CallKind::Spoken => event(state, &form(call, []), Some(&step(StepKind::Progress)), call).await,
        CallKind::ClickToCall => {
            for leg in legs(state, call).await? {
                let parent = ("ParentCallSid", call.sid.clone());
                event(state, &form(&leg, [parent]), Some(&step(StepKind::Customer)), &leg).await?;
            }
            find_recordings(state, call, &step(StepKind::Customer)).await?;
            event(state, &form(call, []), Some(&step(StepKind::Member)), call).await
        }
    }
}

/// The callbacks that did not come for an inbound call, in the order in which they would have.
async fn make_up(state: &State, call: &Call) -> Swept {
    if !has_ended(call) {
        return Ok(());
    }
    let step = CallStep::of_inbound(&call.sid, None, StepKind::Leg);
    for leg in legs(state, call).await? {
        let parent = ("ParentCallSid", call.sid.clone());
        event(state, &form(&leg, [parent]), Some(&step), &leg).await?;
    }
    find_recordings(state, call, &step).await?;
    event(state, &form(call, []), None, call).await
}

async fn legs(state: &State, call: &Call) -> Result<Vec<Call>, ClientError> {
    let parent_sid = Some(call.sid.clone());
    let mut legs = state.carrier.find_calls(&CallQuery { parent_sid, ..CallQuery::default() }).await?;
    legs.retain(has_ended);
    Ok(legs)
}

/// Voicemails and recorded talks whose callback did not come.
async fn find_recordings(state: &State, call: &Call, of_call: &CallStep) -> Swept {
    let query = RecordingQuery { call_sid: Some(call.sid.clone()), since: None };
    for recording in state.carrier.find_recordings(&query).await? {
        let of = match recording.source.as_deref() {
            Some("RecordVerb") => RecordingKind::Voicemail,
            _ => RecordingKind::Call,
        };
        let seconds = recording.duration_seconds.map(|seconds| ("RecordingDuration", seconds.to_string()));
        let pairs = [
            ("RecordingSid", recording.sid.clone()),
            ("RecordingUrl", state.carrier.recording_url(&recording.sid).into()),
            ("RecordingStatus", recording.status.clone()),
        ];
        let step = of_call.with_kind(StepKind::Recording { of, transcribe: false });
        event(state, &form(call, pairs.into_iter().chain(seconds)), Some(&step), call).await?;
    }
    Ok(())
}

/// The webhook that did not come.
fn form(call: &Call, more: impl IntoIterator<Item = (&'static str, String)>) -> Form {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let mut pairs = vec![
        ("CallSid", call.sid.clone()),
        ("From", text(&call.from)),
        ("To", text(&call.to)),
        ("CallStatus", call.status.clone()),
        ("FoundBy", "sweep".to_owned()),
    ];
    pairs.extend(call.duration_seconds.map(|seconds| ("CallDuration", seconds.to_string())));
    pairs.extend(more);
    Form::from_pairs(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

async fn store(state: &State, form: &Form, received_at: DateTime<Utc>) -> Swept {
    let store = || calls::store_call(&state.pool, form, &state.platform_number, received_at);
    state.pool.retry_once(store).await?;
    Ok(())
}

async fn event(state: &State, form: &Form, step: Option<&CallStep>, leg: &Call) -> Swept {
    let at = leg.ended_at.unwrap_or_else(clock::now);
    let store = || calls::store_call_event(&state.pool, form, step, at);
    state.pool.retry_once(store).await?;
    Ok(())
}

/// What the carrier's list says of a call whose answer was lost.
pub(crate) async fn take_over(state: &State, call: &Call, step: &CallStep) -> Swept {
    event(state, &form(call, []), Some(step), call).await
}
