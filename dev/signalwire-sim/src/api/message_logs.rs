//! The log of messages in the newer API: what each one was charged for.

use axum::extract::{RawQuery, State};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{Answer, paging, refusal::Refusal};
use crate::{
    clock::iso8601,
    form::Form,
    network::Network,
    records::{Direction, MessageRecord},
};

const PATH: &str = "/api/messaging/logs";

/// SignalWire, Messaging logs, list: newest first.
pub async fn list(State(network): State<Network>, RawQuery(query): RawQuery) -> Answer {
    let query = Form::parse(query.unwrap_or_default().as_bytes());
    let (after, before) = (time(&query, "created_after")?, time(&query, "created_before")?);
    let matches = |message: &&MessageRecord| {
        after.is_none_or(|after| message.created_at > after) && before.is_none_or(|before| message.created_at < before)
    };
    network.read(|world| {
        let messages = world.messages.iter().rev().filter(matches);
        paging::relay(PATH, &query, messages, |message| &message.sid, describe)
    })
}

fn time(query: &Form, name: &str) -> Result<Option<DateTime<Utc>>, Refusal> {
    let parsed = query.filled(name).map(DateTime::parse_from_rfc3339).transpose();
    let parsed = parsed.map_err(|_| Refusal::relay(Some("The time is not of ISO 8601")))?;
    Ok(parsed.map(|time| time.with_timezone(&Utc)))
}

fn describe(message: &MessageRecord) -> Value {
    let charge = message.price_micros.map_or(0.0, |micros| f64::from(micros) / 1e6);
    let kind = if message.mms { "mms" } else { "sms" };
    let is_inbound = message.direction == Direction::Inbound;
    let what = format!("{} {}", if is_inbound { "Inbound" } else { "Outbound" }, kind.to_uppercase());
    json!({
        "id": message.sid,
        "from": message.from,
        "to": message.to,
        "status": message.status,
        "direction": message.direction,
        "kind": kind,
        "source": "laml",
        "type": "laml_message",
        "url": null,
        "number_of_segments": message.segments,
        "charge": charge,
        "charge_details": [{ "description": what, "charge": charge }],
        "created_at": iso8601(message.created_at),
        "error_code": message.error_code,
        "error_message": message.error_message,
    })
}
