//! Emergency addresses, and which number has which.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::StatusCode,
};
use serde_json::{Map, Value, json};

use super::{Answer, paging, refusal::Refusal, relay_numbers};
use crate::{
    form::Form,
    network::Network,
    records::{AddressRecord, new_sid},
};

const PATH: &str = "/api/relay/rest/addresses";
const REQUIRED: &[&str] =
    &["label", "country", "first_name", "last_name", "street_number", "street_name", "city", "state", "postal_code"];

/// SignalWire REST, addresses, list.
pub async fn list(State(network): State<Network>, RawQuery(query): RawQuery) -> Answer {
    let query = Form::parse(query.unwrap_or_default().as_bytes());
    let fits = |address: &&AddressRecord| {
        query.filled("filter_label").is_none_or(|part| text(&address.body, "label").contains(part))
    };
    network.read(|world| {
        let addresses = world.addresses.iter().rev().filter(fits);
        paging::relay(PATH, &query, addresses, |address| &address.id, describe)
    })
}

/// SignalWire REST, addresses, create.
pub async fn create(State(network): State<Network>, body: Bytes) -> Answer {
    let body: Map<String, Value> =
        serde_json::from_slice(&body).map_err(|_| Refusal::relay_status(StatusCode::BAD_REQUEST))?;
    for name in REQUIRED {
        if text(&body, name).is_empty() {
            return Err(Refusal::relay(Some(&format!("{name} can't be blank"))));
        }
    }
    // Where the registry of streets knows none.
    if text(&body, "street_name") == "Nowhere Road" {
        return Err(Refusal::relay(Some("Address could not be validated")));
    }
    let address = AddressRecord { id: new_sid(), body };
    network.change(|world| world.addresses.push(address.clone()));
    Ok((StatusCode::OK, Json(describe(&address))))
}

/// SignalWire REST, addresses, delete.
pub async fn delete(State(network): State<Network>, Path(id): Path<String>) -> Result<StatusCode, Refusal> {
    network.change(|world| {
        let at = world.addresses.iter().position(|address| address.id == id);
        world.addresses.remove(at.ok_or_else(|| Refusal::relay_status(StatusCode::NOT_FOUND))?);
        Ok(StatusCode::NO_CONTENT)
    })
}

/// SignalWire REST, phone numbers, assign an E911 address.
pub async fn assign(State(network): State<Network>, Path(sid): Path<String>, body: Bytes) -> Answer {
    let body: Value = serde_json::from_slice(&body).map_err(|_| Refusal::relay_status(StatusCode::BAD_REQUEST))?;
    let id = body["e911_address_id"].as_str().unwrap_or_default();
    set(&network, &sid, Some(id))
}

/// SignalWire REST, phone numbers, remove the E911 address.
pub async fn remove(State(network): State<Network>, Path(sid): Path<String>) -> Answer {
    set(&network, &sid, None)
}

fn set(network: &Network, sid: &str, id: Option<&str>) -> Answer {
    let status = network.behaviour().e911_status;
    let shown = network.change(|world| {
        if id.is_some_and(|id| !world.addresses.iter().any(|address| address.id == id)) {
            return Err(Refusal::relay(Some("E911 address was not found")));
        }
        let number = world.numbers.iter_mut().find(|number| number.sid == sid);
        let number = number.ok_or_else(|| Refusal::relay_status(StatusCode::NOT_FOUND))?;
        number.e911_address_id = id.map(str::to_owned);
        number.e911_status = id.map(|_| status);
        Ok(relay_numbers::describe(number))
    })?;
    Ok((StatusCode::OK, Json(shown)))
}

fn describe(address: &AddressRecord) -> Value {
    let mut shown = json!({ "validated": true, "validated_at": null, "address_type": null, "address_number": null });
    for (name, value) in &address.body {
        shown[name] = value.clone();
    }
    shown["id"] = address.id.as_str().into();
    shown["zip_code"] = shown["postal_code"].clone();
    shown
}

fn text<'a>(body: &'a Map<String, Value>, name: &str) -> &'a str {
    body.get(name).and_then(Value::as_str).unwrap_or_default()
}
