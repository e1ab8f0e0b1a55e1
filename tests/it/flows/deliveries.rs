//! Delivery receipts: forward only, whatever the order, however often.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Organization, TestApp};

const CUSTOMER: &str = "+14055550123";

/// A message that the carrier has taken and says nothing more about.
async fn silent_message(app: &TestApp) -> (Organization, String, String) {
    app.sim_patch("/settings", json!({ "statusDelayMs": 3_600_000 })).await;
    let org = app.organization("starter").await;
    let answer = app.post(&org, "/messages", &json!({ "channel": "sms", "to": CUSTOMER, "body": "Hi" })).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    let row = &app.rows("SELECT id::text, carrier_sid FROM conversation_messages", &[]).await[0];
    (org, row.get(0), row.get(1))
}

async fn callback(app: &TestApp, sid: &str, status: &str, error_code: Option<&str>) -> StatusCode {
    let mut form = vec![
        ("MessageSid", sid),
        ("AccountSid", "ea108133-d6b3-407c-9536-9fad8a929a6a"),
        ("From", "+14052010100"),
        ("To", CUSTOMER),
        ("MessageStatus", status),
    ];
    form.extend(error_code.map(|code| ("ErrorCode", code)));
    app.webhook(&app.stack.urls.message_status_webhook, &form).await.status
}

async fn message(app: &TestApp, org: &Organization) -> Value {
    app.only_conversation(org).await.1.remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_only_moves_forward() {
    let app = TestApp::start().await;
    let (org, _, sid) = silent_message(&app).await;
    let mut seen = Vec::new();
    for status in
        ["sending", "queued", "sent", "sending", "exploded", "delivered", "sent", "delivered", "failed", "undelivered"]
    {
        assert_eq!(callback(&app, &sid, status, None).await, StatusCode::NO_CONTENT, "{status}");
        seen.push(message(&app, &org).await["status"].as_str().unwrap().to_owned());
    }
    assert_eq!(seen[..2], ["sending", "sending"]);
    assert_eq!(seen[2..5], ["sent", "sent", "sent"]);
    assert!(seen[5..].iter().all(|status| status == "delivered"), "{seen:?}");
    let kept = app.count("SELECT count(*) FROM message_events WHERE carrier_sid = $1", &[&sid]).await;
    assert_eq!(kept, 10, "every callback is kept as it came");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_explained() {
    let app = TestApp::start().await;
    let (org, _, sid) = silent_message(&app).await;
    callback(&app, &sid, "undelivered", Some("30003")).await;
    let message = message(&app, &org).await;
    assert_eq!((message["status"].as_str(), message["errorCode"].as_str()), (Some("undelivered"), Some("30003")));
    assert!(message["errorMessage"].as_str().unwrap().contains("out of reach"));
    assert_eq!(message["advice"], "Send it again later.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_of_an_unknown_message_is_kept_and_changes_nothing() {
    let app = TestApp::start().await;
    let (org, id, _) = silent_message(&app).await;
    assert_eq!(callback(&app, "no-such-sid", "delivered", None).await, StatusCode::NO_CONTENT);
    // Our id in the URL does not help a callback with another message's sid.
    let url = format!("{}?message={id}", app.stack.urls.message_status_webhook);
    let form = [("MessageSid", "no-such-sid"), ("AccountSid", "x"), ("MessageStatus", "delivered")];
    assert_eq!(app.webhook(&url, &form).await.status, StatusCode::NO_CONTENT);
    assert_eq!(message(&app, &org).await["status"], "queued");
    assert_eq!(app.count("SELECT count(*) FROM message_events WHERE message_id IS NULL", &[]).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn callbacks_that_are_doubled_and_shuffled_end_as_delivered() {
    let app = TestApp::start().await;
    app.sim_patch("/settings", json!({ "duplicateCallbacks": 3, "reorderCallbacks": true })).await;
    let org = app.organization("starter").await;
    for i in 0..5 {
        let body = json!({ "channel": "sms", "to": CUSTOMER, "body": format!("text {i}") });
        assert_eq!(app.post(&org, "/messages", &body).await.status, StatusCode::CREATED);
    }
    app.eventually("all are delivered", async || {
        let (_, messages) = app.only_conversation(&org).await;
        (messages.len() == 5 && messages.iter().all(|m| m["status"] == "delivered")).then_some(())
    })
    .await;
}
