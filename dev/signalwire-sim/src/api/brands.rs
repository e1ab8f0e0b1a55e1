//! Companies and campaigns in the Campaign Registry (10DLC). Neither can be changed here, and nothing keeps anybody from
//! making one twice.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::StatusCode,
};
use serde_json::{Map, Value, json};

use super::{Answer, numbers::is_web_url, paging, refusal::Refusal};
use crate::{
    clock::{self, iso8601},
    form::Form,
    network::Network,
    records::{RegistryRecord, new_sid},
    registry,
};

const ROOT: &str = "/api/relay/rest/registry/beta";
/// What a company needs, besides a known entity type.
const BRAND: &[&str] = &[
    "name",
    "company_name",
    "contact_email",
    "contact_phone",
    "ein_issuing_country",
    "legal_entity_type",
    "ein",
    "company_address",
    "company_website",
];
/// What a campaign needs, and the fewest characters of it.
const CAMPAIGN: &[(&str, usize)] = &[
    ("name", 3),
    ("sms_use_case", 1),
    ("description", 40),
    ("sample1", 20),
    ("sample2", 20),
    ("message_flow", 40),
    ("opt_out_message", 20),
    ("help_message", 20),
];
const ANSWERS: &[&str] = &[
    "number_pooling_required",
    "direct_lending",
    "embedded_link",
    "embedded_phone",
    "age_gated_content",
    "lead_generation",
];

/// SignalWire REST, campaign registry, create a brand.
pub async fn create(State(network): State<Network>, body: Bytes) -> Answer {
    let body = read(&body)?;
    for name in BRAND {
        if text(&body, name).is_empty() {
            return Err(Refusal::relay(Some(&format!("{name} can't be blank"))));
        }
    }
    check_length(&body, "name", 3, 64)?;
    check_length(&body, "company_name", 3, 64)?;
    let entities = ["PRIVATE_PROFIT", "PUBLIC_PROFIT", "NON_PROFIT", "GOVERNMENT"];
    if !entities.contains(&text(&body, "legal_entity_type")) {
        return Err(Refusal::relay(Some("Legal entity type is not included in the list")));
    }
    check_callback(&body)?;
    let brand = record(body, None);
    network.change(|world| world.brands.push(brand.clone()));
    registry::decide_brand(&network, &brand.id);
    let brand = network.read(|world| world.brand(&brand.id).map(describe)).unwrap_or_default();
    Ok((StatusCode::CREATED, Json(brand)))
}

/// SignalWire REST, campaign registry, list brands.
pub async fn list(State(network): State<Network>, RawQuery(query): RawQuery) -> Answer {
    let query = Form::parse(query.unwrap_or_default().as_bytes());
    network.read(|world| listed(&format!("{ROOT}/brands"), &query, world.brands.iter()))
}

/// SignalWire REST, campaign registry, retrieve a brand.
pub async fn get(State(network): State<Network>, Path(id): Path<String>) -> Answer {
    let brand = network.read(|world| world.brand(&id).map(describe));
    Ok((StatusCode::OK, Json(brand.ok_or_else(|| Refusal::relay_status(StatusCode::NOT_FOUND))?)))
}

/// SignalWire REST, campaign registry, list the campaigns of a brand.
pub async fn campaigns(State(network): State<Network>, Path(id): Path<String>, RawQuery(query): RawQuery) -> Answer {
    check_brand(&network, &id)?;
    let query = Form::parse(query.unwrap_or_default().as_bytes());
    network.read(|world| {
        let own = world.campaigns.iter().filter(|one| one.brand_id.as_ref() == Some(&id));
        listed(&format!("{ROOT}/brands/{id}/campaigns"), &query, own)
    })
}

