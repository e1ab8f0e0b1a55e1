//! 10DLC: what the carrier's registry reports, and what a number's owner sees of it.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Answer, Organization, TestApp, sign_json};

async fn report(app: &TestApp, event: &Value) -> Answer {
    let (url, body) = (&app.stack.urls.registration_webhook, event.to_string());
    let signature = sign_json(&app.stack.urls.signalwire_signing_key, url, &body);
    app.post_raw(url, "application/json", body.into_bytes(), &[("x-signalwire-signature", &signature)]).await
}

fn event(kind: &str, sid: &str, at: &str) -> Value {
    json!({ "project_id": "p", "event_at": at, "event_category": "number_assignment", "event_type": kind,
        "state": "x", "brand_id": "b", "campaign_id": "c", "number_assignment_order_id": "o",
        "number_assignment_id": "a", "phone_number_id": sid, "phone_number": null })
}

/// A number that waits for an assignment that takes very long.
async fn pending_number(app: &TestApp) -> (Organization, String) {
    app.sim_patch("/settings", json!({ "assignmentDelayMs": 3_600_000 })).await;
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await.remove(0);
    assert_eq!(number["messagingStatus"], "pending");
    (org, number["phoneNumberSid"].as_str().unwrap().to_owned())
}

async fn messaging(app: &TestApp, org: &Organization) -> (String, Value) {
    let number = app.wait_for_numbers(org, 1).await.remove(0);
    (number["messagingStatus"].as_str().unwrap().to_owned(), number["messagingFailureReason"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_assignment_is_explained_and_a_later_activation_recovers() {
    let app = TestApp::start().await;
    let (org, sid) = pending_number(&app).await;
    let failed = event("number_assignment_failed", &sid, "2026-01-15T10:00:00Z");
    let again = event("number_assignment_pending", &sid, "2026-01-15T09:00:00Z");
    let retried = event("number_assignment_pending", &sid, "2026-01-15T11:00:00Z");
    let activated = event("number_assignment_activated", &sid, "2026-01-15T12:00:00Z");

    for _ in 0..2 {
        assert_eq!(report(&app, &failed).await.status, StatusCode::NO_CONTENT);
        let (status, reason) = messaging(&app, &org).await;
        assert_eq!(status, "failed");
        assert!(reason.as_str().unwrap().contains("texting"), "{reason}");
    }
    report(&app, &again).await;
    assert_eq!(messaging(&app, &org).await.0, "failed", "an older event changes nothing");
    report(&app, &retried).await;
    assert_eq!(messaging(&app, &org).await, ("pending".to_owned(), Value::Null));
    report(&app, &activated).await;
    for late in [&failed, &retried] {
        report(&app, late).await;
        assert_eq!(messaging(&app, &org).await, ("ready".to_owned(), Value::Null), "what can text keeps doing so");
    }
    let send = json!({ "channel": "sms", "to": "+14055550123", "body": "Hi" });
    assert_eq!(app.post(&org, "/messages", &send).await.body["message"]["senderReason"], "primary");
}

#[tokio::test(flavor = "multi_thread")]
async fn events_about_nothing_of_ours_are_taken_and_counted() {
    let app = TestApp::start().await;
    let others = [
        event("number_assignment_activated", "unknown", "2026-01-15T10:00:00Z"),
        json!({ "event_type": "number_assignment_order_processed", "state": "processed" }),
        json!({ "event_type": "brand_activated" }),
        json!({}),
    ];
    for other in others.iter().chain(&others) {
        assert_eq!(report(&app, other).await.status, StatusCode::NO_CONTENT, "{other}");
    }
    let sql = "SELECT count(*) FROM webhook_events WHERE provider = 'signalwire' AND outcome = 'ignored'";
    assert_eq!(app.count(sql, &[]).await, 4, "each once");
    assert!(app.log_text().contains("registration event of an unknown number"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_carrier_is_believed() {
    let app = TestApp::start().await;
    let (org, sid) = pending_number(&app).await;
    let (url, key) = (&app.stack.urls.registration_webhook, &app.stack.urls.signalwire_signing_key);
    let body = event("number_assignment_activated", &sid, "2026-01-15T10:00:00Z").to_string();
    let signatures = [
        None,
        Some("00".repeat(20)),
        Some(sign_json("PSK_other", url, &body)),
        Some(sign_json(key, &format!("{url}other"), &body)),
        Some(sign_json(key, url, &body.replace("activated", "failed"))),
    ];
    for signature in &signatures {
        let headers: Vec<(&str, &str)> = signature.iter().map(|it| ("x-signalwire-signature", it.as_str())).collect();
        let answer = app.post_raw(url, "application/json", body.clone().into_bytes(), &headers).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{signature:?}");
    }
    assert_eq!(messaging(&app, &org).await.0, "pending");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_carriers_callback_reaches_us_before_the_next_look() {
    let app = TestApp::start().await;
    app.sim_patch("/settings", json!({ "assignmentDelayMs": 1_500 })).await;
    let org = app.organization("pro").await;
    app.wait_for_numbers(&org, 1).await;
    app.eventually("the number may text", async || (messaging(&app, &org).await.0 == "ready").then_some(())).await;
    let reports =
        app.count("SELECT count(*) FROM webhook_events WHERE event_type = 'number_assignment_activated'", &[]);
    assert_eq!(reports.await, 1, "{}", app.log_text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_number_says_so_although_no_callback_came() {
    let app = TestApp::start().await;
    app.sim_patch("/settings", json!({ "assignmentOutcome": "failed" })).await;
    // The refusal is known before the number is stored, so its callback finds nothing.
    let org = app.organization("pro").await;
    app.wait_for_numbers(&org, 1).await;
    app.eventually("the number says why", async || {
        let (status, reason) = messaging(&app, &org).await;
        (status == "failed" && reason.is_string()).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_campaign_takes_no_other_number_and_its_owner_sees_why() {
    let app = TestApp::start().await;
    let first = app.organization("pro").await;
    app.wait_for_numbers(&first, 1).await;
    app.rows(
        "INSERT INTO workspace_phone_numbers (workspace_id, phone_number, phone_number_sid, friendly_name, number_type,
             monthly_cost_cents, messaging_status, campaign_id)
         SELECT n.workspace_id, '+1405700' || (1000 + i), 'filler-' || i, 'Filler', 'custom', 100, 'ready', n.campaign_id
         FROM workspace_phone_numbers n, generate_series(1, 48) i RETURNING id",
        &[],
    )
    .await;
    let orders = async || {
        let requests = app.sim_get("/requests").await;
        let all = requests["requests"].as_array().unwrap().clone();
        all.iter().filter(|r| r["method"] == "POST" && r["path"].as_str().unwrap().ends_with("/orders")).count()
    };
    assert_eq!(orders().await, 1);

    let second = app.organization("pro").await;
    app.wait_for_numbers(&second, 1).await;
    app.eventually("the owner sees why", async || {
        let (status, reason) = messaging(&app, &second).await;
        (status == "pending" && reason.as_str().is_some_and(|text| text.contains("no room"))).then_some(())
    })
    .await;
    assert_eq!(orders().await, 1, "the fiftieth is not ordered");
}
