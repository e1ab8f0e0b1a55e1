//! Getting a number although things go wrong: never twice, never lost.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::TestApp;

/// The queue's messages, sent by hand: what SQS may deliver at any time.
async fn deliver(app: &TestApp, payload: &Value) -> Value {
    let event = json!({ "Records": [{ "messageId": "m1", "receiptHandle": "r1", "body": payload.to_string(),
        "attributes": { "ApproximateReceiveCount": "1" }, "messageAttributes": {}, "eventSource": "aws:sqs" }] });
    let url = format!("{}/work-provisioning/invocations", app.stack.urls.invoke);
    let answer = app.post_json(&url, &event).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    answer.body
}

async fn provisioning_id(app: &TestApp) -> String {
    app.rows("SELECT id::text FROM number_provisionings", &[]).await[0].get(0)
}

fn settle(id: &str) -> Value {
    json!({ "kind": "settle_provisioning", "version": 1, "provisioningId": id })
}

async fn purchases(app: &TestApp) -> usize {
    let requests = app.sim_get("/requests").await;
    let all = requests["requests"].as_array().unwrap();
    let is_purchase = |r: &&Value| {
        r["method"] == "POST"
            && r["path"].as_str().unwrap().trim_end_matches(".json").ends_with("/IncomingPhoneNumbers")
    };
    all.iter().filter(is_purchase).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purchase_whose_answer_was_lost_is_found_and_not_repeated() {
    for kind in ["lost_answer", "error_after"] {
        let app = TestApp::start().await;
        app.sim_post("/faults", json!({ "operation": "purchase", "kind": kind })).await;
        let org = app.organization("pro").await;
        let numbers = app.wait_for_numbers(&org, 1).await;
        let bought = app.bought_numbers().await;
        assert_eq!(bought.len(), 1, "{kind}");
        assert_eq!(bought[0]["sid"], numbers[0]["phoneNumberSid"]);
        assert_eq!(purchases(&app).await, 1, "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_somebody_else_took_is_replaced_by_the_next_candidate() {
    for shape in ["flat_10000", "flat_21422", "relay"] {
        let app = TestApp::start().await;
        app.sim_post("/faults", json!({ "operation": "purchase", "kind": "taken", "shape": shape, "count": 2 })).await;
        let org = app.organization("pro").await;
        app.wait_for_numbers(&org, 1).await;
        assert_eq!(app.bought_numbers().await.len(), 1, "{shape}");
        assert_eq!(purchases(&app).await, 3, "{shape}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn when_all_candidates_are_taken_the_next_delivery_searches_again() {
    let app = TestApp::start().await;
    app.sim_post("/faults", json!({ "operation": "purchase", "kind": "taken", "count": 5 })).await;
    let org = app.organization("pro").await;
    app.wait_for_numbers(&org, 1).await;
    assert_eq!((app.bought_numbers().await.len(), purchases(&app).await), (1, 6));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_comes_late_or_twice_changes_nothing() {
    let app = TestApp::start().await;
    let org = app.organization("pro").await;
    app.wait_for_numbers(&org, 1).await;
    let id = provisioning_id(&app).await;
    for _ in 0..3 {
        let answer = deliver(&app, &settle(&id)).await;
        assert_eq!(answer["batchItemFailures"], json!([]));
    }
    assert_eq!((app.bought_numbers().await.len(), purchases(&app).await), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_can_not_be_read_is_reported_for_the_dead_letter_queue() {
    let app = TestApp::start().await;
    for payload in
        [json!({ "kind": "dance" }), json!({ "kind": "settle_provisioning", "version": 2, "provisioningId": "x" })]
    {
        let answer = deliver(&app, &payload).await;
        assert_eq!(answer["batchItemFailures"], json!([{ "itemIdentifier": "m1" }]), "{payload}");
    }
    let nobody = deliver(&app, &settle("00000000-0000-0000-0000-000000000000")).await;
    assert_eq!(nobody["batchItemFailures"], json!([]), "a row that is gone needs no work");
}

/// The process dies after each arrow of the saga; the next delivery starts from the row.
#[tokio::test(flavor = "multi_thread")]
async fn a_provisioning_goes_on_from_wherever_a_worker_died() {
    let app = TestApp::start().await;
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await.remove(0);
    let id = provisioning_id(&app).await;
    let (sid, phone) = (number["phoneNumberSid"].as_str().unwrap(), number["phoneNumber"].as_str().unwrap());

    // What each death leaves behind: bought at the carrier, and the row as it was before the next arrow.
    for (state, known_sid) in [("reserved", None), ("purchasing", None), ("purchased", Some(sid))] {
        let candidate = (state != "reserved").then_some(phone);
        app.rows(
            "WITH unlogged AS (DELETE FROM audit_log), gone AS (UPDATE number_provisionings SET state = $2, candidate_phone_number = $3,
                 phone_number_sid = $4, phone_number_id = NULL, finished_at = NULL, leased_until = NULL,
                 attempts = 1 WHERE id::text = $1)
             DELETE FROM workspace_phone_numbers RETURNING id",
            &[&id, &state, &candidate, &known_sid],
        )
        .await;

        deliver(&app, &settle(&id)).await;

        let numbers = app.wait_for_numbers(&org, 1).await;
        assert_eq!(numbers[0]["phoneNumberSid"], sid, "{state}");
        assert_eq!((app.bought_numbers().await.len(), purchases(&app).await), (1, 1), "{state}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_can_not_text_yet_becomes_ready_when_its_assignment_completes() {
    let app = TestApp::start().await;
    app.sim_patch("/settings", json!({ "assignmentDelayMs": 1500 })).await;
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await.remove(0);
    assert_eq!(number["messagingStatus"], "pending");

    // Until then the platform number sends.
    let send = json!({ "channel": "sms", "to": "+14055550123", "body": "Hi" });
    let answer = app.post(&org, "/messages", &send).await;
    assert_eq!(answer.body["message"]["senderReason"], "platform", "{answer:?}");

    app.eventually("the number may text", async || {
        let numbers = app.wait_for_numbers(&org, 1).await;
        (numbers[0]["messagingStatus"] == "ready").then_some(())
    })
    .await;
    let answer = app.post(&org, "/messages", &send).await;
    assert_eq!(answer.body["message"]["senderReason"], "primary", "{answer:?}");
}
