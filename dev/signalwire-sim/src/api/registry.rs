//! The part of the Campaign Registry API (10DLC) that gets a bought number ready to text: orders that assign numbers
//! to the one approved campaign, and their outcome.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::StatusCode,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, numbers::is_web_url, paging, refusal::Refusal};
use crate::{
    assignments,
    clock::{self, iso8601},
    form::Form,
    network::Network,
    records::{AssignmentRecord, AssignmentState, OrderRecord, OrderState, new_sid},
    world::World,
};

const ROOT: &str = "/api/relay/rest/registry/beta";
/// Numbers per campaign without the approval of number pooling.
const MAX_NUMBERS: usize = 49;

#[derive(Deserialize)]
struct NewOrder {
    #[serde(default)]
    phone_numbers: Vec<String>,
    status_callback_url: Option<String>,
}

/// SignalWire REST, campaign registry, create an assignment order. Answers 200, and with an assignment delay of 0 the
/// numbers are ready before it does.
pub async fn create_order(State(network): State<Network>, Path(campaign): Path<String>, body: Bytes) -> Answer {
    check_campaign(&network, &campaign)?;
    if network.read(|world| world.campaign(&campaign).is_some_and(|campaign| campaign.state != "active")) {
        return Err(Refusal::relay(Some("Campaign is not active")));
    }
    let wanted: NewOrder = serde_json::from_slice(&body).map_err(|_| Refusal::relay_status(StatusCode::BAD_REQUEST))?;
    if wanted.status_callback_url.as_deref().is_some_and(|url| !is_web_url(url)) {
        return Err(Refusal::relay(Some("Status callback url is invalid")));
    }
    let order = network.change(|world| record_order(world, &campaign, wanted))?;
    assignments::work_off(&network, &order.id);
    let order = network.read(|world| find_order(world, &order.id).map(describe_order))?;
    Ok((StatusCode::OK, Json(order)))
}

/// All or nothing: one refused number refuses the order.
fn record_order(world: &mut World, campaign: &str, wanted: NewOrder) -> Result<OrderRecord, Refusal> {
    if wanted.phone_numbers.is_empty() {
        return Err(Refusal::relay(Some("Phone numbers can't be blank")));
    }
    let counts = |entry: &&AssignmentRecord| entry.campaign_id == campaign && entry.state != AssignmentState::Failed;
    let active = world.assignments.iter().filter(counts).count();
    if active + wanted.phone_numbers.len() > MAX_NUMBERS {
        return Err(Refusal::relay(Some("Phone numbers exceed 49 for a campaign without number pooling")));
    }
    for phone_number in &wanted.phone_numbers {
        check_number(world, phone_number)?;
    }

    let now = clock::now();
    let order = OrderRecord {
        id: new_sid(),
        campaign_id: campaign.to_owned(),
        state: OrderState::Pending,
        status_callback_url: wanted.status_callback_url,
        created_at: now,
        processed_at: None,
        updated_at: now,
    };
    // A number that failed before starts anew.
    world.assignments.retain(|entry| !wanted.phone_numbers.contains(&entry.phone_number));
    world.assignments.extend(wanted.phone_numbers.into_iter().map(|phone_number| AssignmentRecord {
        id: new_sid(),
        order_id: order.id.clone(),
        campaign_id: campaign.to_owned(),
        phone_number,
        state: AssignmentState::Pending,
        created_at: now,
        updated_at: now,
    }));
    world.orders.push(order.clone());
    Ok(order)
}

fn check_number(world: &World, phone_number: &str) -> Result<(), Refusal> {
    let refuse = |reason: &str| Err(Refusal::relay(Some(&format!("Phone number {phone_number} {reason}"))));
    let Some(number) = world.number(phone_number) else {
        return refuse("does not belong to this project");
    };
    if !number.needs_campaign() {
        return refuse("is not a US local number");
    }
    let taken = |entry: &AssignmentRecord| entry.phone_number == phone_number && entry.state != AssignmentState::Failed;
    if world.assignments.iter().any(taken) { refuse("is already assigned to a campaign") } else { Ok(()) }
}

