//! What becomes of an order to assign numbers to a campaign: its timer, its outcome, its callbacks.

use std::time::Duration;

use serde_json::json;

use crate::{
    behaviour::AssignmentOutcome,
    clock::{self, iso8601},
    delivery::{self, Content, Webhook},
    journal::WebhookKind,
    network::Network,
    records::{AssignmentRecord, AssignmentState, OrderRecord, OrderState},
    world::World,
};

/// Completes an order: at once when there is no delay, otherwise in the background. Either way the callbacks follow in
/// the background.
pub fn work_off(network: &Network, order_id: &str) {
    let delay = network.behaviour().assignment_delay_ms;
    if delay == 0 {
        let done = finish(network, order_id);
        report_later(network, done);
        return;
    }
    let (network, order_id) = (network.clone(), order_id.to_owned());
    network.clone().spawn(async move {
        tokio::time::sleep(Duration::from_millis(delay)).await;
        let done = finish(&network, &order_id);
        report_later(&network, done);
    });
}

/// Takes up the orders that a restart interrupted.
pub fn resume(network: &Network) {
    let pending: Vec<String> = network.read(|world| {
        let pending = world.orders.iter().filter(|order| order.state == OrderState::Pending);
        pending.map(|order| order.id.clone()).collect()
    });
    for order_id in pending {
        work_off(network, &order_id);
    }
}

type Finished = (OrderRecord, Vec<AssignmentRecord>);

/// Settles the order and its numbers. The texting capability appears with the completed assignment.
fn finish(network: &Network, order_id: &str) -> Option<Finished> {
    let outcome = network.behaviour().assignment_outcome;
    network.change(|world| {
        let now = clock::now();
        let order = world.orders.iter_mut().find(|order| order.id == order_id)?;
        order.state = match outcome {
            AssignmentOutcome::Completed | AssignmentOutcome::Failed => OrderState::Processed,
            AssignmentOutcome::OrderFailed => OrderState::Failed,
        };
        order.processed_at = Some(now);
        order.updated_at = now;
        let order = order.clone();

        let state = match outcome {
            AssignmentOutcome::Completed => AssignmentState::Completed,
            AssignmentOutcome::Failed | AssignmentOutcome::OrderFailed => AssignmentState::Failed,
        };
        for entry in world.assignments.iter_mut().filter(|entry| entry.order_id == order_id) {
            entry.state = state;
            entry.updated_at = now;
        }
        let entries: Vec<_> = world.assignments.iter().filter(|entry| entry.order_id == order_id).cloned().collect();
        if state == AssignmentState::Completed {
            enable_texting(world, &entries);
        }
        Some((order, entries))
    })
}

fn enable_texting(world: &mut World, entries: &[AssignmentRecord]) {
    for entry in entries {
        if let Some(number) = world.number_mut(&entry.phone_number) {
            number.capabilities.sms = true;
            number.capabilities.mms = true;
            number.updated_at = entry.updated_at;
        }
    }
}

fn report_later(network: &Network, finished: Option<Finished>) {
    let Some((order, entries)) = finished else { return };
    let Some(url) = order.status_callback_url.clone() else { return };
    let network = network.clone();
    network.clone().spawn(async move {
        for body in events(&network, &order, &entries) {
            let webhook =
                Webhook { kind: WebhookKind::Registry, method: "POST", url: &url, content: Content::Json(body) };
            delivery::deliver_with_retries(&network, &webhook).await;
        }
    });
}

/// SignalWire REST, 10DLC status callback: one event for each number, then one for the order.
fn events(network: &Network, order: &OrderRecord, entries: &[AssignmentRecord]) -> Vec<String> {
    let brand = network.read(|world| world.campaign(&order.campaign_id).and_then(|campaign| campaign.brand_id.clone()));
    let common = |category: &str, event: &str, state: serde_json::Value| {
        json!({
            "project_id": network.settings().project_id,
            "event_at": iso8601(clock::now()),
            "event_category": category,
            "event_type": event,
            "state": state,
            // The brand of the settings' campaign is named like the project.
            "brand_id": brand.as_ref().unwrap_or(&network.settings().project_id),
            "campaign_id": order.campaign_id,
            "number_assignment_order_id": order.id,
        })
    };
    let mut bodies = Vec::new();
    for entry in entries {
        let event = match entry.state {
            AssignmentState::Completed => "number_assignment_activated",
            AssignmentState::Failed => "number_assignment_failed",
            AssignmentState::Pending => "number_assignment_pending",
        };
        let mut body = common("number_assignment", event, json!(entry.state));
        body["number_assignment_id"] = entry.id.as_str().into();
        body["phone_number"] = entry.phone_number.as_str().into();
        let sid = network.read(|world| world.number(&entry.phone_number).map(|number| number.sid.clone()));
        body["phone_number_id"] = sid.into();
        bodies.push(body.to_string());
    }
    if order.state == OrderState::Processed {
        bodies.push(
            common("number_assignment_order", "number_assignment_order_processed", json!(order.state)).to_string(),
        );
    }
    bodies
}
