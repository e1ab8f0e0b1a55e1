use std::time::Instant;

use axum::http::Method;
use serde_json::json;

use super::support::{CUSTOMER, OURS, Phone, fault};

#[tokio::test]
async fn a_lost_answer_leaves_the_purchase_in_effect() {
    let phone = Phone::start().await;
    let number = phone.for_sale("212").await[0].clone();
    assert_eq!(phone.post_json("/_sim/faults", fault("purchase", "lost_answer")).await.0, 200);
    let form = [("PhoneNumber", number.as_str()), ("FriendlyName", "sb-lost")];
    let lost = phone.request(Method::POST, "IncomingPhoneNumbers").form(&form).send().await;
    assert!(lost.is_err(), "an answer came: {lost:?}");

    let (_, owned) = phone.get("IncomingPhoneNumbers?FriendlyName=sb-lost").await;
    assert_eq!(owned["incoming_phone_numbers"][0]["phone_number"], number);
    let (_, journal) = phone.get("/_sim/requests").await;
    let purchase =
        journal["requests"].as_array().unwrap().iter().find(|entry| entry["operation"] == "purchase").unwrap();
    assert_eq!((&purchase["fault"], &purchase["status"]), (&json!("lost_answer"), &json!(null)));
    assert_eq!(purchase["form"]["FriendlyName"], "sb-lost");
    // The fault hit one request only.
    phone.buy("212", "next").await;
}

#[tokio::test]
async fn a_lost_request_and_an_error_before_have_no_effect_but_an_error_after_has() {
    let phone = Phone::start().await;
    let text = [("From", OURS), ("To", CUSTOMER), ("Body", "x")];
    phone.post_json("/_sim/faults", fault("send", "lost_request")).await;
    assert!(phone.request(Method::POST, "Messages").form(&text).send().await.is_err());
    phone.post_json("/_sim/faults", json!({"operation": "send", "kind": "error_before", "status": 503})).await;
    assert_eq!(phone.post("Messages", &text).await.0, 503);
    assert_eq!(phone.get("Messages").await.1["messages"], json!([]));
    phone.post_json("/_sim/faults", fault("send", "error_after")).await;
    assert_eq!(phone.post("Messages", &text).await.0, 500);
    assert_eq!(phone.get("Messages").await.1["messages"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_slow_answer_takes_effect_at_once() {
    let phone = Phone::start().await;
    phone.post_json("/_sim/faults", json!({"operation": "send", "kind": "slow", "delayMs": 200})).await;
    let started = Instant::now();
    phone.send(CUSTOMER, "slow").await;
    assert!(started.elapsed().as_millis() >= 200);
}

#[tokio::test]
async fn refusals_come_in_their_shapes_as_often_as_counted() {
    let phone = Phone::start().await;
    for (kind, shape, status, code) in [
        ("rate_limited", None, 429, 20429),
        ("low_balance", None, 422, 4001),
        ("low_balance", Some("30002"), 422, 30002),
        ("low_balance", Some("402"), 402, 4001),
        ("unauthorized", None, 401, 20003),
        ("unauthorized", Some("403"), 403, 20003),
        ("taken", None, 422, 10000),
        ("taken", Some("flat_21422"), 400, 21422),
    ] {
        let number = phone.for_sale("646").await[0].clone();
        let wanted = json!({"operation": "purchase", "kind": kind, "shape": shape, "skip": 0, "count": 2});
        phone.post_json("/_sim/faults", wanted).await;
        for _ in 0..2 {
            let (got, body) = phone.post("IncomingPhoneNumbers", &[("PhoneNumber", &number)]).await;
            assert_eq!((got, &body["code"]), (status, &json!(code)), "{kind} {shape:?}");
        }
        assert_eq!(phone.for_sale("646").await.contains(&number), kind != "taken");
    }
    phone.post_json("/_sim/faults", json!({"operation": "purchase", "kind": "taken", "shape": "relay"})).await;
    let (status, body) = phone.post("IncomingPhoneNumbers", &[("PhoneNumber", "+16465550123")]).await;
    assert_eq!((status, &body["errors"][0]["code"]), (422, &json!("422")));
    phone.buy("646", "at last").await;
}

#[tokio::test]
async fn faults_skip_last_until_cleared_and_are_checked() {
    let phone = Phone::start().await;
    phone.post_json("/_sim/faults", json!({"operation": "any", "kind": "rate_limited", "skip": 1, "count": 0})).await;
    let statuses =
        [phone.get("Messages").await.0, phone.get("Messages").await.0, phone.get("IncomingPhoneNumbers").await.0];
    assert_eq!(statuses, [200, 429, 429]);
    assert_eq!(phone.get("/api/relay/rest/phone_numbers").await, (429, json!({"error": "Too Many Requests"})));
    assert_eq!(phone.get("/_sim/faults").await.1["faults"].as_array().unwrap().len(), 1);
    assert_eq!(phone.delete("/_sim/faults").await.0, 204);
    assert_eq!(phone.get("Messages").await.0, 200);
    for wrong in [
        fault("purchase", "nonsense"),
        fault("send", "taken"),
        json!({"operation": "purchase", "kind": "taken", "shape": "nonsense"}),
        json!({"operation": "send", "kind": "error_before", "status": 404}),
    ] {
        assert_eq!(phone.post_json("/_sim/faults", wrong.clone()).await.0, 400, "{wrong}");
    }
}
