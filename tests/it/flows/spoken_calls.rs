//! `send-message` with the channel voice: the customer is called and hears the text.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Organization, TestApp};

const CUSTOMER: &str = "+14055550123";
const TEXT: &str = "Your table for <two> is ready & waiting.";

fn spoken(to: &str) -> Value {
    json!({ "channel": "voice", "to": to, "body": TEXT })
}

async fn organization(app: &TestApp) -> (Organization, String) {
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();
    (org, number)
}

async fn call(app: &TestApp, org: &Organization, body: &Value) -> Value {
    let answer = app.post(org, "/messages", body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    answer.body["message"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_picks_up_hears_the_text_and_the_entry_says_so() {
    let app = TestApp::start().await;
    let (org, number) = organization(&app).await;
    let message = call(&app, &org, &spoken(CUSTOMER)).await;
    assert_eq!(
        (&message["channel"], &message["from"], &message["body"]),
        (&json!("voice"), &json!(number), &json!(TEXT))
    );
    assert_eq!((&message["senderReason"], &message["call"]["kind"]), (&json!("primary"), &json!("spoken")));
    assert!(message["estimatedCostMicros"].as_i64().unwrap() > 0);

    let sid = app.ringing(CUSTOMER).await;
    app.call_entry(&org, "ringing").await;
    app.on_phone(&sid, "answer", json!({})).await;
    let heard = app.ended_call(&sid).await;
    assert_eq!(heard["said"], json!([TEXT]));
    assert_eq!(
        (&heard["from"], &heard["endedBy"], &heard["error"]),
        (&json!(number), &json!("document"), &Value::Null)
    );

    let entry = app.call_entry(&org, "completed").await;
    assert_eq!(
        (&entry["status"], &entry["body"], &entry["errorCode"]),
        (&json!("completed"), &json!(TEXT), &Value::Null)
    );
    assert!(entry["call"]["answeredAt"].is_string() && entry["call"]["endedAt"].is_string(), "{entry}");
    let (conversation, messages) = app.only_conversation(&org).await;
    assert_eq!(
        (messages.len(), &conversation["unreadCount"], &conversation["channel"]),
        (1, &json!(0), &json!("voice"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_pick_up_has_heard_nothing() {
    let app = TestApp::start().await;
    for (to, action, state) in [
        (CUSTOMER, Some("decline"), "busy"),
        (CUSTOMER, Some("ignore"), "no_answer"),
        ("+19075550103", None, "no_answer"),
        ("+19075550108", None, "failed"),
    ] {
        let (org, _) = organization(&app).await;
        call(&app, &org, &spoken(to)).await;
        if let Some(action) = action {
            let sid = app.ringing(to).await;
            app.on_phone(&sid, action, json!({})).await;
        }
        let entry = app.call_entry(&org, state).await;
        assert_eq!((&entry["status"], &entry["call"]["answeredAt"]), (&json!(state), &Value::Null));
        assert!(entry["call"]["endedAt"].is_string(), "{entry}");
    }
    assert!(app.calls().await.iter().all(|call| call["said"] == json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn callbacks_twice_or_in_another_order_make_no_difference() {
    for settings in [json!({ "duplicateCallbacks": 3 }), json!({ "reorderCallbacks": true })] {
        let app = TestApp::start().await;
        let (org, _) = organization(&app).await;
        app.sim_patch("/settings", settings).await;
        call(&app, &org, &spoken(CUSTOMER)).await;
        let sid = app.ringing(CUSTOMER).await;
        app.on_phone(&sid, "answer", json!({})).await;
        app.ended_call(&sid).await;
        app.call_entry(&org, "completed").await;
        let (conversation, messages) = app.only_conversation(&org).await;
        assert_eq!((messages.len(), &conversation["unreadCount"]), (1, &json!(0)));
        assert_eq!(app.calls().await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_comes_again_calls_once() {
    let app = TestApp::start().await;
    let (org, _) = organization(&app).await;
    let key = [("idempotency-key", "call-1")];
    let first = app.post_with(&org, "/messages", &spoken(CUSTOMER), &key).await;
    assert_eq!(first.status, StatusCode::CREATED, "{first:?}");
    let again = app.post_with(&org, "/messages", &spoken(CUSTOMER), &key).await;
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    let other = app.post_with(&org, "/messages", &spoken("+14055550124"), &key).await;
    assert_eq!(other.body["code"], "idempotency_key_reused");
    assert_eq!(app.calls().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_must_not_be_said_is_refused_before_anybody_is_called() {
    let app = TestApp::start().await;
    let (org, number) = organization(&app).await;
    app.customer_texts(CUSTOMER, &number, "STOP").await;
    let text = |to: &str, body: &str| json!({ "channel": "voice", "to": to, "body": body });
    for (body, code) in [
        (text(CUSTOMER, "Hello"), "recipient_opted_out"),
        (text("+14055550124", " "), "message_empty"),
        (text("+14055550124", &"x".repeat(1601)), "body_too_long"),
        (text("+447400123456", "Hello"), "invalid_destination"),
        (text("+19002010100", "Hello"), "invalid_destination"),
        (text("+14059110123", "Hello"), "invalid_destination"),
        (text(&number, "Hello"), "invalid_destination"),
        (json!({ "channel": "voice", "body": "Hello" }), "invalid_request"),
        (
            json!({ "channel": "voice", "to": "+14055550124", "body": "x", "mediaUrls": ["https://a.example.com/1"] }),
            "invalid_request",
        ),
    ] {
        let answer = app.post(&org, "/messages", &body).await;
        assert_eq!((answer.status.as_u16(), answer.body["code"].as_str()), (422, Some(code)), "{body}");
    }
    assert_eq!(app.calls().await, Vec::<Value>::new());
    assert_eq!(app.count("SELECT count(*) FROM calls", &[]).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_called_by_a_machine_at_night_and_a_person_may_call() {
    let app = TestApp::start().await;
    let (org, _) = organization(&app).await;
    // In Phoenix, seven hours behind in summer and winter.
    let (customer, clock) = ("+16025550123", |hours: i64| {
        (shared::clock::now() + chrono::TimeDelta::hours(hours - 7)).format("%H:%M").to_string()
    });
    let quiet = json!({ "quietHours": { "start": clock(-1), "end": clock(3), "exemptReplies": true } });
    let set = app.call(reqwest::Method::PATCH, &app.api(&org.id, ""), Some(&org.admin_token), Some(&quiet), &[]).await;
    assert_eq!(set.status, StatusCode::OK, "{set:?}");
    let refused = app.post(&org, "/messages", &spoken(customer)).await;
    assert_eq!((refused.status.as_u16(), refused.body["code"].as_str()), (422, Some("quiet_hours")), "{refused:?}");
    assert_eq!(app.count("SELECT count(*) FROM calls", &[]).await, 0);
    let by_hand = json!({ "memberPhoneNumber": "+14055550150", "to": customer });
    assert_eq!(app.post(&org, "/calls", &by_hand).await.status, StatusCode::CREATED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_counts_as_a_message_against_the_plan() {
    let app = TestApp::start_with(|options| {
        let business = json!({ "plans": { "professional": { "messagesPerMinute": 2 } } });
        options.parameters.insert("BusinessConfig".to_owned(), business.to_string());
    })
    .await;
    let (org, _) = organization(&app).await;
    call(&app, &org, &json!({ "channel": "sms", "to": CUSTOMER, "body": "One" })).await;
    call(&app, &org, &spoken(CUSTOMER)).await;
    let member = json!({ "memberPhoneNumber": "+14055550150", "to": CUSTOMER });
    for (path, body) in [("/messages", &spoken(CUSTOMER)), ("/calls", &member)] {
        let answer = app.post(&org, path, body).await;
        assert_eq!((answer.status.as_u16(), answer.body["code"].as_str()), (429, Some("rate_limited")), "{answer:?}");
    }
    assert_eq!(app.calls().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_the_carrier_refuses_stays_as_failed() {
    let app = TestApp::start().await;
    let (org, _) = organization(&app).await;
    app.sim_post("/faults", json!({ "operation": "create_call", "kind": "low_balance" })).await;
    let answer = app.post(&org, "/messages", &spoken(CUSTOMER)).await;
    assert_eq!(
        (answer.status.as_u16(), answer.body["code"].as_str()),
        (503, Some("carrier_unavailable")),
        "{answer:?}"
    );
    let refused = app.post(&org, "/messages", &spoken("+19075550111")).await;
    assert_eq!((refused.status.as_u16(), refused.body["code"].as_str()), (422, Some("carrier_refused")));
    assert_eq!(refused.body["message"]["call"]["state"], "failed");
    assert_eq!(refused.body["message"]["errorCode"], "21211");
    assert_eq!(app.calls().await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_workspace_sees_and_uses_nothing_of_it() {
    let app = TestApp::start().await;
    let (org, number) = organization(&app).await;
    let (other, _) = organization(&app).await;
    let message = call(&app, &org, &spoken(CUSTOMER)).await;
    let (conversation, id) = (&message["conversationId"], message["id"].as_str().unwrap());
    let theirs = app.get(&other, "/conversations").await;
    assert_eq!(theirs.body["conversations"], json!([]));
    let in_thread = json!({ "channel": "voice", "conversationId": conversation, "body": "Hi" });
    assert_eq!(app.post(&other, "/messages", &in_thread).await.body["code"], "conversation_not_found");
    let member = json!({ "memberPhoneNumber": "+14055550150", "conversationId": conversation });
    assert_eq!(app.post(&other, "/calls", &member).await.body["code"], "conversation_not_found");
    let numbers = app.get(&org, "/phone-numbers").await;
    let number_id = numbers.body["phoneNumbers"][0]["id"].clone();
    let with_number = json!({ "memberPhoneNumber": "+14055550150", "to": CUSTOMER, "phoneNumberId": number_id });
    assert_eq!(app.post(&other, "/calls", &with_number).await.body["code"], "number_not_found", "{number} {id}");
    assert_eq!(app.calls().await.len(), 1);
}
