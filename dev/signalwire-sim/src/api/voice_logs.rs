//! The voice logs of the newer API: what each call was charged.

use axum::{
    Json,
    extract::{Path, RawQuery, State},
    http::StatusCode,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

use super::{Answer, paging, refusal::Refusal};
use crate::{
    clock::iso8601,
    form::Form,
    network::Network,
    records::{CallDirection, CallRecord},
};

const PATH: &str = "/api/voice/logs";

/// SignalWire REST, voice logs, list: newest first.
pub async fn list(State(network): State<Network>, RawQuery(query): RawQuery) -> Answer {
    let query = Form::parse(query.unwrap_or_default().as_bytes());
    let after = moment(&query, "created_after")?;
    let before = moment(&query, "created_before")?;
    let on = moment(&query, "created_on")?;
    let matches = |call: &&CallRecord| {
        after.is_none_or(|bound| call.created_at >= bound)
            && before.is_none_or(|bound| call.created_at <= bound)
            && on.is_none_or(|day| call.created_at.date_naive() == day.date_naive())
    };
    let account = &network.settings().project_id;
    network.read(|world| {
        let calls = world.calls.iter().rev().filter(matches);
        paging::relay(PATH, &query, calls, |call| &call.sid, |call| describe(network.url(), account, call))
    })
}

fn moment(query: &Form, name: &str) -> Result<Option<DateTime<Utc>>, Refusal> {
    let Some(text) = query.filled(name) else { return Ok(None) };
    let day = text.parse::<NaiveDate>().map(|day| day.and_time(chrono::NaiveTime::MIN).and_utc());
    let time = day.or_else(|_| DateTime::parse_from_rfc3339(text).map(|time| time.with_timezone(&Utc)));
    time.map(Some).map_err(|_| Refusal::messaging("invalid_parameter", "is not a time", name))
}

/// SignalWire REST, voice logs, retrieve.
pub async fn get(State(network): State<Network>, Path(id): Path<String>) -> Answer {
    let account = &network.settings().project_id;
    let found = network.read(|world| world.call(&id).map(|call| describe(network.url(), account, call)));
    let log = found.ok_or_else(|| Refusal::relay_status(StatusCode::NOT_FOUND))?;
    Ok((StatusCode::OK, Json(log)))
}

/// The charge is 0 until the price of the call is known.
fn describe(base: &str, account: &str, call: &CallRecord) -> Value {
    let charge = f64::from(call.price_micros.unwrap_or(0)) / 1e6;
    let description = match call.direction {
        CallDirection::Inbound => "Inbound call",
        CallDirection::OutboundApi | CallDirection::OutboundDial => "Outbound call",
    };
    let details: Vec<Value> =
        call.price_micros.iter().map(|_| json!({"description": description, "charge": charge})).collect();
    let over = !call.status.is_live();
    json!({
        "id": call.sid,
        "from": call.from,
        "to": call.to,
        "source": "laml",
        "charge": charge,
        "charge_details": details,
        "created_at": iso8601(call.created_at),
        "type": "laml_call",
        "url": format!("{base}/api/laml/2010-04-01/Accounts/{account}/Calls/{}", call.sid),
        "direction": call.direction,
        "status": call.status,
        "duration": over.then_some(call.duration_seconds),
        "duration_ms": over.then_some(call.duration_seconds * 1_000),
        "billing_ms": over.then_some(call.billed_minutes() * 60_000),
        "parent_id": call.parent_sid,
    })
}
