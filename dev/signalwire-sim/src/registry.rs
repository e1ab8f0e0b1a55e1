//! What becomes of companies and campaigns in the registry: their timers, their outcomes, their callbacks.

use std::time::Duration;

use serde_json::json;

use crate::{
    clock::{self, iso8601},
    delivery::{self, Content, Webhook},
    journal::WebhookKind,
    network::Network,
    records::RegistryRecord,
    world::World,
};

/// A company or a campaign.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Brand,
    Campaign,
}

impl Kind {
    fn records(self, world: &mut World) -> &mut Vec<RegistryRecord> {
        match self {
            Self::Brand => &mut world.brands,
            Self::Campaign => &mut world.campaigns,
        }
    }

    /// The event of a state; there is none for the first.
    fn event(self, state: &str) -> Option<&'static str> {
        match (self, state) {
            (Self::Brand, "completed") => Some("brand_activated"),
            (Self::Brand, "unverified") => Some("brand_unverified"),
            (Self::Campaign, "active") => Some("campaign_activated"),
            (Self::Campaign, "inactive") => Some("campaign_deactivated"),
            _ => None,
        }
    }
}

/// Decides about a new company when its time is over.
pub fn decide_brand(network: &Network, id: &str) {
    let delay = network.behaviour().brand_delay_ms;
    decide(network, Kind::Brand, id, delay);
}

/// Decides about a new campaign when its time is over.
pub fn decide_campaign(network: &Network, id: &str) {
    let delay = network.behaviour().campaign_delay_ms;
    decide(network, Kind::Campaign, id, delay);
}

/// Takes up what a restart interrupted.
pub fn resume(network: &Network) {
    let pending = |records: &[RegistryRecord]| -> Vec<String> {
        records.iter().filter(|record| record.state == "pending").map(|record| record.id.clone()).collect()
    };
    let (brands, campaigns) = network.read(|world| (pending(&world.brands), pending(&world.campaigns)));
    for id in brands {
        decide_brand(network, &id);
    }
    for id in campaigns {
        decide_campaign(network, &id);
    }
}

fn decide(network: &Network, kind: Kind, id: &str, delay_ms: u64) {
    if delay_ms == 0 {
        finish(network, kind, id);
        return;
    }
    let (network, id) = (network.clone(), id.to_owned());
    network.clone().spawn(async move {
        tokio::time::sleep(Duration::from_millis(delay_ms)).await;
        finish(&network, kind, &id);
    });
}

/// Unless somebody else has decided meanwhile.
fn finish(network: &Network, kind: Kind, id: &str) {
    let behaviour = network.behaviour();
    let state = match (kind, behaviour.brands_verified, behaviour.campaigns_approved) {
        (Kind::Brand, true, _) => "completed",
        (Kind::Brand, false, _) => "unverified",
        (Kind::Campaign, _, true) => "active",
        (Kind::Campaign, _, false) => "inactive",
    };
    let is_pending = network.change(|world| {
        let record = kind.records(world).iter().find(|record| record.id == id);
        record.is_some_and(|record| record.state == "pending")
    });
    if is_pending {
        set_state(network, kind, id, state);
    }
}

/// Moves it to a state and tells so. `None`: there is no such thing.
pub fn set_state(network: &Network, kind: Kind, id: &str, state: &str) -> Option<RegistryRecord> {
    let record = network.change(|world| {
        let record = kind.records(world).iter_mut().find(|record| record.id == id)?;
        state.clone_into(&mut record.state);
        record.updated_at = clock::now();
        Some(record.clone())
    })?;
    if !network.behaviour().drop_registry_callbacks {
        report_later(network, kind, &record);
    }
    Some(record)
}

/// SignalWire REST, 10DLC status callback.
fn report_later(network: &Network, kind: Kind, record: &RegistryRecord) {
    let url = record.body.get("status_callback_url").and_then(serde_json::Value::as_str);
    let (Some(url), Some(event)) = (url.map(str::to_owned), kind.event(&record.state)) else { return };
    let mut body = json!({
        "project_id": network.settings().project_id,
        "event_at": iso8601(record.updated_at),
        "event_category": match kind { Kind::Brand => "brand", Kind::Campaign => "campaign" },
        "event_type": event,
        "state": record.state,
        "brand_id": record.brand_id.as_ref().unwrap_or(&record.id),
    });
    if kind == Kind::Campaign {
        body["campaign_id"] = record.id.as_str().into();
    }
    let (network, body) = (network.clone(), body.to_string());
    network.clone().spawn(async move {
        let webhook = Webhook { kind: WebhookKind::Registry, method: "POST", url: &url, content: Content::Json(body) };
        delivery::deliver_with_retries(&network, &webhook).await;
    });
}
