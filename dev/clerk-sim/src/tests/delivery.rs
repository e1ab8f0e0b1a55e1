//! How messages reach the endpoint.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::json;

use super::support::{Clerk, Endpoint, settings};
use crate::sign::SigningSecret;

/// To see that nothing more comes, one has to wait.
const LONGER_THAN_ALL_RETRIES: Duration = Duration::from_millis(200);

const CREATION: [&str; 6] = [
    "user.created",
    "organization.created",
    "organizationMembership.created",
    "subscription.created",
    "subscription.active",
    "subscriptionItem.active",
];
const PURCHASE: [&str; 5] = [
    "subscriptionItem.ended",
    "subscriptionItem.active",
    "subscription.updated",
    "paymentAttempt.created",
    "paymentAttempt.updated",
];

fn kinds(endpoint: &Endpoint) -> Vec<String> {
    endpoint.received().iter().map(super::support::Received::kind).collect()
}

#[tokio::test]
async fn a_paid_organisation_arrives_as_its_whole_sequence_of_events() {
    let endpoint = Endpoint::start(vec![]).await;
    let clerk = Clerk::start(settings(endpoint.url())).await;

    clerk.organization("pro").await;

    assert_eq!(kinds(&endpoint), [CREATION.as_slice(), PURCHASE.as_slice()].concat());
}

#[tokio::test]
async fn a_starter_organisation_buys_nothing() {
    let endpoint = Endpoint::start(vec![]).await;
    let clerk = Clerk::start(settings(endpoint.url())).await;

    clerk.organization("starter").await;

    assert_eq!(kinds(&endpoint), CREATION);
}

#[tokio::test]
async fn every_request_is_signed_over_the_bytes_it_carries() {
    let endpoint = Endpoint::start(vec![]).await;
    let clerk = Clerk::start(settings(endpoint.url())).await;
    clerk.organization("pro").await;

    let secret = SigningSecret::parse(&settings(None).webhook_secret).unwrap();
    for request in endpoint.received() {
        let expected = secret.sign(request.header("svix-id"), request.header("svix-timestamp"), &request.body).unwrap();
        assert_eq!(request.header("svix-signature"), expected);
        assert_eq!(request.header("content-type"), "application/json");
    }
}

#[tokio::test]
async fn a_failed_attempt_is_retried_under_the_same_id_until_it_succeeds() {
    let endpoint = Endpoint::start(vec![(StatusCode::BAD_GATEWAY, ""), (StatusCode::FOUND, "")]).await;
    let clerk = Clerk::start(settings(endpoint.url())).await;

    let answer = clerk.post("/_sim/events", &json!({ "type": "user.deleted", "data": {} })).await;
    assert_eq!(answer["deliveries"][0]["state"], "pending");

    let requests = endpoint.wait_for(3).await;
    let ids: Vec<&str> = requests.iter().map(|request| request.header("svix-id")).collect();
    assert_eq!(ids, [answer["svixId"].as_str().unwrap(); 3]);
    let delivery = clerk.settled_delivery().await;
    assert_eq!(delivery["state"], "delivered");
    assert_eq!(delivery["attempts"].as_array().unwrap().len(), 3);
    assert_eq!(delivery["attempts"][2]["trigger"], "retry");
    assert_eq!(delivery["attempts"][0]["answer"], "answer of the endpoint");
}

#[tokio::test]
async fn a_message_fails_when_the_schedule_is_over() {
    let endpoint = Endpoint::start(vec![(StatusCode::INTERNAL_SERVER_ERROR, ""); 4]).await;
    let clerk = Clerk::start(settings(endpoint.url())).await;

    clerk.post("/_sim/events", &json!({ "type": "user.deleted", "data": {} })).await;

    assert_eq!(clerk.settled_delivery().await["state"], "failed");
    assert_eq!(endpoint.received().len(), 4);
}

#[tokio::test]
async fn an_endpoint_can_refuse_a_message_for_good() {
    let endpoint = Endpoint::start(vec![(StatusCode::BAD_REQUEST, "abort-message")]).await;
    let clerk = Clerk::start(settings(endpoint.url())).await;

    let answer = clerk.post("/_sim/events", &json!({ "type": "user.deleted", "data": {} })).await;

    assert_eq!(answer["deliveries"][0]["state"], "aborted");
    tokio::time::sleep(LONGER_THAN_ALL_RETRIES).await;
    assert_eq!(endpoint.received().len(), 1);
}

