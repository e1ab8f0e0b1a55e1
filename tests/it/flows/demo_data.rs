//! The demo data of the local stack: planted by what users do, so whatever breaks it breaks for them.

use serde_json::json;

use crate::support::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_data_shows_a_call_that_was_answered_one_that_was_missed_and_a_voicemail() {
    let app = TestApp::start().await;
    seed::plant(&app.stack.urls).await.expect("the demo data can be planted");
    let sql = "SELECT c.state, coalesce(c.answered_by, ''), m.body FROM calls c
        JOIN conversation_messages m ON m.id = c.message_id
        WHERE c.kind = 'inbound' AND c.carrier_sid IS NOT NULL ORDER BY c.started_at";
    let expected = json!([
        ["completed", "+14055550110", ""],
        ["missed", "", ""],
        ["voicemail", "voicemail", "Hello, this is Maria. Could I come at eleven instead? Please call me back."],
    ]);
    app.eventually("the calls are there, and what was said", async || {
        let rows = app.rows(sql, &[]).await;
        let calls: Vec<[String; 3]> = rows.iter().map(|row| [row.get(0), row.get(1), row.get(2)]).collect();
        (json!(calls) == expected).then_some(())
    })
    .await;
    // And what the dentist did in the month before, which no carrier knows of.
    let days = "SELECT count(DISTINCT day) FROM usage_by_day WHERE service IN ('sms', 'voice') AND day < current_date";
    assert!(app.count(days, &[]).await >= 28, "a month of history");
    // The freight company texts by a campaign of its own; the baker's company was not found, and the baker is told why.
    let states = app.rows("SELECT state, reason IS NOT NULL FROM messaging_brands ORDER BY state", &[]).await;
    let states: Vec<(String, bool)> = states.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert_eq!(states, [("active".to_owned(), false), ("brand_unverified".to_owned(), true)]);
    app.sweep().await;
    // One number says where an ambulance is to go, others warn; a toll-free one is not verified.
    let numbers = "SELECT count(emergency_address), count(*) > count(emergency_address), max(verification_status)
        FROM workspace_phone_numbers WHERE status = 'active'";
    app.eventually("the carrier's word is read", async || {
        let row = app.rows(numbers, &[]).await.remove(0);
        let found: (i64, bool, Option<String>) = (row.get(0), row.get(1), row.get(2));
        (found == (1, true, Some("Unverified".to_owned()))).then_some(())
    })
    .await;
    // The freight company's own system has heard of its texts.
    let told = "SELECT count(*) FROM webhook_deliveries d JOIN outbound_events e ON e.id = d.event_id
        WHERE d.state = 'delivered' AND e.event_type = 'message.received'";
    app.eventually("its system is told", async || (app.count(told, &[]).await == 2).then_some(())).await;
    let heard = app.stack.logs.lines(Some("webhook-receiver"));
    assert!(heard.iter().filter(|line| line.text.starts_with("message.received ")).count() >= 2, "{heard:?}");
}