/// SignalWire REST, campaign registry, create a campaign.
pub async fn create_campaign(State(network): State<Network>, Path(id): Path<String>, body: Bytes) -> Answer {
    check_brand(&network, &id)?;
    let body = read(&body)?;
    if network.read(|world| world.brand(&id).is_some_and(|brand| brand.state != "completed")) {
        return Err(Refusal::relay(Some("Brand must be completed")));
    }
    for (name, least) in CAMPAIGN {
        check_length(&body, name, *least, usize::MAX)?;
    }
    for name in ANSWERS {
        if !body.get(*name).is_some_and(Value::is_boolean) {
            return Err(Refusal::relay(Some(&format!("{name} can't be blank"))));
        }
    }
    if body.get("terms_and_conditions") != Some(&Value::Bool(true)) {
        return Err(Refusal::relay(Some("Terms and conditions must be accepted")));
    }
    let parts = body.get("sub_use_cases").and_then(Value::as_array).map_or(0, Vec::len);
    let wanted = match text(&body, "sms_use_case") {
        "MIXED" => 2..=5,
        "LOW_VOLUME_MIXED" => 1..=5,
        _ => 0..=0,
    };
    if !wanted.contains(&parts) {
        return Err(Refusal::relay(Some("Sub use cases has a wrong number of entries")));
    }
    check_callback(&body)?;
    let campaign = record(body, Some(id));
    network.change(|world| world.campaigns.push(campaign.clone()));
    registry::decide_campaign(&network, &campaign.id);
    let campaign = network.read(|world| world.campaign(&campaign.id).map(describe)).unwrap_or_default();
    Ok((StatusCode::CREATED, Json(campaign)))
}

/// A company or a campaign as the API writes it: what it was made of, and how far it is.
pub fn describe(record: &RegistryRecord) -> Value {
    let mut shown = record.body.clone();
    shown.remove("terms_and_conditions");
    shown.remove("brand_id");
    let own = json!({
        "id": record.id,
        "name": record.name,
        "state": record.state,
        "created_at": iso8601(record.created_at),
        "updated_at": iso8601(record.updated_at),
    });
    shown.extend(own.as_object().cloned().unwrap_or_default());
    Value::Object(shown)
}

fn record(body: Map<String, Value>, brand_id: Option<String>) -> RegistryRecord {
    let now = clock::now();
    RegistryRecord {
        id: new_sid(),
        name: text(&body, "name").to_owned(),
        brand_id,
        state: "pending".to_owned(),
        body,
        created_at: now,
        updated_at: now,
    }
}

/// Newest first; the filters want the whole word.
fn listed<'a>(path: &str, query: &Form, records: impl DoubleEndedIterator<Item = &'a RegistryRecord>) -> Answer {
    let fits = |record: &&RegistryRecord| {
        query.filled("filter_name").is_none_or(|name| record.name == name)
            && query.filled("filter_state").is_none_or(|state| record.state == state)
    };
    paging::relay(path, query, records.rev().filter(fits), |record| &record.id, describe)
}

fn read(body: &Bytes) -> Result<Map<String, Value>, Refusal> {
    serde_json::from_slice(body).map_err(|_| Refusal::relay_status(StatusCode::BAD_REQUEST))
}

fn text<'a>(body: &'a Map<String, Value>, name: &str) -> &'a str {
    body.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn check_length(body: &Map<String, Value>, name: &str, least: usize, most: usize) -> Result<(), Refusal> {
    let length = text(body, name).chars().count();
    if length < least {
        return Err(Refusal::relay(Some(&format!("{name} is too short (minimum is {least} characters)"))));
    }
    if length > most {
        return Err(Refusal::relay(Some(&format!("{name} is too long (maximum is {most} characters)"))));
    }
    Ok(())
}

fn check_callback(body: &Map<String, Value>) -> Result<(), Refusal> {
    match body.get("status_callback_url").and_then(Value::as_str) {
        Some(url) if !is_web_url(url) => Err(Refusal::relay(Some("Status callback url is invalid"))),
        Some(_) | None => Ok(()),
    }
}

fn check_brand(network: &Network, id: &str) -> Result<(), Refusal> {
    let known = network.read(|world| world.brand(id).is_some());
    if known { Ok(()) } else { Err(Refusal::relay_status(StatusCode::NOT_FOUND)) }
}
