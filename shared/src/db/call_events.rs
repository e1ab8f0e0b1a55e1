//! The webhooks of calls: one call of one SQL function each, one round trip (migrations/V0019).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio_postgres::{GenericClient, types::Type};
use uuid::Uuid;

use super::{DbError, column, parsed};
use crate::domain::{
    CallId, CallState, Direction, MatchKey, NumberStatus, NumberType, PhoneNumberId, RecordingKind, TranscriptionState,
    WorkspaceId,
};

/// A verified inbound call.
#[derive(Debug)]
pub struct InboundCall<'a> {
    /// The carrier's id.
    pub carrier_sid: &'a str,
    /// Who calls; empty when the carrier does not say.
    pub from: &'a str,
    /// Called number.
    pub to: &'a str,
    /// The shared number of the platform.
    pub platform_number: &'a str,
    /// Every parameter.
    pub payload: &'a Value,
    /// When we got it.
    pub received_at: DateTime<Utc>,
}

/// What became of an inbound call.
#[derive(Debug, Clone)]
pub enum CallReceived {
    /// It has an entry in the inbox.
    Stored(PlacedCall),
    /// It had one already.
    Duplicate(PlacedCall),
    /// It is in `unroutable_events`: no workspace owns the called number.
    Unroutable,
}

/// Where a call is, and what may happen to it.
#[derive(Debug, Clone)]
pub struct PlacedCall {
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// Its row.
    pub call_id: CallId,
    /// The called number; `None` is the platform number.
    pub phone_number_id: Option<PhoneNumberId>,
    /// All numbers of the workspace.
    pub numbers: Vec<CallableNumber>,
}

/// A number of the workspace, as far as calls are concerned.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallableNumber {
    /// Its row.
    pub id: PhoneNumberId,
    /// E.164.
    pub phone_number: String,
    /// Its department.
    pub number_type: NumberType,
    /// In use or not.
    pub status: NumberStatus,
    /// Its call flow as it is stored.
    pub voice: Option<Value>,
}

/// Stores an inbound call. Safe for any number of simultaneous copies.
pub async fn receive_call(client: &impl GenericClient, call: &InboundCall<'_>) -> Result<CallReceived, DbError> {
    let sql = "-- call_events::receive_call
        SELECT outcome, workspace_id, call_id, phone_number_id, flows FROM receive_call($1, $2, $3, $4, $5, $6, $7)";
    let row = client
        .query_typed_one(
            sql,
            &[
                (&call.carrier_sid, Type::TEXT),
                (&call.from, Type::TEXT),
                (&call.to, Type::TEXT),
                (&MatchKey::of(call.from).as_str(), Type::TEXT),
                (&call.platform_number, Type::TEXT),
                (&call.payload, Type::JSONB),
                (&call.received_at, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    let placed = || -> Result<PlacedCall, DbError> {
        Ok(PlacedCall {
            workspace_id: WorkspaceId(column(&row, "workspace_id")?),
            call_id: CallId(column(&row, "call_id")?),
            phone_number_id: column::<Option<Uuid>>(&row, "phone_number_id")?.map(PhoneNumberId),
            numbers: numbers(column(&row, "flows")?)?,
        })
    };
    match column(&row, "outcome")? {
        "stored" => placed().map(CallReceived::Stored),
        "duplicate" => placed().map(CallReceived::Duplicate),
        "unroutable" => Ok(CallReceived::Unroutable),
        other => Err(DbError::Corrupt { column: "outcome", problem: other.to_owned() }),
    }
}

fn numbers(flows: Value) -> Result<Vec<CallableNumber>, DbError> {
    serde_json::from_value(flows).map_err(|error| DbError::Corrupt { column: "flows", problem: error.to_string() })
}

/// What a callback means for its call. A call is settled from the facts of all its callbacks, whatever their order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CallFacts {
    /// The first leg is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<bool>,
    /// How long it took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<i32>,
    /// Whether somebody answered in this round.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered: Option<bool>,
    /// Which ringing it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub round: Option<u8>,
    /// Who answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The leg that costs something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leg: Option<String>,
    /// How long it took; each begun minute costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leg_seconds: Option<i32>,
    /// Whether it came to us, which has another rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leg_direction: Option<Direction>,
    /// How far a call of ours has come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<CallState>,
    /// What tells this state from others of its kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_code: Option<&'static str>,
    /// The carrier has the text that is to be spoken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spoken: Option<bool>,
    /// The member wants to be connected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<bool>,
    /// The member has hung up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member_ended: Option<bool>,
    /// Something was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recording: Option<RecordingFact>,
    /// Something was written down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transcription: Option<TranscriptionFact>,
}

/// Something was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RecordingFact {
    /// The carrier's id.
    pub sid: String,
    /// What it is of.
    pub kind: RecordingKind,
    /// Where the carrier has it.
    pub url: String,
    /// How long it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<i32>,
    /// Whether a transcription will follow.
    pub transcribe: bool,
}

/// Something was written down, or could not be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TranscriptionFact {
    /// The carrier's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// The recording.
    pub recording_sid: String,
    /// Done or failed.
    pub state: TranscriptionState,
    /// What is said, when it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// A verified callback or step of a call.
#[derive(Debug)]
pub struct CallEvent<'a> {
    /// Our id, from the address that a call of ours gave.
    pub call_id: Option<CallId>,
    /// The carrier's id of the first leg.
    pub carrier_sid: Option<&'a str>,
    /// What kind of request it is; steps (`gather`, `dial`, `record`, `whisper`) are answered with the workspace's flows.
    pub kind: &'a str,
    /// The carrier's word.
    pub status: Option<&'a str>,
    /// What it means.
    pub facts: &'a CallFacts,
    /// Every parameter.
    pub payload: &'a Value,
    /// When we got it.
    pub received_at: DateTime<Utc>,
}