#[tokio::test]
async fn copies_carry_the_same_id_and_can_come_at_the_same_time() {
    let endpoint = Endpoint::start(vec![]).await;
    let clerk = Clerk::start(settings(endpoint.url())).await;

    let event = json!({ "type": "user.deleted", "data": {}, "svixId": "msg_same", "copies": 8, "concurrently": true });
    clerk.post("/_sim/events", &event).await;

    let requests = endpoint.received();
    assert_eq!(requests.len(), 8);
    assert!(requests.iter().all(|request| request.header("svix-id") == "msg_same"));
}

#[tokio::test]
async fn the_order_can_be_chosen_and_events_can_get_lost() {
    let endpoint = Endpoint::start(vec![]).await;
    let clerk = Clerk::start(settings(endpoint.url())).await;

    clerk.post("/_sim/organizations", &json!({ "name": "Beta", "plan": "starter", "order": [5, 2, 1] })).await;

    assert_eq!(kinds(&endpoint), ["subscriptionItem.active", "organizationMembership.created", "organization.created"]);
}

#[tokio::test]
async fn an_impossible_order_changes_nothing() {
    let clerk = Clerk::start(settings(None)).await;

    let new = json!({ "name": "Beta", "plan": "starter", "order": [6] });
    let (status, answer) = clerk.call(reqwest::Method::POST, "/_sim/organizations", &new).await;

    assert_eq!(status, 400);
    assert_eq!(answer["error"], "order names position 6, but there are 6 events");
    assert_eq!(clerk.get_json("/_sim/organizations").await["organizations"], json!([]));
}

#[tokio::test]
async fn paused_deliveries_can_be_replayed_later() {
    let endpoint = Endpoint::start(vec![]).await;
    let clerk = Clerk::start(settings(endpoint.url())).await;
    clerk.patch("/_sim/settings", &json!({ "paused": true })).await;
    clerk.organization("starter").await;
    assert!(endpoint.received().is_empty());

    clerk.patch("/_sim/settings", &json!({ "paused": false })).await;
    let replayed = clerk.post("/_sim/deliveries/replay-failed", &json!({})).await;

    assert_eq!(replayed["deliveries"].as_array().unwrap().len(), 6);
    assert_eq!(kinds(&endpoint), CREATION);
    let id = endpoint.received()[0].header("svix-id").to_owned();
    clerk.post(&format!("/_sim/deliveries/{id}/replay"), &json!({})).await;
    assert_eq!(endpoint.received()[6].header("svix-id"), id);
}

#[tokio::test]
async fn a_forged_message_is_signed_as_asked_and_not_retried() {
    let endpoint = Endpoint::start(vec![(StatusCode::FORBIDDEN, ""); 2]).await;
    let clerk = Clerk::start(settings(endpoint.url())).await;

    let event = json!({ "type": "user.deleted", "data": {}, "svixTimestamp": 1_767_225_600,
                        "secret": "whsec_////////////////////////////////" });
    let answer = clerk.post("/_sim/events", &event).await;

    assert_eq!(answer["deliveries"][0]["state"], "failed");
    assert_eq!(endpoint.received()[0].header("svix-timestamp"), "1767225600");
    tokio::time::sleep(LONGER_THAN_ALL_RETRIES).await;
    assert_eq!(endpoint.received().len(), 1);
}

#[tokio::test]
async fn during_a_rotation_the_header_has_two_signatures() {
    let endpoint = Endpoint::start(vec![]).await;
    let clerk = Clerk::start(settings(endpoint.url())).await;
    let secrets = [settings(None).webhook_secret, "whsec_////////////////////////////////".to_owned()];
    clerk.patch("/_sim/settings", &json!({ "webhookSecrets": secrets })).await;

    clerk.post("/_sim/events", &json!({ "type": "user.deleted", "data": {} })).await;

    assert_eq!(endpoint.received()[0].header("svix-signature").split(' ').count(), 2);
}
