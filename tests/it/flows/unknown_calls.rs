//! Calls whose outcome nobody knows, calls that never arrived, and calls whose end did not: they are looked up at the
//! carrier, and nobody is called twice.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::unknown_sends::{HOLD_COMMIT, kill_when_held};
use crate::support::{Organization, TestApp, basic};

const CUSTOMER: &str = "+14055550123";
const MEMBER: &str = "+14055550150";

async fn organization(app: &TestApp) -> (Organization, String) {
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await[0]["phoneNumber"].as_str().unwrap().to_owned();
    (org, number)
}

async fn speak(app: &TestApp, org: &Organization) -> Value {
    let body = json!({ "channel": "voice", "to": CUSTOMER, "body": "Hello" });
    let answer = app.post(org, "/messages", &body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    answer.body["message"].clone()
}

async fn connect(app: &TestApp, org: &Organization) {
    let answer = app.post(org, "/calls", &json!({ "memberPhoneNumber": MEMBER, "to": CUSTOMER })).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
}

async fn drop_callbacks(app: &TestApp) {
    app.sim_patch("/settings", json!({ "dropCallbacks": true })).await;
}

async fn fault(app: &TestApp, operation: &str, kind: &str) {
    app.sim_post("/faults", json!({ "operation": operation, "kind": kind })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_settled_by_the_callback_and_rings_once() {
    let app = TestApp::start().await;
    let (org, _) = organization(&app).await;
    fault(&app, "create_call", "lost_answer").await;
    // The first callbacks may have been faster than the end of the request.
    let state = speak(&app, &org).await["call"]["state"].clone();
    assert!(["unknown", "queued", "ringing"].iter().any(|word| state == *word), "{state}");
    let sid = app.ringing(CUSTOMER).await;
    app.call_entry(&org, "ringing").await;
    app.on_phone(&sid, "answer", json!({})).await;
    app.call_entry(&org, "completed").await;
    assert_eq!(app.calls().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_without_callbacks_is_found_in_the_carriers_list() {
    for kind in ["lost_answer", "error_after"] {
        let app = TestApp::start().await;
        let (org, _) = organization(&app).await;
        drop_callbacks(&app).await;
        fault(&app, "create_call", kind).await;
        assert_eq!(speak(&app, &org).await["call"]["state"], "unknown");
        let sid = app.ringing(CUSTOMER).await;
        app.on_phone(&sid, "answer", json!({})).await;
        app.ended_call(&sid).await;
        assert_eq!(app.sweep().await["settledCalls"], 0, "it may still be on its way");
        app.pass_call_minutes(3).await;
        // The document was asked for meanwhile, which says that the call is there; how it ended the carrier knows.
        app.call_entry(&org, "answered").await;
        app.sweep().await;
        app.pass_call_minutes(15).await;
        app.sweep().await;
        let entry = app.call_entry(&org, "completed").await;
        assert_eq!(entry["errorCode"], Value::Null, "{kind}");
        assert_eq!(app.calls().await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_a_call_that_nobody_answers_is_found_too() {
    let app = TestApp::start().await;
    let (org, _) = organization(&app).await;
    drop_callbacks(&app).await;
    fault(&app, "create_call", "lost_answer").await;
    assert_eq!(speak(&app, &org).await["call"]["state"], "unknown");
    let sid = app.ringing(CUSTOMER).await;
    app.on_phone(&sid, "decline", json!({})).await;
    app.ended_call(&sid).await;
    app.pass_call_minutes(3).await;
    assert_eq!(app.sweep().await["settledCalls"], 1);
    app.call_entry(&org, "busy").await;
    app.pass_call_minutes(3).await;
    assert_eq!(app.sweep().await["settledCalls"], 0);
    let sids = app.rows("SELECT carrier_sid FROM calls", &[]).await;
    assert_eq!((sids.len(), sids[0].get::<_, String>(0)), (1, sid));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_never_reached_the_carrier_fails_after_several_looks() {
    for kind in ["lost_request", "error_before"] {
        let app = TestApp::start().await;
        let (org, _) = organization(&app).await;
        fault(&app, "create_call", kind).await;
        assert_eq!(speak(&app, &org).await["call"]["state"], "unknown");
        for _ in 0..2 {
            app.pass_call_minutes(5).await;
            assert_eq!(app.sweep().await["unplacedCalls"], 0);
            app.call_entry(&org, "unknown").await;
        }
        app.pass_call_minutes(5).await;
        assert_eq!(app.sweep().await["unplacedCalls"], 1, "{kind}");
        let entry = app.call_entry(&org, "failed").await;
        assert_eq!((&entry["errorCode"], &entry["status"]), (&json!("call_not_at_carrier"), &json!("failed")));
        assert!(entry["advice"].as_str().unwrap().contains("Call again"));
        assert_eq!(app.calls().await, Vec::<Value>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_that_died_before_it_called_leaves_a_call_that_fails() {
    let app = TestApp::start().await;
    let (org, _) = organization(&app).await;
    let pool = app.database.owner_pool(1);
    let owner = pool.get().await.unwrap();
    owner.batch_execute(HOLD_COMMIT).await.unwrap();
    owner.batch_execute("SELECT pg_advisory_lock(4712)").await.unwrap();

    let body = json!({ "memberPhoneNumber": MEMBER, "to": CUSTOMER });
    let calling = app.post(&org, "/calls", &body);
    let (answer, ()) = tokio::join!(calling, kill_when_held(&app, "start-call"));
    assert!(answer.status.is_server_error(), "{answer:?}");
    owner.batch_execute("SELECT pg_advisory_unlock(4712)").await.unwrap();
    let pending = "SELECT count(*) FROM calls WHERE state = 'pending'";
    app.eventually("the call is stored", async || (app.count(pending, &[]).await == 1).then_some(())).await;

    for _ in 0..4 {
        app.pass_call_minutes(5).await;
        app.sweep().await;
    }
    let (_, messages) = app.only_conversation(&org).await;
    assert_eq!(messages[0]["call"]["state"], "failed");
    assert!(app.calls().await.is_empty(), "nobody was called");
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_whose_end_was_lost_are_closed_by_what_the_carrier_knows() {
    let app = TestApp::start().await;
    let (org, _) = organization(&app).await;
    connect(&app, &org).await;
    let member = app.ringing(MEMBER).await;
    app.on_phone(&member, "answer", json!({})).await;
    drop_callbacks(&app).await;
    app.on_phone(&member, "digits", json!({ "digits": "1" })).await;
    let customer = app.ringing(CUSTOMER).await;
    app.on_phone(&customer, "answer", json!({})).await;
    app.on_phone(&member, "hangup", json!({ "seconds": 42 })).await;
    app.ended_call(&customer).await;
    assert_eq!(app.sweep().await["closedCalls"], 0, "most calls of this age still go on");
    app.pass_call_minutes(11).await;
    app.sweep().await;
    let entry = app.call_entry(&org, "completed").await;
    assert_eq!((&entry["call"]["durationSeconds"], &entry["call"]["answeredBy"]), (&json!(42), &json!(CUSTOMER)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_of_a_customer_that_never_arrived_is_made_up_for() {
    let app = TestApp::start_with(|options| {
        let business = json!({ "messageBackFillAfterSeconds": 0 }).to_string();
        options.parameters.insert("BusinessConfig".to_owned(), business);
    })
    .await;
    let (org, number) = organization(&app).await;
    // The number has another address for a while, so that nobody is told.
    let urls = &app.stack.urls;
    let bought = app.bought_numbers().await;
    let url = format!(
        "{}/api/laml/2010-04-01/Accounts/{}/IncomingPhoneNumbers/{}.json",
        urls.signalwire,
        urls.signalwire_project,
        bought[0]["sid"].as_str().unwrap()
    );
    let credentials = basic(&urls.signalwire_project, &urls.signalwire_token);
    let nobody = "http://127.0.0.1:1/";
    let elsewhere = [("VoiceUrl", nobody), ("VoiceFallbackUrl", nobody), ("StatusCallback", nobody)];
    let changed = app.post_form(&url, &elsewhere, &[("authorization", &credentials)]).await;
    assert!(changed.status.is_success(), "{changed:?}");
    let call = app.sim_post("/calls", json!({ "from": CUSTOMER, "to": number })).await;
    app.ended_call(call["callSid"].as_str().unwrap()).await;
    assert_eq!(app.sweep().await["recoveredCalls"], 1);
    let entry = app.call_entry(&org, "missed").await;
    assert_eq!((&entry["direction"], &entry["from"]), (&json!("inbound"), &json!(CUSTOMER)));
    let (conversation, messages) = app.only_conversation(&org).await;
    assert_eq!((messages.len(), &conversation["unreadCount"]), (1, &json!(1)));
    assert_eq!(app.sweep().await["recoveredCalls"], 0);
    assert!(app.log_text().contains("a call that never arrived was found in the carrier's list"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_price_of_all_legs_is_fetched_when_it_is_there() {
    let app = TestApp::start().await;
    let (org, _) = organization(&app).await;
    connect(&app, &org).await;
    let member = app.ringing(MEMBER).await;
    app.on_phone(&member, "answer", json!({})).await;
    app.on_phone(&member, "digits", json!({ "digits": "1" })).await;
    let customer = app.ringing(CUSTOMER).await;
    app.on_phone(&customer, "answer", json!({})).await;
    app.on_phone(&customer, "hangup", json!({ "seconds": 61 })).await;
    app.ended_call(&member).await;
    app.call_entry(&org, "completed").await;
    let estimate = app.only_conversation(&org).await.1[0]["estimatedCostMicros"].clone();

    let priced = app
        .eventually("the price is there", async || {
            app.pass_call_minutes(20).await;
            app.sweep().await;
            let (_, messages) = app.only_conversation(&org).await;
            (messages[0]["costMicros"] != Value::Null).then(|| messages[0].clone())
        })
        .await;
    let legs = app.calls().await;
    let sum: i64 = legs.iter().map(|leg| leg["priceMicros"].as_i64().unwrap()).sum();
    assert_eq!((legs.len(), priced["costMicros"].as_i64()), (2, Some(sum)));
    assert_eq!(priced["estimatedCostMicros"], estimate, "the estimate stays");
    app.pass_call_minutes(600).await;
    assert_eq!(app.sweep().await["pricedCalls"], 0);
}
