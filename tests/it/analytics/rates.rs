//! Rates are configuration, and each charge keeps the one of its time.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use serde_json::{Value, json};
use shared::clock;
use uuid::Uuid;

use crate::support::{Organization, TestApp};

const CUSTOMER: &str = "+14055550123";

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

/// The figures of one message or call: on its own, in the ledger, and in the file.
async fn figures(app: &TestApp, org: &Organization, id: Uuid) -> [i64; 3] {
    let sql = "SELECT m.conversation_id::text, m.id::text FROM conversation_messages m LEFT JOIN calls c ON c.message_id = m.id
        WHERE m.id = $1 OR c.id = $1";
    let row = app.rows(sql, &[&id]).await.remove(0);
    let (conversation, message): (String, String) = (row.get(0), row.get(1));
    let answer = app.get(org, &format!("/conversations/{conversation}/messages")).await;
    let shown = answer.body["messages"].as_array().unwrap().iter().find(|shown| shown["id"] == message.as_str());
    let charged = app.count("SELECT estimated_micros FROM carrier_charges WHERE id = $1", &[&id]).await;
    let today = clock::now().date_naive();
    let path = format!("/analytics/export?report=charges&from={}&to={today}", today - TimeDelta::days(1));
    let file = app.get(org, &path).await;
    let line = file.body.as_str().unwrap().lines().find(|line| line.starts_with(&id.to_string())).unwrap().to_owned();
    let dollars = line.split(',').nth(11).unwrap().replace('.', "");
    [shown.unwrap()["estimatedCostMicros"].as_i64().unwrap(), charged, dollars.parse().unwrap()]
}

async fn insert_text(app: &TestApp, org: &Organization, (status, segments): (&str, i32), at: DateTime<Utc>) -> Uuid {
    let sql =
        "INSERT INTO conversation_messages (workspace_id, conversation_id, direction, channel, from_number, to_number,
            status, segments, created_at)
        SELECT v.workspace_id, v.id, 'outbound', 'sms', v.our_number, v.counterpart, $2, $3, $4
        FROM conversations v JOIN workspaces w ON w.id = v.workspace_id
        WHERE w.clerk_organization_id = $1 AND v.channel = 'sms' RETURNING id";
    app.rows(sql, &[&org.id, &status, &segments, &at]).await[0].get(0)
}

async fn insert_call(app: &TestApp, org: &Organization, seconds: i32, at: DateTime<Utc>) -> Uuid {
    let sql = "WITH entry AS (
            INSERT INTO conversation_messages (workspace_id, conversation_id, direction, channel, from_number, to_number, status,
                created_at)
            SELECT v.workspace_id, v.id, 'inbound', 'voice', v.counterpart, v.our_number, 'completed', $2
            FROM conversations v JOIN workspaces w ON w.id = v.workspace_id WHERE w.clerk_organization_id = $1
            RETURNING *)
        INSERT INTO calls (workspace_id, conversation_id, message_id, kind, direction, from_number, to_number, state,
            started_at, ended_at, duration_seconds)
        SELECT workspace_id, conversation_id, id, 'inbound', 'inbound', from_number, to_number, 'completed', $2, $2, $3
        FROM entry RETURNING id";
    app.rows(sql, &[&org.id, &at, &seconds]).await[0].get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_that_changes_at_midnight_is_the_same_everywhere() {
    let midnight = clock::now().date_naive().and_time(NaiveTime::MIN).and_utc();
    let (before, after) = (midnight - TimeDelta::milliseconds(1), midnight);
    let app = TestApp::start().await;
    let sql = "INSERT INTO rates VALUES ('sms', 'outbound', $1, 8300, 20000), ('voice', 'inbound', $1, 9100, 20000)";
    app.rows(sql, &[&midnight]).await;
    let org = app.organization("starter").await;
    let sent = app.post(&org, "/messages", &json!({ "channel": "sms", "to": CUSTOMER, "body": "Hello" })).await;
    assert_eq!((sent.status.as_u16(), &sent.body["message"]["estimatedCostMicros"]), (201, &json!(8_300)), "{sent:?}");

    for (status, segments, at, micros) in
        [("delivered", 2, before, 2 * 7_900), ("delivered", 2, after, 2 * 8_300), ("failed", 1, after, 0)]
    {
        let text = insert_text(&app, &org, (status, segments), at).await;
        assert_eq!(figures(&app, &org, text).await, [micros; 3], "{status} {at}");
    }
    for (at, micros) in [(before, 2 * 8_500), (after, 2 * 9_100)] {
        let call = insert_call(&app, &org, 61, at).await;
        assert_eq!(figures(&app, &org, call).await, [micros; 3], "a call of {at}");
    }

    // A text that turns out to be older, and longer, was sent for less a segment.
    let late = insert_text(&app, &org, ("sent", 1), after).await;
    app.rows("UPDATE conversation_messages SET created_at = $2, segments = 3 WHERE id = $1", &[&late, &before]).await;
    assert_eq!(figures(&app, &org, late).await, [3 * 7_900; 3]);
}

/// Until its phones tell how long they talked a call costs what was expected, and a refused one nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_of_ours_is_estimated_by_the_rates_as_well() {
    let app = TestApp::start().await;
    app.rows("INSERT INTO rates VALUES ('voice', 'outbound', now() - interval '1 hour', 9900, 20000)", &[]).await;
    let org = app.organization("pro").await;
    app.wait_for_numbers(&org, 1).await;
    let call = json!({ "channel": "voice", "to": CUSTOMER, "body": "Your appointment is tomorrow." });
    let sent = app.post(&org, "/messages", &call).await;
    assert_eq!((sent.status.as_u16(), &sent.body["message"]["estimatedCostMicros"]), (201, &json!(9_900)), "{sent:?}");
    let id: Uuid = app.rows("SELECT id FROM calls", &[]).await[0].get(0);
    assert_eq!(figures(&app, &org, id).await, [9_900; 3]);

    let ringing = app.ringing(CUSTOMER).await;
    app.on_phone(&ringing, "decline", json!({})).await;
    let entry: Value = app.call_entry(&org, "busy").await;
    assert_eq!(entry["estimatedCostMicros"], 0, "nobody answered");
    assert_eq!(figures(&app, &org, id).await, [0; 3]);
}
