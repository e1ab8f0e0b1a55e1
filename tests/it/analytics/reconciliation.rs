//! The carrier's charges against ours, through the real function and the simulator's logs.

use chrono::NaiveDate;
use reqwest::Method;
use serde_json::{Value, json};
use shared::clock;

use crate::{
    flows::message_gaps::forget_webhook,
    support::{Organization, TestApp, basic},
};

const CUSTOMER: &str = "+14055550123";

fn today() -> NaiveDate {
    clock::now().date_naive()
}

/// Runs the function for today; by itself it would begin with yesterday.
async fn reconcile(app: &TestApp) -> Value {
    let url = format!("{}/reconcile-costs/invocations", app.stack.urls.invoke);
    app.post_json(&url, &json!({ "days": [today()] })).await.body
}

/// Cause, events, ours and the carrier's, of texts and not resolved.
async fn differences(app: &TestApp) -> Vec<(String, i64, i64, i64)> {
    let sql = "SELECT cause, events, our_micros, carrier_micros FROM reconciliations
        WHERE service = 'sms' AND resolved_at IS NULL ORDER BY cause, our_number";
    let rows = app.rows(sql, &[]).await;
    rows.iter().map(|row| (row.get(0), row.get(1), row.get(2), row.get(3))).collect()
}

/// What the carrier takes, other than we expect: our rates say 0.0079 for a text out and nothing for one in.
fn other_prices() -> Value {
    json!({ "outboundTextPriceMicros": 8_300, "inboundTextPriceMicros": 4_150 })
}

async fn with_texts(prices: Value) -> (TestApp, Organization, Value) {
    let app = TestApp::start_with(|options| {
        let business = json!({ "messageBackFillAfterSeconds": 0 }).to_string();
        options.parameters.insert("BusinessConfig".to_owned(), business);
    })
    .await;
    app.sim_patch("/settings", prices).await;
    let org = app.organization("pro").await;
    let number = app.wait_for_numbers(&org, 1).await.remove(0);
    let ours = number["phoneNumber"].as_str().unwrap();
    app.customer_texts(CUSTOMER, ours, "Are you open?").await;
    for body in ["Yes.", "From nine to one."] {
        let sent = app.post(&org, "/messages", &json!({ "channel": "sms", "to": CUSTOMER, "body": body })).await;
        assert_eq!(sent.status, 201, "{sent:?}");
    }
    app.eventually("the texts are delivered", async || {
        let sql = "SELECT count(*) FROM conversation_messages WHERE status = 'delivered'";
        (app.count(sql, &[]).await == 2).then_some(())
    })
    .await;
    (app, org, number)
}

#[tokio::test(flavor = "multi_thread")]
async fn estimates_become_final_by_the_carriers_word_and_twice_is_once() {
    let (app, org, _) = with_texts(other_prices()).await;
    let estimated = "SELECT count(*) FROM carrier_charges WHERE service = 'sms' AND state = 'estimated'";
    assert_eq!(app.count(estimated, &[]).await, 3);

    let report = reconcile(&app).await;
    assert_eq!((&report["priced"], app.count(estimated, &[]).await), (&json!(3), 0), "{report}");
    let expected = vec![("price_differs".to_owned(), 3, 2 * 7_900, 2 * 8_300 + 4_150)];
    assert_eq!(differences(&app).await, expected);
    let money = app.get(&org, "/analytics").await.body["analytics"]["money"].clone();
    let sms = money["byService"].as_array().unwrap().iter().find(|row| row["service"] == "sms").unwrap().clone();
    assert_eq!((&sms["costMicros"], &sms["estimatedCostMicros"]), (&json!(2 * 8_300 + 4_150), &json!(0)));

    let stamps = "SELECT count(DISTINCT updated_at) FROM reconciliations WHERE updated_at > created_at";
    let again = reconcile(&app).await;
    assert_eq!((&again["priced"], &again["variancePercent"]), (&json!(0), &report["variancePercent"]));
    assert_eq!((differences(&app).await, app.count(stamps, &[]).await), (expected, 0), "nothing was written anew");
}

/// The simulator's prices are those that we expect, for texts and for each leg of a call.
#[tokio::test(flavor = "multi_thread")]
async fn a_carrier_that_takes_what_is_expected_differs_in_nothing() {
    let (app, org, number) = with_texts(json!({})).await;
    let picture = json!({ "channel": "sms", "to": CUSTOMER, "mediaUrls": ["https://example.com/menu.png"] });
    assert_eq!(app.post(&org, "/messages", &picture).await.status, 201);
    forwarded_call(&app, &org, &number).await;
    app.eventually("the picture is on its way", async || {
        let sql = "SELECT count(*) FROM conversation_messages WHERE status = 'sent'";
        (app.count(sql, &[]).await == 1).then_some(())
    })
    .await;

    let expected = [("sms", 3 * 7_900), ("voice", 2 * 8_500 + 9_000)];
    let costs = "SELECT service, sum(coalesce(final_micros, estimated_micros))::bigint FROM carrier_charges
        WHERE service IN ('sms', 'voice') GROUP BY 1 ORDER BY 1";
    for state in ["estimated", "final"] {
        let found = app.rows(costs, &[]).await;
        let found: Vec<(&str, i64)> = found.iter().map(|row| (row.get(0), row.get(1))).collect();
        assert_eq!(found, expected, "{state}");
        let report = reconcile(&app).await;
        assert_eq!((&report["differences"], &report["variancePercent"]), (&json!(0), &json!(0.0)), "{report}");
    }
    let estimated = "SELECT count(*) FROM carrier_charges WHERE service IN ('sms', 'voice') AND state = 'estimated'";
    assert_eq!(app.count(estimated, &[]).await, 0);
}

