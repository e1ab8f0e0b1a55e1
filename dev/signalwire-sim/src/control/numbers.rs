//! Numbers behind the project's back: what is for sale, and what appears, changes or vanishes without the API.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Unusable, parse};
use crate::{
    behaviour::E911Status,
    network::Network,
    records::{AssignmentRecord, NumberRecord},
};

/// Every number of the project, oldest first, with its campaign assignment.
pub async fn list(State(network): State<Network>) -> Json<Value> {
    let numbers: Vec<Value> = network.read(|world| {
        let describe = |number: &NumberRecord| {
            let own = |entry: &&AssignmentRecord| entry.phone_number == number.phone_number;
            describe(number, world.assignments.iter().rev().find(own))
        };
        world.numbers.iter().map(describe).collect()
    });
    Json(json!({"numbers": numbers}))
}

fn describe(number: &NumberRecord, assignment: Option<&AssignmentRecord>) -> Value {
    let mut value = json!(number);
    value["assignment"] = json!(assignment);
    value
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewNumber {
    phone_number: String,
    #[serde(default)]
    friendly_name: Option<String>,
    #[serde(default)]
    sms_url: Option<String>,
}

/// A number that the project has without having asked for it (a leftover, a port). It can text at once.
pub async fn add(State(network): State<Network>, body: Bytes) -> Result<(StatusCode, Json<Value>), Unusable> {
    let wanted: NewNumber = parse(&body)?;
    let campaign_id = network.settings().campaign_id.clone();
    let number = network.change(|world| {
        if world.number(&wanted.phone_number).is_some() {
            return Err(Unusable(StatusCode::CONFLICT, format!("{} exists already", wanted.phone_number)));
        }
        world.add_ready_number(&wanted.phone_number, &campaign_id);
        let number = world.number_mut(&wanted.phone_number).ok_or_else(|| Unusable::not_found(&wanted.phone_number))?;
        if let Some(name) = wanted.friendly_name {
            number.friendly_name = name;
        }
        number.webhooks.sms_url = wanted.sms_url;
        Ok(json!(number))
    })?;
    Ok((StatusCode::CREATED, Json(number)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Changes {
    #[serde(default)]
    purchased_at: Option<DateTime<Utc>>,
    #[serde(default)]
    verification_status: Option<String>,
    #[serde(default)]
    sms: Option<bool>,
    #[serde(default)]
    mms: Option<bool>,
    #[serde(default)]
    e911_status: Option<E911Status>,
}

/// Changes what the API cannot: the age, the verification, the capabilities, how far the emergency address is.
pub async fn change(State(network): State<Network>, Path(number): Path<String>, body: Bytes) -> Answer {
    let changes: Changes = parse(&body)?;
    let number = network.change(|world| {
        let number = world.number_mut(&number).ok_or_else(|| Unusable::not_found(&number))?;
        number.purchased_at = changes.purchased_at.unwrap_or(number.purchased_at);
        number.verification_status = changes.verification_status.or(number.verification_status.take());
        number.capabilities.sms = changes.sms.unwrap_or(number.capabilities.sms);
        number.capabilities.mms = changes.mms.unwrap_or(number.capabilities.mms);
        number.e911_status = changes.e911_status.or(number.e911_status);
        Ok(json!(number))
    })?;
    Ok(Json(number))
}

/// The number is gone, as if the provider had taken it back.
pub async fn remove(State(network): State<Network>, Path(number): Path<String>) -> Result<StatusCode, Unusable> {
    network.change(|world| {
        if world.number(&number).is_none() {
            return Err(Unusable::not_found(&number));
        }
        world.remove_number(&number);
        Ok(StatusCode::NO_CONTENT)
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Stock {
    area_code: String,
    #[serde(default)]
    count: Option<u32>,
    #[serde(default)]
    numbers: Option<Vec<String>>,
}

/// Sets what an area code sells: `count` made-up numbers (0 empties it), or exactly these `numbers`.
pub async fn stock(State(network): State<Network>, body: Bytes) -> Answer {
    let Stock { area_code, count, numbers } = parse(&body)?;
    if area_code.len() != 3 || !area_code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Unusable::bad_request("areaCode must have three digits"));
    }
    let default_count = network.behaviour().numbers_per_area_code;
    let for_sale = network.change(|world| {
        match (count, numbers) {
            (Some(count), None) => world.inventory.set_count(&area_code, count, default_count),
            (None, Some(numbers)) if numbers.iter().all(|number| number.starts_with(&format!("+1{area_code}"))) => {
                world.inventory.set_numbers(&area_code, numbers);
            }
            (None, Some(_)) => return Err(Unusable::bad_request("every number must start with +1 and the area code")),
            _ => return Err(Unusable::bad_request("give either count or numbers")),
        }
        Ok(world.inventory.for_sale(&area_code, default_count))
    })?;
    Ok(Json(json!({"areaCode": area_code, "forSale": for_sale})))
}
