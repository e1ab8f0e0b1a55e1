//! Rates are configuration, and each charge keeps the one of its time.

use serde_json::json;

use crate::support::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_rate_holds_from_then_on() {
    let app = TestApp::start_with(|options| {
        let business = json!({ "textPriceMicrosPerSegment": 30_000 }).to_string();
        options.parameters.insert("BusinessConfig".to_owned(), business);
    })
    .await;
    let org = app.organization("starter").await;
    let send = async || {
        let sent =
            app.post(&org, "/messages", &json!({ "channel": "sms", "to": "+14055550123", "body": "Hello" })).await;
        assert_eq!(sent.status, 201, "{sent:?}");
    };
    send().await;
    app.stack.fire("sweep").await.expect("the sweep goes well");
    send().await;
    app.stack.fire("sweep").await.expect("the sweep goes well");

    let sql = "SELECT revenue_micros FROM carrier_charges WHERE service = 'sms' ORDER BY occurred_at";
    let revenue: Vec<i64> = app.rows(sql, &[]).await.iter().map(|row| row.get(0)).collect();
    assert_eq!(revenue, [20_000, 30_000]);
    assert_eq!(app.count("SELECT count(*) FROM rates WHERE valid_from > '-infinity'", &[]).await, 1);
}
