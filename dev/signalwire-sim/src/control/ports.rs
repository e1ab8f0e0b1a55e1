//! The port request desk. SignalWire has no API for ports: somebody there works on a request, and one day the numbers are in
//! the account, usually before the FOC date, without webhooks and, for local numbers of the United States, without texting.

use std::time::Duration;

use axum::{Json, body::Bytes, extract::State, http::StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Unusable, parse};
use crate::{inventory, network::Network, records::NumberRecord};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Ported {
    phone_number: String,
    /// How long the desk takes for it.
    #[serde(default)]
    after_ms: u64,
}

/// A ported number comes into the account, at once or after a while. Twice is once.
pub async fn arrive(State(network): State<Network>, body: Bytes) -> Result<(StatusCode, Json<Value>), Unusable> {
    let Ported { phone_number, after_ms } = parse(&body)?;
    let digits = phone_number.strip_prefix("+1").unwrap_or_default();
    if digits.len() != 10 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Unusable::bad_request(
            "phoneNumber must be a number of the United States or Canada, +1 and ten digits",
        ));
    }
    if after_ms == 0 {
        return Ok((StatusCode::CREATED, Json(add(&network, &phone_number))));
    }
    let answer = json!({ "phoneNumber": phone_number, "afterMs": after_ms });
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(after_ms)).await;
        add(&network, &phone_number);
    });
    Ok((StatusCode::ACCEPTED, Json(answer)))
}

fn add(network: &Network, phone_number: &str) -> Value {
    network.change(|world| {
        if world.number(phone_number).is_none() {
            let area = inventory::area_code(phone_number).and_then(inventory::area);
            let country = area.map_or("US", |area| area.country);
            let kind = inventory::number_type(phone_number);
            world.numbers.push(NumberRecord::bought(phone_number, country, kind));
        }
        json!(world.number(phone_number))
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Line {
    phone_number: String,
    line_type: String,
}

/// What the lookup answers about a number: a line type, or `invalid`.
pub async fn set_lookup(State(network): State<Network>, body: Bytes) -> Result<StatusCode, Unusable> {
    let Line { phone_number, line_type } = parse(&body)?;
    network.change(|world| world.lookups.insert(phone_number, line_type));
    Ok(StatusCode::NO_CONTENT)
}
