//! Numbers in the newer API, worth calling for `next_billed_at`, the real capabilities and the emergency address.

use axum::{
    Json,
    extract::{Path, RawQuery, State},
    http::StatusCode,
};
use chrono::Months;
use serde_json::{Value, json};

use super::{Answer, paging, refusal::Refusal};
use crate::{
    clock::{self, iso8601},
    form::Form,
    network::Network,
    records::{NumberRecord, NumberType},
};

const PATH: &str = "/api/relay/rest/phone_numbers";

/// SignalWire REST, phone numbers, list: newest first, both filters match substrings.
pub async fn list(State(network): State<Network>, RawQuery(query): RawQuery) -> Answer {
    let query = Form::parse(query.unwrap_or_default().as_bytes());
    let matches = |number: &&NumberRecord| {
        query.filled("filter_number").is_none_or(|part| number.phone_number.contains(part))
            && query.filled("filter_name").is_none_or(|part| number.friendly_name.contains(part))
    };
    network.read(|world| {
        let numbers = world.numbers.iter().rev().filter(matches);
        paging::relay(PATH, &query, numbers, |number| &number.sid, describe)
    })
}

/// SignalWire REST, phone numbers, get.
pub async fn get(State(network): State<Network>, Path(sid): Path<String>) -> Answer {
    let found = network.read(|world| world.numbers.iter().find(|number| number.sid == sid).map(describe));
    let shown = found.ok_or_else(|| Refusal::relay_status(StatusCode::NOT_FOUND))?;
    Ok((StatusCode::OK, Json(shown)))
}

/// A number as the newer API writes it.
pub fn describe(number: &NumberRecord) -> Value {
    let can = &number.capabilities;
    let capabilities: Vec<&str> = [("voice", can.voice), ("sms", can.sms), ("mms", can.mms), ("fax", can.fax)]
        .into_iter()
        .filter_map(|(name, able)| able.then_some(name))
        .collect();
    let hooks = &number.webhooks;
    json!({
        "id": number.sid,
        "number": number.phone_number,
        "name": number.friendly_name,
        "capabilities": capabilities,
        "number_type": match number.number_type {
            NumberType::Local => "longcode",
            NumberType::TollFree => "toll-free",
        },
        "country_code": number.country_code,
        "e911_address_id": number.e911_address_id,
        "e911_status": number.e911_status,
        "created_at": iso8601(number.purchased_at),
        "updated_at": iso8601(number.updated_at),
        "next_billed_at": next_billed_at(number),
        "call_handler": "laml_webhooks",
        "call_receive_mode": hooks.voice_receive_mode,
        "call_request_url": hooks.voice_url,
        "call_request_method": hooks.voice_method,
        "call_fallback_url": hooks.voice_fallback_url,
        "call_fallback_method": hooks.voice_fallback_method,
        "call_status_callback_url": hooks.status_callback,
        "call_status_callback_method": hooks.status_callback_method,
        "calling_handler_resource_id": null,
        "message_handler": "laml_webhooks",
        "message_request_url": hooks.sms_url,
        "message_request_method": hooks.sms_method,
        "message_fallback_url": hooks.sms_fallback_url,
        "message_fallback_method": hooks.sms_fallback_method,
        "messaging_handler_resource_id": null,
    })
}

/// The first month is paid at purchase, each further one on the same day of the month.
fn next_billed_at(number: &NumberRecord) -> Option<String> {
    let now = clock::now();
    (1..)
        .map_while(|months| number.purchased_at.checked_add_months(Months::new(months)))
        .find(|due| *due > now)
        .map(iso8601)
}