/// A call of two begun minutes, of which the phone that it is forwarded to has one.
async fn forwarded_call(app: &TestApp, org: &Organization, number: &Value) {
    const DESK: &str = "+14055550177";
    app.sim_patch("/settings", json!({ "callTimeScale": 200 })).await;
    // Fifteen seconds long.
    let greeting = json!({ "say": "Thank you for calling us, and wait a moment please. ".repeat(5).trim() });
    let forward = json!({ "numbers": [{ "phoneNumber": DESK }], "strategy": "simultaneous", "timeoutSeconds": 60 });
    app.set_voice(org, number, json!({ "greeting": greeting, "forward": forward })).await;
    let call = app.sim_post("/calls", json!({ "from": CUSTOMER, "to": number["phoneNumber"] })).await;
    let desk = app.ringing(DESK).await;
    app.on_phone(&desk, "answer", json!({})).await;
    app.on_phone(&desk, "hangup", json!({ "seconds": 50 })).await;
    let (caller, desk) = (app.ended_call(call["callSid"].as_str().unwrap()).await, app.ended_call(&desk).await);
    let minutes = |call: &Value| call["durationSeconds"].as_u64().unwrap().div_ceil(60);
    assert_eq!((minutes(&caller), minutes(&desk)), (2, 1), "{caller} {desk}");
    app.eventually("both legs have told their length", async || {
        let sql = "SELECT count(*) FROM calls WHERE state = 'completed' AND estimated_cost_micros = 26000";
        (app.count(sql, &[]).await == 1).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_one_side_has_is_a_difference_until_both_have_it() {
    let (app, _, number) = with_texts(other_prices()).await;
    let ours = number["phoneNumber"].as_str().unwrap();

    // One that we never got, and one that the carrier does not have any more.
    forget_webhook(&app, number["phoneNumberSid"].as_str().unwrap()).await;
    app.customer_texts(CUSTOMER, ours, "Hello?").await;
    let sid: String = app
        .rows(
            "SELECT carrier_sid FROM conversation_messages WHERE direction = 'outbound' ORDER BY created_at LIMIT 1",
            &[],
        )
        .await[0]
        .get(0);
    let urls = &app.stack.urls;
    let url =
        format!("{}/api/laml/2010-04-01/Accounts/{}/Messages/{sid}.json", urls.signalwire, urls.signalwire_project);
    let authorization = basic(&urls.signalwire_project, &urls.signalwire_token);
    let gone = app.call(Method::DELETE, &url, None, None, &[("authorization", &authorization)]).await;
    assert!(gone.status.is_success(), "{gone:?}");

    reconcile(&app).await;
    assert_eq!(
        differences(&app).await,
        [
            ("missing_here".to_owned(), 1, 0, 4_150),
            ("missing_there".to_owned(), 1, 7_900, 0),
            ("price_differs".to_owned(), 2, 7_900, 8_300 + 4_150),
        ]
    );
    let examples: Value =
        app.rows("SELECT examples FROM reconciliations WHERE cause = 'missing_there'", &[]).await[0].get(0);
    assert_eq!(examples, json!([sid]));

    // The sweep finds the lost text, and the next run sees that nothing is missing here.
    app.eventually("the lost text is found", async || {
        app.stack.fire("sweep").await.expect("the sweep goes well");
        let sql = "SELECT count(*) FROM conversation_messages WHERE direction = 'inbound'";
        (app.count(sql, &[]).await == 2).then_some(())
    })
    .await;
    reconcile(&app).await;
    let causes: Vec<String> = differences(&app).await.into_iter().map(|(cause, ..)| cause).collect();
    assert_eq!(causes, ["missing_there", "price_differs"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_carrier_that_fails_half_way_leaves_the_day_to_the_next_run() {
    let (app, ..) = with_texts(other_prices()).await;
    app.sim_post("/faults", json!({ "operation": "list_message_logs", "kind": "error_before" })).await;
    let failed = reconcile(&app).await;
    assert!(failed["errorMessage"].as_str().is_some_and(|text| text.contains("sms")), "{failed}");
    let numbers =
        "SELECT count(*) FROM reconciled_days WHERE service = 'number' AND our_events = 1 AND carrier_events = 1";
    assert_eq!(app.count(numbers, &[]).await, 1, "the other parts had their turn");
    assert_eq!(app.count("SELECT count(*) FROM reconciled_days WHERE service = 'sms'", &[]).await, 0);
    reconcile(&app).await;
    assert_eq!(app.count("SELECT count(*) FROM reconciled_days WHERE service = 'sms'", &[]).await, 1);
}
