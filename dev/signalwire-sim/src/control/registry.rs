//! What the registry decides, and what is done in the provider's dashboard.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Unusable, parse};
use crate::{
    network::Network,
    registry::{self, Kind},
};

/// All companies, the oldest first.
pub async fn brands(State(network): State<Network>) -> Json<Value> {
    Json(network.read(|world| json!({"brands": world.brands})))
}

/// All campaigns but the one of the settings.
pub async fn campaigns(State(network): State<Network>) -> Json<Value> {
    Json(network.read(|world| json!({"campaigns": world.campaigns})))
}

/// All emergency addresses.
pub async fn addresses(State(network): State<Network>) -> Json<Value> {
    Json(network.read(|world| json!({"addresses": world.addresses})))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Decision {
    state: String,
}

/// The registry decides about a company.
pub async fn change_brand(State(network): State<Network>, Path(id): Path<String>, body: Bytes) -> Answer {
    change(&network, Kind::Brand, &id, &body, &["pending", "unverified", "completed"])
}

/// The registry decides about a campaign.
pub async fn change_campaign(State(network): State<Network>, Path(id): Path<String>, body: Bytes) -> Answer {
    change(&network, Kind::Campaign, &id, &body, &["pending", "active", "inactive"])
}

fn change(network: &Network, kind: Kind, id: &str, body: &Bytes, states: &[&str]) -> Answer {
    let Decision { state } = parse(body)?;
    if !states.contains(&state.as_str()) {
        return Err(Unusable::bad_request(format!("state must be one of {}", states.join(", "))));
    }
    let record = registry::set_state(network, kind, id, &state).ok_or_else(|| Unusable::not_found(id))?;
    Ok(Json(json!(record)))
}
