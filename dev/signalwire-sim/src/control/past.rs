//! What happened before the simulator was started: messages and calls that are over and charged, for tests of bills.

use axum::{Json, body::Bytes, extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Unusable, parse};
use crate::{
    network::Network,
    records::{CallDirection, CallRecord, CallStatus, Direction, MessageRecord, MessageStatus},
    world::World,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Past {
    #[serde(default)]
    messages: Vec<PastMessage>,
    #[serde(default)]
    calls: Vec<PastCall>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PastMessage {
    sid: String,
    direction: Direction,
    from: String,
    to: String,
    segments: u32,
    status: MessageStatus,
    price_micros: u32,
    created_at: DateTime<Utc>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PastCall {
    sid: String,
    #[serde(default)]
    parent_sid: Option<String>,
    direction: CallDirection,
    from: String,
    to: String,
    status: CallStatus,
    duration_seconds: u32,
    price_micros: u32,
    created_at: DateTime<Utc>,
}

impl From<PastMessage> for MessageRecord {
    fn from(past: PastMessage) -> Self {
        let mut message = Self::outbound(past.direction, &past.from, &past.to, "");
        message.sid = past.sid;
        message.segments = past.segments;
        message.status = past.status;
        message.price_micros = Some(past.price_micros);
        message.created_at = past.created_at;
        message.updated_at = past.created_at;
        message.sent_at = (past.status != MessageStatus::Failed).then_some(past.created_at);
        message
    }
}

impl From<PastCall> for CallRecord {
    fn from(past: PastCall) -> Self {
        let mut call = Self::new(past.direction, &past.from, &past.to);
        let ended_at = past.created_at + chrono::Duration::seconds(past.duration_seconds.into());
        call.sid = past.sid;
        call.parent_sid = past.parent_sid;
        call.status = past.status;
        call.duration_seconds = past.duration_seconds;
        call.price_micros = Some(past.price_micros);
        call.created_at = past.created_at;
        call.answered_at = (past.status == CallStatus::Completed).then_some(past.created_at);
        call.ended_at = Some(ended_at);
        call.updated_at = ended_at;
        call
    }
}

/// Puts them into the logs, whose order is that of time. Nothing is reported to anybody.
pub async fn add(State(network): State<Network>, body: Bytes) -> Result<(StatusCode, Json<Value>), Unusable> {
    let past: Past = parse(&body)?;
    let count = past.messages.len() + past.calls.len();
    network.change(|world: &mut World| {
        world.messages.extend(past.messages.into_iter().map(MessageRecord::from));
        world.messages.sort_by_key(|message| message.created_at);
        world.calls.extend(past.calls.into_iter().map(CallRecord::from));
        world.calls.sort_by_key(|call| call.created_at);
    });
    Ok((StatusCode::CREATED, Json(json!({ "added": count }))))
}