/// SignalWire REST, campaign registry, retrieve a campaign.
pub async fn campaign(State(network): State<Network>, Path(id): Path<String>) -> Answer {
    check_campaign(&network, &id)?;
    if let Some(own) = network.read(|world| world.campaign(&id).map(super::brands::describe)) {
        return Ok((StatusCode::OK, Json(own)));
    }
    let state = if network.behaviour().campaign_active { "active" } else { "inactive" };
    let body = json!({
        "id": id,
        "name": "Customer conversations",
        "state": state,
        "sms_use_case": "LOW_VOLUME_MIXED",
        "sub_use_cases": ["CUSTOMER_CARE", "ACCOUNT_NOTIFICATION"],
        "description": "Conversations between businesses and the customers who wrote to them first.",
        "sample1": "Thanks for your message. We will call you back this afternoon.",
        "sample2": "Your appointment is confirmed for tomorrow at 10 am. Reply STOP to opt out.",
        "message_flow": "Customers text a number published by the business, and agree to get answers by text.",
        "opt_out_message": "You have been opted out. Reply START to opt back in.",
        "help_message": "Reply STOP to opt out, or call this number to talk to us.",
        "opt_in_keywords": "START",
        "opt_out_keywords": "STOP",
        "help_keywords": "HELP",
        "number_pooling_required": false,
        "direct_lending": false,
        "embedded_link": false,
        "embedded_phone": false,
        "age_gated_content": false,
        "lead_generation": false,
        "created_at": "2026-01-05T09:00:00Z",
        "updated_at": "2026-01-09T09:00:00Z",
    });
    Ok((StatusCode::OK, Json(body)))
}

/// SignalWire REST, campaign registry, list the orders of a campaign.
pub async fn orders(State(network): State<Network>, Path(campaign): Path<String>, RawQuery(query): RawQuery) -> Answer {
    check_campaign(&network, &campaign)?;
    let query = Form::parse(query.unwrap_or_default().as_bytes());
    network.read(|world| {
        let orders = world.orders.iter().rev().filter(|order| order.campaign_id == campaign);
        let path = format!("{ROOT}/campaigns/{campaign}/orders");
        paging::relay(&path, &query, orders, |order| &order.id, describe_order)
    })
}

/// SignalWire REST, campaign registry, list the numbers of a campaign.
pub async fn assignments(
    State(network): State<Network>,
    Path(campaign): Path<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    check_campaign(&network, &campaign)?;
    let query = Form::parse(query.unwrap_or_default().as_bytes());
    let matches = |entry: &&AssignmentRecord| {
        entry.campaign_id == campaign
            && query.filled("filter_state").is_none_or(|state| json!(entry.state) == json!(state))
    };
    network.read(|world| {
        let entries = world.assignments.iter().rev().filter(matches);
        let path = format!("{ROOT}/campaigns/{campaign}/numbers");
        paging::relay(&path, &query, entries, |entry| &entry.id, |entry| describe_assignment(world, entry))
    })
}

/// SignalWire REST, campaign registry, retrieve an order.
pub async fn order(State(network): State<Network>, Path(id): Path<String>) -> Answer {
    let order = network.read(|world| find_order(world, &id).map(describe_order))?;
    Ok((StatusCode::OK, Json(order)))
}

/// SignalWire REST, campaign registry, delete an assignment: the number cannot text any more.
pub async fn unassign(State(network): State<Network>, Path(id): Path<String>) -> Result<StatusCode, Refusal> {
    network.change(|world| {
        let at = world.assignments.iter().position(|entry| entry.id == id);
        let entry = world.assignments.remove(at.ok_or_else(|| Refusal::relay_status(StatusCode::NOT_FOUND))?);
        if let Some(number) = world.number_mut(&entry.phone_number) {
            number.capabilities.sms = false;
            number.capabilities.mms = false;
        }
        Ok(StatusCode::NO_CONTENT)
    })
}

fn check_campaign(network: &Network, id: &str) -> Result<(), Refusal> {
    let known = network.settings().campaign_id == id || network.read(|world| world.campaign(id).is_some());
    if known { Ok(()) } else { Err(Refusal::relay_status(StatusCode::NOT_FOUND)) }
}

fn find_order<'a>(world: &'a World, id: &str) -> Result<&'a OrderRecord, Refusal> {
    let order = world.orders.iter().find(|order| order.id == id);
    order.ok_or_else(|| Refusal::relay_status(StatusCode::NOT_FOUND))
}

fn describe_order(order: &OrderRecord) -> Value {
    json!({
        "id": order.id,
        "state": order.state,
        "processed_at": order.processed_at.map(iso8601),
        "created_at": iso8601(order.created_at),
        "updated_at": iso8601(order.updated_at),
        "status_callback_url": order.status_callback_url,
    })
}

fn describe_assignment(world: &World, entry: &AssignmentRecord) -> Value {
    let number = world.number(&entry.phone_number);
    json!({
        "id": entry.id,
        "state": entry.state,
        "campaign_id": entry.campaign_id,
        "phone_number": {
            "id": number.map(|number| &number.sid),
            "name": number.map(|number| &number.friendly_name),
            "number": entry.phone_number,
        },
        "created_at": iso8601(entry.created_at),
        "updated_at": iso8601(entry.updated_at),
    })
}
