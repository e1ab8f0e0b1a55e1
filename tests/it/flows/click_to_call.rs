//! `start-call`: the member's own phone rings, then the customer's.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Organization, TestApp};

const MEMBER: &str = "+14055550150";
const CUSTOMER: &str = "+14055550123";

async fn organization(app: &TestApp) -> (Organization, String) {
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();
    (org, number)
}

async fn start(app: &TestApp, org: &Organization) -> Value {
    let answer = app.post(org, "/calls", &json!({ "memberPhoneNumber": MEMBER, "to": CUSTOMER })).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    answer.body["message"].clone()
}

/// The member picks up and presses the key; gives the customer's leg, which rings now.
async fn accept(app: &TestApp) -> (String, String) {
    let member = app.ringing(MEMBER).await;
    app.on_phone(&member, "answer", json!({})).await;
    app.on_phone(&member, "digits", json!({ "digits": "1" })).await;
    (member, app.ringing(CUSTOMER).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_is_connected_with_a_customer_who_sees_the_departments_number() {
    let app = TestApp::start().await;
    let (org, number) = organization(&app).await;
    let maria = json!({ "firstName": "Maria", "lastName": "Silva & Co", "phoneNumbers": [CUSTOMER] });
    assert_eq!(app.post(&org, "/contacts", &maria).await.status, StatusCode::CREATED);
    let message = start(&app, &org).await;
    assert_eq!((&message["from"], &message["to"], &message["body"]), (&json!(number), &json!(CUSTOMER), &json!("")));
    assert_eq!((&message["status"], &message["call"]["kind"]), (&json!("queued"), &json!("click_to_call")));

    let (member, customer) = accept(&app).await;
    let legs = app.calls().await;
    let said = legs.iter().find(|call| call["sid"] == member.as_str()).unwrap()["said"].clone();
    assert!(said[0].as_str().unwrap().contains("Maria Silva & Co"), "{said}");
    assert!(legs.iter().all(|call| call["from"] == number.as_str()), "both phones show the department's number");
    assert_eq!(
        app.call_entry(&org, "ringing").await["call"]["answeredAt"],
        Value::Null,
        "only the member has answered"
    );

    app.on_phone(&customer, "answer", json!({})).await;
    app.call_entry(&org, "answered").await;
    app.on_phone(&customer, "hangup", json!({ "seconds": 95 })).await;
    let entry = app.call_entry(&org, "completed").await;
    assert_eq!((&entry["call"]["answeredBy"], &entry["call"]["durationSeconds"]), (&json!(CUSTOMER), &json!(95)));
    assert_eq!(app.ended_call(&member).await["error"], Value::Null);
    let (conversation, messages) = app.only_conversation(&org).await;
    assert_eq!((messages.len(), &conversation["unreadCount"]), (1, &json!(0)));
    assert_eq!(
        (&conversation["contact"]["name"], &conversation["snippet"]),
        (&json!("Maria Silva & Co"), &json!("[call]"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_does_not_answer_is_told_from_a_member_who_does_not() {
    for (action, state, code) in [("decline", "busy", "member_busy"), ("ignore", "no_answer", "member_no_answer")] {
        let app = TestApp::start().await;
        let (org, _) = organization(&app).await;
        start(&app, &org).await;
        let member = app.ringing(MEMBER).await;
        app.on_phone(&member, action, json!({})).await;
        let entry = app.call_entry(&org, state).await;
        assert_eq!(entry["errorCode"], code);
        assert!(entry["errorMessage"].as_str().unwrap().contains("customer was not called"), "{entry}");
        assert_eq!(app.calls().await.len(), 1);

        let (org, _) = organization(&app).await;
        start(&app, &org).await;
        let (member, customer) = accept(&app).await;
        app.on_phone(&customer, action, json!({})).await;
        let entry = app.call_entry(&org, state).await;
        assert_eq!((&entry["errorCode"], &entry["call"]["answeredAt"]), (&Value::Null, &Value::Null));
        let told = app.ended_call(&member).await;
        assert_eq!(told["said"].as_array().unwrap().len(), 2, "the member is told why nobody speaks: {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voicemail_of_the_member_is_not_connected() {
    for digits in ["", "7"] {
        let app = TestApp::start().await;
        let (org, _) = organization(&app).await;
        start(&app, &org).await;
        let member = app.ringing(MEMBER).await;
        app.on_phone(&member, "answer", json!({ "machine": true })).await;
        app.on_phone(&member, "digits", json!({ "digits": digits })).await;
        let entry = app.call_entry(&org, "canceled").await;
        assert_eq!(entry["errorCode"], "member_declined");
        assert_eq!(app.calls().await.len(), 1, "the customer's phone never rang");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_who_hangs_up_ends_the_call_at_each_step() {
    let app = TestApp::start().await;
    let (org, _) = organization(&app).await;
    start(&app, &org).await;
    let member = app.ringing(MEMBER).await;
    app.on_phone(&member, "answer", json!({})).await;
    app.on_phone(&member, "hangup", json!({})).await;
    assert_eq!(app.call_entry(&org, "canceled").await["errorCode"], "member_declined");

    let (org, _) = organization(&app).await;
    start(&app, &org).await;
    let (member, customer) = accept(&app).await;
    app.on_phone(&member, "hangup", json!({})).await;
    app.ended_call(&customer).await;
    app.call_entry(&org, "canceled").await;

    let (org, _) = organization(&app).await;
    start(&app, &org).await;
    let (member, customer) = accept(&app).await;
    app.on_phone(&customer, "answer", json!({})).await;
    app.on_phone(&member, "hangup", json!({ "seconds": 20 })).await;
    assert_eq!(app.call_entry(&org, "completed").await["call"]["durationSeconds"], 20);
}

/// The news that the member's leg is over come a moment before those of the talk, which say how long it was.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_not_over_before_its_length_is_known() {
    let app = TestApp::start().await;
    let (org, _) = organization(&app).await;
    start(&app, &org).await;
    let (member, customer) = accept(&app).await;
    app.on_phone(&customer, "answer", json!({})).await;
    app.call_entry(&org, "answered").await;

    let journal = app.sim_get("/callbacks").await["callbacks"].as_array().unwrap().clone();
    let status_url = journal
        .iter()
        .find(|entry| entry["form"]["CallSid"] == member.as_str() && entry["form"]["CallStatus"] == "in-progress")
        .map(|entry| entry["url"].as_str().unwrap().to_owned())
        .expect("the carrier told us that the member has picked up");
    let over = [("CallSid", member.as_str()), ("CallStatus", "completed"), ("CallDuration", "20")];
    assert!(app.webhook(&status_url, &over).await.status.is_success());
    let entry = app.call_entry(&org, "answered").await;
    assert_eq!((&entry["call"]["endedAt"], &entry["call"]["durationSeconds"]), (&Value::Null, &Value::Null));

    app.on_phone(&member, "hangup", json!({ "seconds": 20 })).await;
    let entry = app.call_entry(&org, "completed").await;
    assert_eq!((entry["call"]["endedAt"].is_string(), &entry["call"]["durationSeconds"]), (true, &json!(20)));
}

#[tokio::test(flavor = "multi_thread")]
async fn news_twice_or_in_another_order_make_no_difference() {
    for settings in [json!({ "duplicateCallbacks": 2 }), json!({ "reorderCallbacks": true })] {
        let app = TestApp::start().await;
        let (org, _) = organization(&app).await;
        app.sim_patch("/settings", settings).await;
        start(&app, &org).await;
        let (member, customer) = accept(&app).await;
        app.on_phone(&customer, "answer", json!({})).await;
        app.on_phone(&customer, "hangup", json!({ "seconds": 30 })).await;
        app.ended_call(&member).await;
        let entry = app.call_entry(&org, "completed").await;
        assert_eq!((&entry["call"]["durationSeconds"], &entry["errorCode"]), (&json!(30), &Value::Null));
        assert_eq!(app.calls().await.len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opt_out_of_texts_does_not_keep_a_person_from_calling() {
    let app = TestApp::start().await;
    let (org, number) = organization(&app).await;
    app.customer_texts(CUSTOMER, &number, "STOP").await;
    let conversation = app.only_conversation(&org).await.0["id"].clone();
    let body = json!({ "memberPhoneNumber": MEMBER, "conversationId": conversation });
    let answer = app.post(&org, "/calls", &body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    assert_eq!(answer.body["message"]["senderReason"], "conversation");
    app.ringing(MEMBER).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_comes_again_rings_once_and_a_bad_one_never() {
    let app = TestApp::start().await;
    let (org, number) = organization(&app).await;
    let (body, key) = (json!({ "memberPhoneNumber": MEMBER, "to": CUSTOMER }), [("idempotency-key", "call-1")]);
    let first = app.post_with(&org, "/calls", &body, &key).await;
    let again = app.post_with(&org, "/calls", &body, &key).await;
    assert_eq!((first.status, first.status, &first.body), (StatusCode::CREATED, again.status, &again.body));
    for (member, to, code) in [
        (CUSTOMER, CUSTOMER, "invalid_member_number"),
        (number.as_str(), CUSTOMER, "invalid_member_number"),
        ("+447400123456", CUSTOMER, "invalid_member_number"),
        (MEMBER, "+447400123456", "invalid_destination"),
        (MEMBER, "+14055551212", "invalid_destination"),
        (MEMBER, "555", "invalid_request"),
    ] {
        let answer = app.post(&org, "/calls", &json!({ "memberPhoneNumber": member, "to": to })).await;
        assert_eq!((answer.status.as_u16(), answer.body["code"].as_str()), (422, Some(code)), "{member} {to}");
    }
    assert_eq!(app.calls().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_starter_workspace_calls_from_the_platforms_number() {
    let app = TestApp::start().await;
    let org = app.organization("starter").await;
    let message = start(&app, &org).await;
    assert_eq!(
        (&message["senderReason"], &message["from"]),
        (&json!("platform"), &json!(app.stack.urls.platform_number))
    );
    app.ringing(MEMBER).await;
}