/// What a callback did.
#[derive(Debug, Clone)]
pub enum EventOutcome {
    /// The call has another state now.
    Moved(SteppedCall),
    /// Late, repeated, or about something else.
    Unchanged(SteppedCall),
    /// No call of ours has this id yet; kept until one has.
    UnknownCall,
}

/// A call after one of its callbacks.
#[derive(Debug, Clone)]
pub struct SteppedCall {
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// Its row.
    pub call_id: CallId,
    /// How far it is.
    pub state: CallState,
    /// All numbers of the workspace, for a step.
    pub numbers: Vec<CallableNumber>,
    /// Somebody is told of the workspace's events.
    pub awaits_webhooks: bool,
}

/// Stores a callback or step and brings its call to where all of them say it is.
pub async fn record_call_event(client: &impl GenericClient, event: &CallEvent<'_>) -> Result<EventOutcome, DbError> {
    let sql = "-- call_events::record_call_event
        SELECT outcome, workspace_id, call_id, state, flows, awaits_webhooks(workspace_id) AS awaits
        FROM record_call_event($1, $2, $3, $4, $5, $6, $7)";
    let row = client
        .query_typed_one(
            sql,
            &[
                (&event.call_id.map(|id| id.0), Type::UUID),
                (&event.carrier_sid, Type::TEXT),
                (&event.kind, Type::TEXT),
                (&event.status, Type::TEXT),
                (&json!(event.facts), Type::JSONB),
                (&event.payload, Type::JSONB),
                (&event.received_at, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    let stepped = || -> Result<SteppedCall, DbError> {
        Ok(SteppedCall {
            workspace_id: WorkspaceId(column(&row, "workspace_id")?),
            call_id: CallId(column(&row, "call_id")?),
            state: parsed(&row, "state")?,
            numbers: numbers(column(&row, "flows")?)?,
            awaits_webhooks: column(&row, "awaits")?,
        })
    };
    match column(&row, "outcome")? {
        "moved" => stepped().map(EventOutcome::Moved),
        "unchanged" => stepped().map(EventOutcome::Unchanged),
        "unknown_call" => Ok(EventOutcome::UnknownCall),
        other => Err(DbError::Corrupt { column: "outcome", problem: other.to_owned() }),
    }
}
