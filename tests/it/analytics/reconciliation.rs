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

async fn with_texts() -> (TestApp, Organization, Value) {
    let app = TestApp::start_with(|options| {
        let business = json!({ "messageBackFillAfterSeconds": 0 }).to_string();
        options.parameters.insert("BusinessConfig".to_owned(), business);
    })
    .await;
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
    let (app, org, _) = with_texts().await;
    let estimated = "SELECT count(*) FROM carrier_charges WHERE service = 'sms' AND state = 'estimated'";
    assert_eq!(app.count(estimated, &[]).await, 3);

    // The simulator takes 0.0083 for a text out and 0.00415 for one in; our rates say 0.0079 and nothing.
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

#[tokio::test(flavor = "multi_thread")]
async fn what_only_one_side_has_is_a_difference_until_both_have_it() {
    let (app, _, number) = with_texts().await;
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
    let (app, ..) = with_texts().await;
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
